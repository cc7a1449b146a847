//! How the accounts are shown and reached: keys, tags, orders, the list, hidden codes, and how often the window is drawn.

use std::time::Duration;

use egui::{Key, Modifiers};
use halfminute::app::settings::{AfterCopy, Codes, Columns, Countdown, Motion, Order, Settings, View};

use crate::world::{App, Stage, record};

const NONE: Modifiers = Modifiers::NONE;

/// A stage with accounts of these issuers; what stands behind a slash are tags.
fn with(issuers: &[&str], settings: Settings) -> impl FnOnce(&mut Stage) {
    let records: Vec<_> = issuers
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let (issuer, tags) = name.split_once('/').unwrap_or((name, ""));
            let mut record = record([n as u8 + 1; 16], issuer, "alice");
            record.account.tags = tags.split(',').filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
            record
        })
        .collect();
    move |stage| {
        stage.document.accounts = records;
        stage.settings = settings;
    }
}

fn six() -> App {
    App::with(59, with(&["A", "B", "C", "D", "E", "F"], Settings::default()))
}

/// The issuers in the order in which they stand.
fn order(app: &App) -> String {
    let document = app.model().document().unwrap();
    app.model().listing.rows.iter().map(|row| document.accounts[row.index].account.issuer.clone()).collect::<Vec<_>>().join(" ")
}

fn card(issuer: &str) -> String {
    format!("Copy code of {issuer} (alice)")
}

#[test]
fn arrows_go_from_card_to_card_in_every_direction() {
    // 960 points have three columns.
    let mut app = six();
    for (key, reached) in [
        (Key::ArrowDown, "A"),
        (Key::ArrowRight, "B"),
        (Key::ArrowDown, "E"),
        (Key::ArrowDown, "E"),
        (Key::ArrowRight, "F"),
        (Key::ArrowRight, "F"),
        (Key::ArrowUp, "C"),
        (Key::ArrowLeft, "B"),
        (Key::End, "F"),
        (Key::Home, "A"),
        (Key::PageDown, "D"),
    ] {
        app = app.key(NONE, key);
        assert_eq!(app.focused(), card(reached), "{key:?}");
    }
    // Above the first row is the search, and below it the first card again.
    let app = app.key(NONE, Key::Home).key(NONE, Key::ArrowUp);
    assert_eq!(app.focused(), "Search");
    let app = app.key(NONE, Key::ArrowDown);
    assert_eq!(app.focused(), card("A"));
}

#[test]
fn a_card_out_of_sight_is_scrolled_into_it() {
    let app = App::with(59, |stage| {
        for n in 0..10_000u32 {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&n.to_be_bytes());
            stage.document.accounts.push(record(id, &format!("Issuer {n:05}"), "alice"));
        }
    });
    let app = app.key(NONE, Key::ArrowDown).key(NONE, Key::End).in_sight("Copy code of Issuer 09999");
    assert_eq!(app.focused(), card("Issuer 09999"));
    let app = app.key(NONE, Key::PageUp);
    assert!(app.focused().starts_with("Copy code of Issuer 099"), "{}", app.focused());
    let app = app.key(NONE, Key::Home).in_sight("Copy code of Issuer 00000").key(NONE, Key::C);
    assert_eq!(app.clipboard(), Some(app.phone(0, 0)));
}

#[test]
fn letters_act_on_the_card_with_the_focus_and_search_elsewhere() {
    let app = six().key(NONE, Key::ArrowDown).presses('c');
    assert_eq!(app.clipboard(), Some(app.phone(0, 0)));
    let app = app.presses('n');
    assert_eq!(app.clipboard(), Some(app.phone(0, 1)));
    assert_eq!(app.model().search, "");
    // Pinned, it stands first and keeps the focus.
    let app = app.key(NONE, Key::ArrowRight).presses('p');
    assert_eq!((order(&app).as_str(), app.focused()), ("B A C D E F", card("B")));
    let app = app.presses('e').sees("Edit the account").press("Cancel");
    let app = app.key(NONE, Key::ArrowDown).presses('q').sees("QR code").key(NONE, Key::Escape);
    // "v" shows a hidden code; none is hidden, so it searches, as every other letter does.
    let app = app.key(NONE, Key::ArrowDown).presses('v');
    assert_eq!((app.model().search.as_str(), app.focused().as_str()), ("v", "Search"));
    let app = app.key(NONE, Key::Escape);
    assert_eq!(app.model().search, "");
    // Without a card's focus every letter searches.
    let app = six().presses('c');
    assert_eq!((app.model().search.as_str(), app.clipboard()), ("c", None));
}

#[test]
fn slash_and_control_f_go_to_the_search() {
    let app = six().key(NONE, Key::ArrowDown).types("/");
    assert_eq!((app.focused().as_str(), app.model().search.as_str()), ("Search", ""));
    let app = six().key(NONE, Key::ArrowDown).key(Modifiers::COMMAND, Key::F);
    assert_eq!(app.focused(), "Search");
    // In the field it is a letter.
    assert_eq!(app.types("/").model().search, "/");
}

#[test]
fn delete_moves_to_the_trash_and_the_next_card_has_the_focus() {
    let app = six().key(NONE, Key::ArrowDown).key(NONE, Key::ArrowRight).key(NONE, Key::Delete);
    let app = app.sees("B (alice) is in the trash");
    assert_eq!((order(&app).as_str(), app.focused()), ("A C D E F", card("C")));
    let app = app.press("Undo");
    assert_eq!(order(&app), "A B C D E F");
    let app = app.key(NONE, Key::ArrowDown).key(NONE, Key::End).key(NONE, Key::Delete);
    assert_eq!((order(&app).as_str(), app.focused()), ("A B C D E", card("E")));
}

#[test]
fn the_menu_opens_with_its_keys_and_gives_the_focus_back() {
    for (modifiers, key) in [(NONE, Key::Menu), (Modifiers::SHIFT, Key::F10)] {
        let app = six().key(NONE, Key::ArrowDown).key(modifiers, key).sees("How this code is computed");
        assert_eq!(app.focused(), "Copy code");
        let app = app.key(NONE, Key::ArrowDown).key(NONE, Key::ArrowDown);
        assert_eq!(app.focused(), "Show QR…");
        let app = app.key(NONE, Key::Escape).sees_no("Show QR…");
        assert_eq!(app.focused(), card("A"));
        let app = app.key(modifiers, key).key(NONE, Key::Enter).sees("Copied").sees_no("Show QR…");
        assert_eq!((app.clipboard(), app.focused()), (Some(app.phone(0, 0)), card("A")));
    }
}

#[test]
fn tags_narrow_the_list_and_come_back() {
    let app = App::with(59, with(&["A/work", "B/work,bank", "C/bank", "D"], Settings::default()));
    let app = app.press("Tag work");
    assert_eq!(order(&app), "A B");
    let app = app.press("Tag bank");
    assert_eq!(order(&app), "B");
    let app = app.fill("Search", "zzz").sees("No account with these tags has “zzz”").press("Show all accounts");
    assert_eq!((order(&app).as_str(), app.model().search.as_str()), ("A B C D", ""));
    // A tag that nobody has any more is not asked for.
    let app = app.press("Tag work").press("More for A (alice)").press("Edit…").fill("Tags", "").press("Save");
    let app = app.press("More for B (alice)").press("Edit…").fill("Tags", "bank").press("Save").sees_no("Tag work");
    assert_eq!(order(&app), "A B C D");
}

#[test]
fn most_and_last_used_are_counted_and_kept() {
    let app = six().press(&card("C")).wait(60).press(&card("E")).wait(60).press(&card("C")).wait(60).press(&card("F"));
    // Nothing moves under the pointer.
    let app = app.press("Order: A–Z").press("Most used");
    assert_eq!(order(&app), "C E F A B D");
    let app = app.press(&card("F")).press(&card("F"));
    assert_eq!(order(&app), "C E F A B D");
    let app = app.press("Order: Most used").press("Last used");
    assert_eq!(order(&app), "F C E A B D");
    // The vault was not written for it, and the order is there at the next start.
    assert_eq!(app.stage.lock().unwrap().document.generation, 0);
    let app = App::on(app.stage.clone(), [960.0, 640.0]);
    assert_eq!((order(&app).as_str(), app.model().settings.order), ("F C E A B D", Order::LastUsed));
    // What was deleted for ever is not counted any more.
    let id = app.model().listing.rows[0].id;
    let app = app.press("More for F (alice)").press("Move to trash").press("Menu").press("Trash");
    let app = app.press("Delete F (alice) for ever…").press("Delete for ever").press("Close");
    assert_eq!(app.model().uses.of(id).count, 0);
    let app = App::on(app.stage.clone(), [960.0, 640.0]);
    assert!(app.model().uses.ids().all(|other| other != id));
    assert_eq!(app.model().uses.ids().count(), 2);
}

#[test]
fn without_a_state_nothing_is_counted_and_all_is_shown() {
    let app = App::with(59, |stage| {
        with(&["A", "B"], Settings { order: Order::MostUsed, ..Settings::default() })(stage);
        stage.state_broken = true;
    });
    let app = app.press(&card("B")).sees("Copied").press("Order: Most used").press("Last used");
    assert_eq!(order(&app), "B A");
}

fn by_hand() -> Settings {
    Settings { order: Order::Manual, ..Settings::default() }
}

#[test]
fn the_order_by_hand_is_made_with_keys_and_the_menu() {
    let alt = Modifiers::ALT;
    let app = App::with(59, with(&["D", "A", "C", "B"], by_hand()));
    assert_eq!(order(&app), "D A C B");
    let app = app.key(NONE, Key::ArrowDown).key(alt, Key::ArrowDown).key(alt, Key::ArrowDown);
    assert_eq!((order(&app).as_str(), app.focused()), ("A C D B", card("D")));
    let app = app.key(alt, Key::ArrowUp).press("More for B (alice)").press("Move up");
    assert_eq!(order(&app), "A D B C");
    // At the ends it stays, and pinned ones stay before the others.
    let app = app.key(NONE, Key::Home).key(alt, Key::ArrowUp).press("More for C (alice)").press("Pin");
    assert_eq!(order(&app), "C A D B");
    let app = app.press("More for A (alice)").can_press("Move up", false).key(NONE, Key::Escape);
    assert_eq!(order(&app), "C A D B");
    // It is the vault's, and there at the next start.
    let app = App::on(app.stage.clone(), [960.0, 640.0]);
    assert_eq!(order(&app), "C A D B");
    // Not while only some are listed, nor in another order.
    let app = app.fill("Search", "a").press("More for A (alice)").sees("Pin").sees_no("Move down").key(NONE, Key::Escape);
    let app =
        app.fill("Search", "").press("Order: Manual").press("A–Z").press("More for A (alice)").sees("Pin").sees_no("Move up");
    app.key(NONE, Key::Escape).press("Order: A–Z").press("Manual").press("More for A (alice)").sees("Move down");
}

#[test]
fn a_card_is_dragged_to_its_place() {
    let app = App::with(59, with(&["A", "B", "C", "D", "E", "F"], by_hand()));
    // Onto the second half of E: after it.
    let app = app.drag(&card("A"), &card("E"), 0.8, 0.5);
    assert_eq!(order(&app), "B C D E A F");
    let app = app.drag(&card("F"), &card("B"), 0.2, 0.5);
    assert_eq!(order(&app), "F B C D E A");
    // Esc lets it stay where it was; so does another order.
    let app = app.drag_and_give_up(&card("F"), &card("D"));
    assert_eq!(order(&app), "F B C D E A");
    let app = app.press("Order: Manual").press("A–Z").drag(&card("A"), &card("C"), 0.8, 0.5);
    assert_eq!(order(&app), "A B C D E F");
    assert_eq!(app.press("Order: A–Z").press("Manual").model().listing.rows.len(), 6);
}

#[test]
fn codes_are_hidden_until_they_are_asked_for() {
    let hidden = Settings { codes: Codes::Hidden, ..Settings::default() };
    let app = App::with(60, with(&["A", "B"], hidden));
    let grouped = |app: &App| format!("{} {}", &app.phone(0, 0)[..3], &app.phone(0, 0)[3..]);
    let code = grouped(&app);
    let app = app.sees("The code is hidden").sees_no(&code).sees_no("Copy next code");
    // Copying shows nothing.
    let app = app.press(&card("A")).sees("Copied").sees_no(&code);
    assert_eq!(app.clipboard(), Some(app.phone(0, 0)));
    let app = app.press("Show code of A (alice)").sees(&code).wait(9).sees(&code).wait(1).sees_no(&code);
    // One at a time; the key shows and hides.
    let app = app.press("Show code of A (alice)").press("Show code of B (alice)").sees_no(&code);
    let app = app.key(NONE, Key::ArrowDown).presses('v').sees(&code).presses('v').sees_no(&code);
    // Another tab hides it, and so does a clock that was set back.
    let app = app.presses('v').sees(&code).press("Enroll").press("Accounts").sees_no(&code);
    let app = app.press("Show code of A (alice)").sees(&code).set_clock(61).sees_no(&code);
    assert_eq!(app.model().revealed, None);
}

#[test]
fn a_shown_code_goes_in_time_though_no_second_begins_then() {
    let hidden = Settings { codes: Codes::Hidden, ..Settings::default() };
    let app = App::with(60, |stage| {
        with(&["A"], hidden)(stage);
        stage.now += Duration::from_millis(400);
    });
    let mut app = app.press("Show code of A (alice)");
    for _ in 0..60 {
        let delay = app.repaint_delay();
        app = app.pass(delay);
        if app.model().revealed.is_none() {
            break;
        }
    }
    let now = app.stage.lock().unwrap().now;
    assert!((now.as_secs_f64() - 70.4).abs() < 0.01, "{now:?}");
}

#[test]
fn everything_about_the_accounts_is_set_and_kept() {
    let app = six().press("Menu").press("Settings…").press("Account list").press("A compact list").press("At most two");
    let app = app.press("Manual").press("Hidden until I ask").press("30 s").press("The window is minimised").press("Smooth");
    let kept = app.stage.lock().unwrap().settings.shelf();
    assert_eq!(kept, app.model().settings.shelf());
    assert_eq!((kept.view, kept.columns, kept.order), (View::List, Columns::new(2).unwrap(), Order::Manual));
    assert_eq!((kept.codes, kept.shown_for.secs(), kept.after_copy), (Codes::Hidden, 30, AfterCopy::Minimise));
    assert_eq!(kept.countdown, Countdown::Smooth);
    // The switch in the tab does the same.
    let app = app.press("Close").press("Cards");
    assert_eq!(app.stage.lock().unwrap().settings.view, View::Cards);
}

#[test]
fn a_list_holds_more_than_cards_and_does_the_same() {
    let many = |view| {
        App::with(59, move |stage| {
            for n in 0..60u8 {
                stage.document.accounts.push(record([n; 16], &format!("Issuer {n:02}"), "alice"));
            }
            stage.settings.view = view;
        })
    };
    let cards = |app: &App| app.said().iter().filter(|line| line.starts_with("Copy code of")).count();
    let list = many(View::List);
    assert!(cards(&list) > cards(&many(View::Cards)) + 4);
    // Where there is room, the next code stands beside it.
    let app = App::on(list.sees_no("Copy next code").stage.clone(), [1_400.0, 640.0]).press(&card("Issuer 03"));
    assert_eq!(app.clipboard(), Some(app.phone(3, 0)));
    let app = app.press("Copy next code of Issuer 03 (alice)");
    assert_eq!(app.clipboard(), Some(app.phone(3, 1)));
}

#[test]
fn the_window_makes_way_after_a_copy_where_that_is_wanted() {
    let wanted = Settings { after_copy: AfterCopy::Minimise, ..Settings::default() };
    let app = App::with(59, with(&["A"], wanted.clone())).press(&card("A"));
    assert!(app.was_minimised());
    // Not if nothing was copied, and not by itself.
    let app = App::with(59, |stage| {
        with(&["A"], wanted)(stage);
        stage.no_clipboard = true;
    });
    assert!(!app.press(&card("A")).sees("No clipboard").was_minimised());
    assert!(!six().press(&card("A")).was_minimised());
}

/// How many frames `secs` seconds take when each is drawn as late as the window wants it.
fn frames(mut app: App, secs: f64) -> usize {
    let end = app.stage.lock().unwrap().now.as_secs_f64() + secs;
    for frame in 0..10_000 {
        let delay = app.repaint_delay();
        if app.stage.lock().unwrap().now.as_secs_f64() + delay.as_secs_f64() > end {
            return frame;
        }
        app = app.pass(delay);
    }
    unreachable!("ten thousand frames in {secs} s")
}

#[test]
fn ten_codes_are_drawn_about_once_a_second() {
    let ten = |settings| App::with(65, with(&["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"], settings));
    // Without a change of codes: to the second.
    let calm = frames(ten(Settings::default()), 20.0);
    assert!((19..=21).contains(&calm), "{calm} frames in 20 s");
    // New digits come softly, which takes a few frames twice a minute.
    let fading = frames(ten(Settings::default()), 60.0);
    assert!((60..=76).contains(&fading), "{fading} frames in 60 s");
    let still = frames(ten(Settings { motion: Motion::Reduced, ..Settings::default() }), 60.0);
    assert!((59..=61).contains(&still), "{still} frames in 60 s");
    // A smooth ring is worth some more, only where things may move.
    let smooth = Settings { countdown: Countdown::Smooth, ..Settings::default() };
    let many = frames(ten(smooth.clone()), 10.0);
    assert!((100..=200).contains(&many), "{many} frames in 10 s");
    let reduced = frames(ten(Settings { motion: Motion::Reduced, ..smooth.clone() }), 10.0);
    assert!((9..=11).contains(&reduced), "{reduced} frames in 10 s");
    let elsewhere = frames(ten(smooth).without_focus(), 10.0);
    assert!((9..=11).contains(&elsewhere), "{elsewhere} frames in 10 s");
}
