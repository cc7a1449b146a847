//! This computer's clock: a time server that is asked, and the one quiet line above the accounts.

use std::sync::Arc;

use halfminute::app::ports::TimeError;

use crate::world::App;

fn settings(app: App) -> App {
    app.press("Menu").press("Settings…").press("Clock")
}

/// A window whose next time server says this.
fn app(says: Result<(i64, u64), TimeError>) -> App {
    App::with(100_000, |stage| {
        stage.synchronised = Some(false);
        stage.time = Some(says);
    })
}

#[test]
fn each_answer_of_a_time_server_has_its_words() {
    type Says = Result<(i64, u64), TimeError>;
    let rows: &[(Says, &str, &str)] = &[
        (
            Ok((40_000, 12_000)),
            "This computer's clock agrees with time.example.org, give or take 12 ms",
            "That is fine for codes",
        ),
        (Ok((3_200_000, 12_000)), "This computer is 3.2 s behind time.example.org, give or take 12 ms", "That is fine for codes"),
        (Ok((-12_000_000, 12_000)), "This computer is 12 s ahead of time.example.org", "Codes still count in most places"),
        (
            Ok((300_000_000, 12_000)),
            "This computer is 5 min behind time.example.org",
            "its codes are refused. Switch automatic time on",
        ),
        (Err(TimeError::NoSuchName), "No server time.example.org was found", "Check the name"),
        (Err(TimeError::LookupSilent), "Nobody could say within 5 s where time.example.org is", "on a network"),
        (Err(TimeError::Unreachable), "time.example.org cannot be reached", "on a network"),
        (Err(TimeError::Refused), "Nothing answers on port 123 of time.example.org", "Check name and port"),
        (Err(TimeError::Silent), "time.example.org did not answer within 5 s", "Ask again, or ask another one"),
        (Err(TimeError::Invalid), "What came back from time.example.org is not a valid answer", "Ask another one"),
        (Err(TimeError::Unsynchronised), "time.example.org says that its own clock is not set", "Ask another one"),
        (Err(TimeError::TooOften), "time.example.org is asked too often", "Wait some minutes"),
        (Err(TimeError::Denied), "time.example.org does not serve this computer", "Ask another one"),
    ];
    for &(says, text, advice) in rows {
        let app = settings(app(says)).fill("Time server", "time.example.org").press("Ask the time server");
        let app = app.sees(text).sees(advice);
        assert_eq!(app.stage.lock().unwrap().asked, ["time.example.org"]);
        let app = if says.is_ok() { app.sees("Asked 1970-01-0").wait(90).sees("1 min 30 s ago") } else { app.sees_no("Asked ") };
        assert_eq!(app.stage.lock().unwrap().asked.len(), 1, "once for a click");
    }
}

#[test]
fn nobody_is_asked_without_a_click() {
    let app = settings(app(Ok((0, 1))));
    // No server is filled in, and there is nothing to press.
    let app = app.can_press("Ask the time server", false).fill("Time server", "time.example.org:1123");
    let app = app.key(egui::Modifiers::NONE, egui::Key::Enter).wait(7_200).can_press("Ask the time server", true);
    assert_eq!(app.stage.lock().unwrap().asked, [""; 0]);
    assert_eq!(app.stage.lock().unwrap().settings.time_server, "");
    let app = app.press("Ask the time server").sees("agrees with time.example.org:1123");
    // It is known at the next start, and not asked by itself.
    let stage = Arc::clone(&app.stage);
    assert_eq!(stage.lock().unwrap().settings.time_server, "time.example.org:1123");
    drop(app);
    let app = settings(App::on(stage, [420.0, 480.0])).sees("time.example.org:1123").sees_no("agrees with").wait(7_200);
    assert_eq!(app.stage.lock().unwrap().asked.len(), 1);
    // In the narrowest window, too, the answer is in sight when it comes.
    let app = app.press("Ask the time server").wait(1).in_sight("That is fine for codes").in_sight("Asked 1970-01-0");
    assert_eq!(app.stage.lock().unwrap().asked.len(), 2);
}

#[test]
fn what_names_no_server_is_not_asked() {
    let rows = [
        ("https://time.example.org/", "What follows the colon is no port"),
        ("time.example.org:99999", "What follows the colon is no port"),
        ("the clock", "This is neither a name nor an address"),
        ("[::1", "This is neither a name nor an address"),
    ];
    for (typed, said) in rows {
        let app = settings(app(Ok((0, 1)))).fill("Time server", typed).press("Ask the time server").sees(said);
        assert_eq!(app.stage.lock().unwrap().asked, [""; 0], "{typed}");
        app.fill("Time server", "::1").press("Ask the time server").sees("agrees with ::1").sees_no(said);
    }
}

#[test]
fn the_window_goes_on_while_a_server_takes_its_time() {
    let app = app(Ok((3_200_000, 1_000))).enrol("Example", "alice", "");
    app.stage.lock().unwrap().server_slow = true;
    let app = settings(app).fill("Time server", "time.example.org").press("Ask the time server").sees("Asking time.example.org");
    let app = app.can_press("Ask the time server", false).press("Close").press("Login test").sees("Type what the phone shows");
    app.stage.lock().unwrap().server_slow = false;
    settings(app.wait(1)).sees("3.2 s behind").sees_no("Asking").can_press("Ask the time server", true);
}

#[test]
fn a_worker_that_has_died_is_not_waited_for() {
    let app = settings(app(Ok((0, 1)))).fill("Time server", "time.example.org");
    app.stage.lock().unwrap().worker_dead = true;
    app.press("Ask the time server").sees_no("Asking time.example.org").can_press("Ask the time server", true);
}

#[test]
fn a_clock_that_is_far_off_is_said_where_codes_are_until_it_is_set() {
    let app = app(Ok((42_000_000, 1_000))).enrol("Example", "alice", "").wait(1).press("Close this line");
    let app = settings(app).fill("Time server", "time.example.org").press("Ask the time server").press("Close").wait(120);
    let app = app.sees("This computer is 42 s behind time.example.org (asked 2 min ago)").press("Login test");
    let app = app.sees("42 s behind time.example.org").press("Accounts");
    // Set right, the answer is none any more; that the clock was set is said instead.
    let app = app.set_clock(100_163).sees_no("behind time.example.org").sees("just set forward by 42 s").press("Login test");
    let app = settings(app.sees_no("behind time.example.org"));
    app.sees("The clock was set after that. Ask once more");
    // A little is said in the settings only.
    let app = self::app(Ok((4_000_000, 1_000))).enrol("Example", "alice", "").wait(1).press("Close this line");
    let app =
        settings(app).fill("Time server", "time.example.org").press("Ask the time server").sees("4.0 s behind").press("Close");
    app.sees_no("behind time.example.org").press("Login test").sees_no("behind time.example.org");
}

#[test]
fn one_quiet_line_at_a_time_and_the_more_urgent_first() {
    const UNKEPT: &str = "Nothing keeps this computer's clock right";
    const BACKUP: &str = "There is no backup yet";
    // After the first account: a clock that nothing keeps, and no backup.
    let app = app(Ok((42_000_000, 1_000))).enrol("Example", "alice", "").wait(1).sees(UNKEPT).sees_no(BACKUP);
    let app = app.press("Close this line").sees(BACKUP).sees_no(UNKEPT);
    // A clock that is wrong goes before it, and gives way when it was seen.
    let app = settings(app).fill("Time server", "time.example.org").press("Ask the time server").press("Close");
    let app = app.sees("42 s behind").sees_no(BACKUP).press("Close this line").sees(BACKUP).sees_no("42 s behind");
    let app = app.set_clock(200_000).sees("just set forward").sees_no(BACKUP).press("Close this line").sees(BACKUP);
    app.press("Remind me of a backup later").sees_no(BACKUP).sees_no(UNKEPT);
}

#[test]
fn automatic_backups_that_fail_go_before_a_clock_that_nothing_keeps_and_after_one_that_is_wrong() {
    const FAILS: &str = "No automatic backup";
    let app = App::with(100_000, |stage| {
        stage.synchronised = Some(false);
        stage.settings.backup_auto = true;
        stage.settings.backup_folder = "/pretend/nowhere".into();
        stage.time = Some(Ok((-42_000_000, 1_000)));
    });
    let app = app.enrol("Example", "alice", "").wait(3_700).sees(FAILS).sees_no("Nothing keeps");
    let app = settings(app).fill("Time server", "time.example.org").press("Ask the time server").press("Close");
    app.sees("42 s ahead of").sees_no(FAILS).press("Close this line").sees(FAILS).sees_no("42 s ahead of");
}
