//! Filter, order, CSV, drift.

use super::*;
use crate::domain::UnixTime;

fn lines() -> Vec<(&'static str, &'static str, bool, &'static str, Option<i64>)> {
    vec![
        ("alice", "GitHub (alice)", true, "accepted", Some(-30)),
        ("Bob", "Mailbox (bob)", false, "wrong-code", None),
        ("alice", "Größe (alice)", false, "too-old", Some(-150)),
        ("", "", false, "unknown-user", None),
        ("alice", "", false, "counters-reset", None),
        ("Bob", "Mailbox (bob)", true, "accepted", Some(30)),
    ]
}

fn found(filter: &Filter) -> Vec<i64> {
    let mut gather = Gather::new(filter);
    for (number, (user, account, accepted, reason, drift)) in lines().into_iter().enumerate() {
        gather.add(&Seen { number: number as i64, user, account, accepted, reason, drift });
    }
    let index = gather.finish(Vec::new());
    assert_eq!(index.total, 6);
    index.numbers
}

#[test]
fn what_is_found_and_in_which_order() {
    let all = Filter::default();
    let text = |text: &str| Filter { text: text.into(), ..Filter::default() };
    let order = |order, backwards| Filter { order, backwards, ..Filter::default() };
    let rows: Vec<(Filter, Vec<i64>)> = vec![
        (all.clone(), vec![5, 4, 3, 2, 1, 0]),
        (Filter { backwards: true, ..all.clone() }, vec![0, 1, 2, 3, 4, 5]),
        (text("ALICE"), vec![4, 2, 0]),
        (text("größe"), vec![2]),
        (text("GRÖSSE"), vec![]),
        (text("bob accepted"), vec![5]),
        (text("too old"), vec![2]),
        (text("nobody"), vec![]),
        (Filter { user: Some("Bob".into()), ..all.clone() }, vec![5, 1]),
        (Filter { user: Some(String::new()), ..all.clone() }, vec![3]),
        (Filter { kind: Some(Kind::Accepted), ..all.clone() }, vec![5, 0]),
        (Filter { kind: Some(Kind::Refused), ..all.clone() }, vec![3, 2, 1]),
        (Filter { kind: Some(Kind::Owner), ..all.clone() }, vec![4]),
        (order(Order::User, false), vec![3, 4, 2, 0, 5, 1]),
        (order(Order::User, true), vec![5, 1, 4, 2, 0, 3]),
        (order(Order::Account, false), vec![4, 3, 0, 2, 5, 1]),
        (order(Order::Verdict, false), vec![5, 0, 3, 2, 1, 4]),
        (order(Order::Reason, false), vec![5, 0, 4, 2, 3, 1]),
        (order(Order::Drift, false), vec![2, 0, 5, 4, 3, 1]),
        (order(Order::Drift, true), vec![5, 0, 2, 4, 3, 1]),
    ];
    for (filter, expected) in rows {
        assert_eq!(found(&filter), expected, "{filter:?}");
    }
}

#[test]
fn a_phone_drifts_when_five_accepted_codes_lie_on_one_side() {
    let rows: [(&[i64], Option<i64>); 7] = [
        (&[-30, -30, -60, -30, -30], Some(-30)),
        (&[60, 90, 60, 120, 60, -30], Some(60)),
        (&[-30, -30, -30, -30], None),
        (&[-30, -30, 0, -30, -30], None),
        (&[-30, -30, 30, -30, -30, -30, -30, -30], None),
        (&[0, 0, 0, 0, 0], None),
        (&[], None),
    ];
    for (newest_first, drift) in rows {
        assert_eq!(drifting(newest_first.iter().copied()), drift, "{newest_first:?}");
    }
}

#[test]
fn a_table_that_no_spreadsheet_takes_for_formulas() {
    let line = |user: &str, account: &str| Attempt {
        at: UnixTime::from_secs(1_111_111_109),
        user: user.into(),
        account: account.into(),
        account_id: None,
        accepted: false,
        reason: "too-old".into(),
        drift: Some(-5),
        drift_seconds: Some(-150),
    };
    let rows = [
        ("alice", "alice"),
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\rx", "\"'\rx\""),
        ("a,b", "\"a,b\""),
        ("a \"b\"", "\"a \"\"b\"\"\""),
        ("a\nb", "\"a\nb\""),
        ("=\"a\"", "\"'=\"\"a\"\"\""),
        ("größe", "größe"),
        ("a=b", "a=b"),
    ];
    for (user, shown) in rows {
        let text = csv([line(user, "GitHub (alice)")].iter());
        let expected = format!("2005-03-18T01:58:29Z,{shown},GitHub (alice),refused,too-old,-5,-150\r\n");
        assert_eq!(text.split_once("\r\n").unwrap().1, expected);
    }
    let late = Attempt { at: UnixTime::from_secs(u64::MAX), ..line("a", "b") };
    assert!(csv([late].iter()).contains("\r\n18446744073709551615,a,b,"));
}
