//! The login test as a guarded service: lock-outs, recovery codes, drift, test users, the history.

use std::io::Write as _;
use std::time::Duration;

use halfminute::app::document::TestUser;
use halfminute::app::ports::{Attempt, Begun, State, Try, UserKey};
use halfminute::domain::{Guard, Moment, UnixTime, Uptime};

use crate::world::App;

fn enrolled() -> App {
    App::at(100_000).enrol("Example", "alice", "correct horse").press("Login test")
}

fn log_in(app: App, code: &str) -> App {
    app.fill("User name", "alice").fill("Password", "correct horse").fill("Code", code).press("Log in")
}

/// A code that is right at no step that is looked at.
fn wrong(app: &App) -> String {
    let near: Vec<String> = (-60..=60).map(|offset| app.phone(0, offset)).collect();
    (0..1_000_000).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
}

fn fail(mut app: App, times: usize) -> App {
    for _ in 0..times {
        let code = wrong(&app);
        app = log_in(app, &code).sees("Wrong code");
    }
    app
}

fn line_of(at: UnixTime) -> Attempt {
    let (user, account, reason) = ("alice".into(), String::new(), "wrong-code".into());
    Attempt { at, user, account, account_id: None, accepted: false, reason, drift: None, drift_seconds: None }
}

#[test]
fn four_failures_are_free_and_the_fifth_costs_half_a_minute() {
    let app = fail(enrolled(), 4).sees("4 of 100 failures in a row, 4 of 10 within 24 hours. The next one costs 30 s");
    let app = fail(app, 1);
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("too many failures in a row").sees("Nothing was compared");
    // A try while locked does not make the wait longer.
    let app = app.wait(29);
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("Locked until").wait(1);
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("The code is the current one").sees("0 of 100 failures in a row, 5 of 10 within 24 hours");
    let reasons: Vec<_> = app.history().into_iter().map(|line| line.reason).collect();
    assert_eq!(reasons[..3], ["accepted", "locked", "locked"]);
}

#[test]
fn a_lock_out_survives_a_restart_and_no_clock_makes_it_shorter() {
    let app = fail(enrolled(), 5);
    for clock in [101_000_000, 10, i64::MAX as u64, 1 << 31, 1 << 32] {
        let stage = std::sync::Arc::clone(&app.stage);
        let app = App::on(stage, [960.0, 640.0]).set_clock(clock).press("Login test");
        let code = app.phone(0, 0);
        log_in(app, &code).sees("Locked until").sees_no("Accepted");
    }
    // The computer is started again: the wait begins anew, and ends.
    let stage = std::sync::Arc::clone(&app.stage);
    stage.lock().unwrap().run += 1;
    let app = App::on(stage, [960.0, 640.0]).set_clock(200_000).press("Login test");
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("Locked until").wait(31);
    let code = app.phone(0, 0);
    log_in(app, &code).sees("The code is the current one");
}

#[test]
fn ten_failures_a_day_and_the_owner_opens_the_door() {
    let mut app = enrolled();
    for _ in 0..10 {
        app = fail(app, 1).wait(3_601);
    }
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("too many failures in 24 hours").sees("10 of 10 within 24 hours").sees_no("The next one");
    let app = app.press("Reset counters now").sees("are forgotten");
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("The code is the current one");
    assert_eq!(app.history()[1].reason, "counters-reset");
}

#[test]
fn a_day_is_not_skipped_with_the_clock_and_a_restart() {
    let mut app = enrolled();
    for _ in 0..10 {
        app = fail(app, 1).wait(3_601);
    }
    // A day and more by the wall clock, in the same run and in the next ones, which begin from nothing.
    let mut app = app.set_clock(400_000);
    for _ in 0..2 {
        let code = app.phone(0, 0);
        app = log_in(app, &code).sees("too many failures in 24 hours").sees("time for which the computer is off does not count");
        let stage = std::sync::Arc::clone(&app.stage);
        {
            let mut stage = stage.lock().unwrap();
            stage.run += 1;
            stage.going = Duration::from_secs(20);
            stage.now += Duration::from_secs(100_000);
        }
        app = App::on(stage, [960.0, 640.0]).press("Login test");
    }
    // What is left of a day, seen running, opens the door, wherever the clock stands.
    let app = app.set_clock(1_000).wait(86_400);
    let code = app.phone(0, 0);
    log_in(app, &code).sees("The code is the current one");
}

#[test]
fn a_hundred_failures_in_a_row_disable_the_user() {
    let app = enrolled();
    {
        // Each of them three hours after the one before: past every delay, and below ten a day.
        let mut stage = app.stage.lock().unwrap();
        let key = UserKey::of(&stage.document.users[0]);
        let limits = Guard::Recommended.limits().unwrap();
        for _ in 0..99 {
            stage.going += Duration::from_secs(3 * 3_600);
            stage.now += Duration::from_secs(3 * 3_600);
            let uptime = Some(Uptime { run: "run-0".into(), going: stage.going });
            let at = Moment { wall: UnixTime::from_duration(stage.now), uptime };
            let line = line_of(at.wall);
            let attempt = Try { guarded: Some((&key, limits)), way_back: false, at: &at, line: &line };
            assert!(matches!(stage.state().1.begin(&attempt), Ok(Begun::Open(_))));
        }
    }
    let app = fail(app.wait(3 * 3_600), 1).sees("100 of 100 failures in a row");
    let app = app.wait(200 * 86_400);
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("Disabled after too many failures in a row");
    let app = app.press("More for alice").press("Reset counters");
    let code = app.phone(0, 0);
    log_in(app, &code).sees("The code is the current one");
}

#[test]
fn what_is_no_code_costs_no_try() {
    let mut app = enrolled();
    for code in ["12345", "1234567", "+12345", "", "abc"] {
        app = log_in(app, code).sees("Not a code").sees_no("A real login page");
    }
    let code = wrong(&app);
    log_in(app, &code).sees("1 of 100 failures in a row");
}

#[test]
fn recovery_codes_are_shown_once_and_count_once() {
    let app =
        enrolled().fill("User name", "alice").press("More for alice").press("Make recovery codes…").press("Make recovery codes");
    let app = app.sees("Recovery codes of alice");
    let codes: Vec<String> = app.said().into_iter().filter(|line| line.len() == 19 && line.matches('-').count() == 3).collect();
    let mut distinct = codes.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 10, "{codes:?}");
    let app = app.press("Copy all").sees("Copied. Cleared in 30 s");
    let copied = app.clipboard().unwrap();
    assert_eq!(copied.lines().collect::<Vec<_>>(), codes);
    let app = app.press("I have written them down").sees_no(&codes[0]);
    let app = log_in(app, &codes[0]).sees("Recovery code used. 9 are left");
    let app = log_in(app, &codes[0].to_lowercase().replace('-', " ")).sees("This recovery code was used before");
    let app = log_in(app, "AAAA-AAAA-AAAA-AAAA").sees("No recovery code of this user is this one");
    // Others are made: those before count no more.
    let app =
        app.press("More for alice").press("Make recovery codes…").press("Make recovery codes").press("I have written them down");
    let app = log_in(app, &codes[1]).sees("No recovery code of this user is this one");
    let history = app.history();
    assert!(history.iter().all(|line| !line.reason.contains(&codes[0]) && !line.user.contains('-')));
    assert_eq!(history.last().unwrap().reason, "recovery-made");
}

#[test]
fn two_codes_in_a_row_find_and_store_the_drift() {
    let app = enrolled();
    let (late, first, second) = (app.phone(0, -9), app.phone(0, -8), app.phone(0, -7));
    let app = log_in(app, &late).sees("Too old: the code is 9 steps late").press("Two codes in a row…");
    let app = app.fill("First code", &first).fill("The next code", &second).press("Look for them");
    let app = app.sees("The phone's clock is 3 min 30 s behind (7 steps)").press("Store this drift");
    let app = app.sees("The window lies 7 steps before this clock from now on").wait(30);
    let code = app.phone(0, -7);
    let app = log_in(app, &code).sees("Accepted").sees("7 steps late (3 min 30 s ago) and within the window");
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("Outside of the window around the stored drift: the code is the current one");
    let app = app.press("Forget the stored drift").sees("The drift is forgotten");
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("The code is the current one");
    let reasons: Vec<_> = app.history().into_iter().rev().map(|line| line.reason).collect();
    assert_eq!(reasons, ["too-old", "resynchronised", "drift-stored", "accepted", "from-the-future", "drift-stored", "accepted"]);
}

#[test]
fn two_codes_in_a_row_end_a_lock_out_and_others_do_not() {
    let app = fail(enrolled(), 5);
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("Locked until").press("Two codes in a row…");
    let (one, other) = (app.phone(0, 0), app.phone(0, 2));
    let app = app.fill("First code", &one).fill("The next code", &other).press("Look for them");
    let app = app.sees("These are not two codes in a row").sees("6 of 100 failures in a row").press("Two codes in a row…");
    let (one, other) = (app.phone(0, -1), app.phone(0, 0));
    let app = app.fill("First code", &one).fill("The next code", &other).press("Look for them");
    let app = app.sees("The phone's clock agrees with this one").wait(30);
    let code = app.phone(0, 0);
    log_in(app, &code).sees("The code is the current one");
}

#[test]
fn a_counter_far_ahead_is_found_again() {
    let app = App::at(59).press("Enroll").fill("Account name", "token").press("Advanced").press("Counter (HOTP)");
    let app = app.press("Save without checking").press("Login test").fill("User name", "token");
    let code = app.phone(0, 10);
    let app = app.fill("Code", &code).press("Log in").sees("The code is 10 ahead of the counter");
    let code = app.phone(0, 30);
    let app = app.fill("Code", &code).press("Log in").sees("From the future: the code is 19 ahead of the counter");
    // The diagnosis goes by the same counter as the verdict.
    let app = app.sees("The phone's counter is 19 ahead").sees("Set the counter of the account to 31 with Edit…");
    let app = app.press("Two codes in a row…");
    let (one, other) = (app.phone(0, 80), app.phone(0, 81));
    let app = app
        .fill("First code", &one)
        .fill("The next code", &other)
        .press("Look for them")
        .sees("The phone's counter was 70 ahead, and goes on from there");
    let code = app.phone(0, 82);
    app.fill("Code", &code).press("Log in").sees("Accepted");
}

#[test]
fn test_users_are_made_edited_renamed_and_removed() {
    let app = App::at(100_000).enrol("Example", "alice", "").enrol("Other", "bob", "").press("Login test");
    let app = app.press("New test user…").fill("Name of the user", "alice").sees("Another test user has this name");
    let app = app
        .fill("Name of the user", "carol")
        .fill("Password (optional)", "tea")
        .press("Codes of Example (alice) count")
        .press("Strict");
    let app = app.sees("1\u{a0}in\u{a0}1\u{a0}000\u{a0}000 at one try").press("Save");
    let users = |app: &App| -> Vec<(String, usize, bool, Guard)> {
        let stage = app.stage.lock().unwrap();
        let line = |user: &TestUser| (user.name.clone(), user.accounts.len(), user.password.is_some(), user.rules.guard);
        stage.document.users.iter().map(line).collect()
    };
    assert_eq!(users(&app)[2], ("carol".into(), 1, true, Guard::Strict));
    // Two users, one account; each has failures of its own.
    let code = app.phone(0, 0);
    let app =
        // Whoever was made stands in the form.
        app.fill("Password", "coffee").fill("Code", &code).press("Log in").sees("Wrong password");
    let app = app.sees("1 of 20 failures in a row").fill("User name", "alice").fill("Code", &code).press("Log in");
    let app = app.sees("The code is the current one").sees("0 of 100 failures in a row");
    // The step is the account's: it is used up for both.
    let app = app.fill("User name", "carol").fill("Password", "tea").fill("Code", &code).press("Log in").sees("Already used");
    // Renamed, it keeps its failures.
    let app = app.press("Edit carol…").fill("Name of the user", "dora").press("None").press("Save");
    assert_eq!(users(&app)[2], ("dora".into(), 1, false, Guard::Strict));
    let app = app.wait(30);
    let code = wrong(&app);
    let app = app.fill("Code", &code).press("Log in").sees("3 of 20 failures in a row");
    let app = app.press("More for dora").press("Remove this test user…").sees("Remove dora?").press("Remove");
    assert_eq!(users(&app).len(), 2);
    // Whoever has the name next has none of its failures.
    let app = app.press("New test user…").fill("Name of the user", "dora").press("Codes of Example (alice) count").press("Save");
    let code = wrong(&app);
    app.fill("User name", "dora").fill("Code", &code).press("Log in").sees("1 of 100 failures in a row");
}

#[test]
fn own_rules_hold() {
    let app = enrolled().fill("User name", "alice").press("Edit alice…").press("Lab").sees("No lock-out");
    let app = app.press("Own rules").press("Each code counts once").press("Save");
    let app = fail(app, 6);
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("The code is the current one");
    log_in(app, &code).sees("The code is the current one");
}

#[test]
fn used_codes_count_again_when_the_owner_forgets_them() {
    let app = enrolled();
    let code = app.phone(0, 0);
    let app = log_in(app, &code).sees("Accepted").press("More for alice").press("Forget used codes").sees("count again");
    let app = log_in(app, &code).sees("The code is the current one");
    assert_eq!(app.history()[1].reason, "used-forgotten");
}

#[test]
fn the_history_is_ordered_filtered_saved_and_cleared() {
    let app = App::at(100_000).enrol("=1+1", "alice", "").enrol("Other", "bob", "").press("Login test");
    let code = app.phone(0, 0);
    let app = app.fill("User name", "alice").fill("Code", &code).press("Log in").sees("Accepted");
    let code = app.phone(1, -5);
    let app = app.fill("User name", "bob").fill("Code", &code).press("Log in").sees("Too old");
    let app = app.fill("User name", "nobody").fill("Code", "000000").press("Log in").sees("(no such user)").sees("−2 min 30 s");
    let app = app.fill("Filter the history", "OLD bob").sees("1 of 3").sees_no("(no such user)").fill("Filter the history", "");
    let app = app.press("Only refused").sees("2 of 3").press("All");
    let app = app.press("Lines of which user").press("No such user").sees("1 of 3").sees_no("−2 min 30 s");
    let app = app.press("Lines of which user").press("Every user").press("Order by user").press("Export as CSV…");
    let app = app.sees("History saved as");
    let saved = app.stage.lock().unwrap().saved_files[0].clone();
    assert_eq!(saved.0.file_name().unwrap(), "login-history.csv");
    let text = String::from_utf8(saved.1).unwrap();
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!(lines[1], "1970-01-02T03:46:40Z,,,refused,unknown-user,,");
    assert_eq!(lines[2], "1970-01-02T03:46:40Z,alice,'=1+1 (alice),accepted,accepted,0,0");
    assert_eq!(lines[3], "1970-01-02T03:46:40Z,bob,Other (bob),refused,too-old,-5,-150");
    let app = app.press("Clear the history…").press("Cancel");
    assert_eq!(app.history().len(), 3);
    let app = app.fill("Filter the history", "bob").press("Clear the history…").press("Clear");
    let app = app.sees("The history is cleared").sees("Every try stands here");
    assert_eq!(app.history(), []);
    // What was looked for before hides nothing after.
    app.fill("User name", "nobody")
        .fill("Code", "000000")
        .press("Log in")
        .sees("(no such user)")
        .sees_no("No line fits the filter");
}

#[test]
fn a_phone_that_is_always_late_is_said_to_be() {
    let mut app = enrolled();
    for _ in 0..5 {
        app = app.sees_no("were all late").wait(60);
        let code = app.phone(0, -1);
        app = log_in(app, &code).sees("Accepted");
    }
    let app = app.sees("The last five codes of Example (alice) were all late, by 30 s or more").sees("Drift of the last 5 codes");
    let app = app.press("Accounts").sees("were all late").press("Close this line").sees_no("were all late");
    app.press("Login test").sees("were all late");
}

#[test]
fn a_clock_that_nothing_keeps_or_that_was_moved_is_said() {
    let app = App::with(100_000, |stage| stage.synchronised = Some(false)).enrol("Example", "alice", "");
    let app = app.wait(1).sees("Nothing keeps this computer's clock right").press("Close this line").sees_no("Nothing keeps");
    let app = app.press("Login test").sees("not kept right by anything").press("Accounts");
    let app = app.set_clock(90_000).sees("This computer's clock was just set back by 2 h 46 min").press("Login test");
    let app = app.sees("This computer's clock was just set back").sees("01:00:00 UTC");
    // Sleep is no jump: both clocks go on.
    app.wait(28_800).sees_no("was just set");
    App::with(100_000, |stage| stage.synchronised = Some(true)).enrol("E", "a", "").wait(1).sees_no("clock right");
}

#[test]
fn a_hundred_thousand_lines_are_a_table_like_any_other() {
    let app = App::with(100_000, |stage| {
        let (folder, _) = stage.state();
        let mut file = rusqlite::Connection::open(folder.path().join("state.sqlite")).unwrap();
        let filling = file.transaction().unwrap();
        let sql =
            "INSERT INTO history (at, at_nanos, user, account, accepted, reason) VALUES (?1, 0, ?2, 'Example (alice)', ?3, ?4)";
        for n in 0..100_000u64 {
            let reason = if n.is_multiple_of(3) { "accepted" } else { "wrong-code" };
            let line = (n.to_be_bytes(), format!("user {}", n % 7), n.is_multiple_of(3), reason);
            filling.prepare_cached(sql).unwrap().execute(line).unwrap();
        }
        filling.commit().unwrap();
    });
    let mut app = app.enrol("Example", "alice", "").press("Login test").sees("100\u{a0}000");
    // Frames at the top, then far down: what a frame costs does not depend on how long the history is.
    let top = app.frame_time();
    app = app.fill("Filter the history", "user 3 wrong").sees("9\u{a0}524 of 100\u{a0}000");
    let filtered = app.frame_time();
    writeln!(std::io::stderr(), "a frame over 100 000 lines: {top:?}, filtered: {filtered:?}").unwrap();
    assert!(app.said().iter().filter(|line| *line == "user 3").count() < 60, "only what can be seen is laid out");
}
