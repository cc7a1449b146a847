//! Cards: codes, countdowns, copying, search, trash.

use egui::{Key, Modifiers};

use crate::world::App;

#[test]
fn an_empty_window_says_what_to_do() {
    let app = App::at(59).sees("Welcome to Halfminute").sees("Secrets are kept in");
    app.sees("No accounts yet").press("Create a new secret").sees("QR code").sees("Scan with the phone");
    App::at(59).press("Add an account I already have").sees("Address or key");
}

#[test]
fn a_card_shows_the_code_of_now_and_a_click_copies_it() {
    let app = App::at(59).enrol("Example", "alice", "");
    let (now, next) = (app.phone(0, 0), app.phone(0, 1));
    let grouped = format!("{} {}", &now[..3], &now[3..]);
    let app = app.sees(&grouped).press("Copy code of Example (alice)").sees("Copied. Cleared in 30 s");
    assert_eq!(app.clipboard(), Some(now));
    let app = app.press("Copy next code of Example (alice)").sees("Next code copied. Cleared in 30 s");
    assert_eq!(app.clipboard(), Some(next.clone()));
    // One second later the next step has begun.
    let app = app.wait(1).sees(&format!("{} {}", &next[..3], &next[3..])).press("Copy code of Example (alice)");
    assert_eq!(app.clipboard(), Some(next));
}

#[test]
fn without_a_clipboard_it_is_said() {
    let app = App::with(59, |stage| stage.no_clipboard = true).enrol("Example", "alice", "");
    app.press("Copy code of Example (alice)").sees("No clipboard can be reached. Type the code instead");
}

#[test]
fn typing_searches_and_escape_clears() {
    let app = App::at(59).enrol("GitHub", "alice", "").enrol("Mailbox", "bob", "").enrol("Bank", "carol", "");
    let app = app.types("hub").sees("Copy code of GitHub (alice)").sees_no("Copy code of Mailbox").sees_no("Copy code of Bank");
    let app = app.key(Modifiers::NONE, Key::Escape).sees("Copy code of Mailbox").sees("Copy code of Bank");
    let app = app.fill("Search", "zzz").sees("Nothing found").press("Clear the search").sees("Copy code of GitHub");
    let app = app.fill("Search", "mail").key(Modifiers::NONE, Key::Enter);
    assert_eq!(app.clipboard(), Some(app.phone(1, 0)));
}

#[test]
fn the_trash_gives_back_and_deletes_for_ever() {
    let app = App::at(59).enrol("GitHub", "alice", "").enrol("Mailbox", "bob", "");
    let app = app.press("More for GitHub (alice)").press("Move to trash");
    let app = app
        .sees("GitHub (alice) is in the trash")
        .sees_no("Copy code of GitHub")
        .press("Undo")
        .sees("Copy code of GitHub (alice)");
    let app = app.press("More for GitHub (alice)").press("Move to trash").wait(10).sees_no("Undo");
    let app =
        app.press("Menu").press("Trash").sees("GitHub (alice)").press("Delete GitHub (alice) for ever…").press("Delete for ever");
    let app = app.sees("The trash is empty").press("Close").sees_no("GitHub");
    assert_eq!(app.stage.lock().unwrap().document.accounts.len(), 1);
}

#[test]
fn the_trash_deletes_nothing_by_itself_and_offers_it_after_thirty_days() {
    const DAY: u64 = 24 * 60 * 60;
    let app = App::at(59).enrol("GitHub", "alice", "").enrol("Mailbox", "bob", "").enrol("Bank", "carol", "");
    let app = app.press("More for GitHub (alice)").press("Move to trash").wait(20 * DAY);
    let app = app.press("More for Bank (carol)").press("Move to trash").wait(10 * DAY);
    let offer = "Delete what is older than 30 days…";
    let app = app.press("Menu").press("Trash").sees("GitHub (alice)").sees_no(offer).press("Close").wait(1);
    assert_eq!(app.stage.lock().unwrap().document.accounts.len(), 3, "nothing goes by itself");
    let app = app.press("Menu").press("Trash").press(offer).sees("Delete one account for ever?").press("Keep them");
    let app = app.sees("GitHub (alice)").press(offer).press("Delete for ever");
    let app = app.sees("One account deleted for ever").sees("Bank (carol)").sees_no("GitHub").sees_no(offer);
    assert_eq!(app.stage.lock().unwrap().document.accounts.len(), 2);
}

#[test]
fn editing_changes_names_and_keeps_the_secret() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    let before = app.phone(0, 0);
    let app = app.press("More for GitHub (alice)").press("Edit…").fill("Issuer", "Git\u{202e}Lab").sees("turn the text round");
    let app = app.press("Save").sees("Copy code of GitLab (alice)");
    assert_eq!(app.phone(0, 0), before);
}

#[test]
fn counter_codes_move_on_when_asked() {
    let app = App::at(59)
        .press("Enroll")
        .fill("Issuer", "Token")
        .fill("Account name", "alice")
        .press("Advanced")
        .press("Counter (HOTP)");
    let app = app.press("Save without checking").press("Accounts");
    let first = app.phone(0, 0);
    let app = app.wait(300).press("Copy code of Token (alice)");
    assert_eq!(app.clipboard(), Some(first.clone()), "time does not move a counter");
    let app = app.press("Next code of Token (alice)").press("Copy code of Token (alice)");
    assert_ne!(app.clipboard(), Some(first));
    assert_eq!(app.clipboard(), Some(app.phone(0, 0)));
}

#[test]
fn another_programs_change_is_shown_within_a_second() {
    let app = App::at(59).enrol("GitHub", "alice", "");
    {
        let mut stage = app.stage.lock().unwrap();
        stage.document.accounts[0].account.issuer = "Forge".into();
        stage.document.generation += 1;
    }
    app.wait(1).sees("Copy code of Forge (alice)").sees_no("Copy code of GitHub");
}

#[test]
fn ten_thousand_accounts_are_laid_out_a_screen_at_a_time() {
    let app = App::with(59, |stage| {
        for n in 0..10_000u32 {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&n.to_be_bytes());
            stage.document.accounts.push(crate::world::record(id, &format!("Issuer {n:05}"), "alice"));
        }
    });
    let cards = app.said().iter().filter(|line| line.starts_with("Copy code of")).count();
    assert!((8..60).contains(&cards), "{cards} cards are laid out");
}

#[test]
fn editing_a_name_does_not_set_a_counter_back() {
    let app = App::at(59).press("Enroll").fill("Account name", "token").press("Advanced").press("Counter (HOTP)");
    let app = app.press("Save without checking").press("Show it in Accounts").press("More for token").press("Edit…");
    {
        // Another window uses up a code while the dialog is open.
        let mut stage = app.stage.lock().unwrap();
        let id = stage.document.accounts[0].account.id;
        stage.document.apply(&halfminute::app::Change::NextCode { id, from: 0 }).unwrap();
        stage.document.generation += 1;
    }
    let app = app.fill("Issuer", "Bank").press("Save").sees("Copy code of Bank (token)");
    let kind = app.stage.lock().unwrap().document.accounts[0].account.params.kind();
    assert_eq!(kind, halfminute::domain::OtpKind::Hotp { counter: 1 });
}
