//! The order by hand: what a move does, and that no move, merge or join loses an account.

use std::sync::Arc;

use halfminute::app::change::{Beside, Change, ChangeError, Merging};
use halfminute::app::document::Document;
use proptest::prelude::*;

use crate::world::{add, id};

/// A document with these accounts, in this order.
fn of(accounts: &[u8]) -> Document {
    let mut document = Document::default();
    for n in accounts {
        document.apply(&add(*n, "anew")).unwrap();
    }
    document
}

fn order(document: &Document) -> Vec<u8> {
    let number = |text: String| u8::from_str_radix(&text[..2], 16).unwrap();
    document.accounts.iter().map(|record| number(record.account.id.to_string())).collect()
}

#[test]
fn where_an_account_goes() {
    use Beside::{After, Before};
    type Row<'a> = (u8, Beside, Result<&'a [u8], ChangeError>);
    let rows: &[Row<'_>] = &[
        (1, Before(id(4)), Ok(&[2, 3, 1, 4])),
        (1, After(id(4)), Ok(&[2, 3, 4, 1])),
        (4, Before(id(1)), Ok(&[4, 1, 2, 3])),
        (3, After(id(1)), Ok(&[1, 3, 2, 4])),
        // Where it is already, and beside itself or what is gone.
        (2, After(id(1)), Ok(&[1, 2, 3, 4])),
        (2, Before(id(2)), Ok(&[1, 2, 3, 4])),
        (2, Before(id(9)), Ok(&[1, 2, 3, 4])),
        (9, Before(id(1)), Err(ChangeError::NoSuchAccount)),
    ];
    for (moved, to, expected) in rows {
        let mut document = of(&[1, 2, 3, 4]);
        let done = document.apply(&Change::Move { id: id(*moved), to: *to });
        assert_eq!(done.map(|()| order(&document)), expected.map(<[u8]>::to_vec), "{moved} {to:?}");
    }
}

#[test]
fn a_backup_brings_its_order_into_an_empty_vault_and_leaves_that_of_a_full_one() {
    let mut backup = of(&[1, 2, 3]);
    backup.apply(&Change::Move { id: id(3), to: Beside::Before(id(1)) }).unwrap();
    let backup = backup.to_backup();
    let read = || Document::from_json(&backup).unwrap();
    let mut empty = Document::default();
    empty.merge(&read());
    assert_eq!(order(&empty), [3, 1, 2]);
    let mut full = of(&[2, 1]);
    full.merge(&read());
    assert_eq!(order(&full), [2, 1, 3]);
}

type Moves = Vec<(u8, u8, bool)>;

fn moves() -> impl Strategy<Value = Moves> {
    prop::collection::vec((0_u8..8, 0_u8..8, any::<bool>()), 0..12)
}

fn moved(accounts: &[u8], moves: &Moves) -> Document {
    let mut document = of(accounts);
    for (n, beside, after) in moves {
        let to = if *after { Beside::After(id(*beside)) } else { Beside::Before(id(*beside)) };
        let _ = document.apply(&Change::Move { id: id(*n), to });
    }
    document
}

fn sorted(mut numbers: Vec<u8>) -> Vec<u8> {
    numbers.sort_unstable();
    numbers
}

proptest! {
    #[test]
    fn a_move_moves_one_account_and_keeps_all(n in 0_u8..8, beside in 0_u8..8, after in any::<bool>(), before in moves()) {
        let all: Vec<u8> = (0..8).collect();
        let mut document = moved(&all, &before);
        let rest = |document: &Document| order(document).into_iter().filter(|other| *other != n).collect::<Vec<_>>();
        let others = rest(&document);
        let to = if after { Beside::After(id(beside)) } else { Beside::Before(id(beside)) };
        document.apply(&Change::Move { id: id(n), to }).unwrap();
        prop_assert_eq!(rest(&document), others);
        prop_assert_eq!(sorted(order(&document)), all);
        if n != beside {
            let place = |number| order(&document).iter().position(|other| *other == number).unwrap();
            prop_assert_eq!(place(n), if after { place(beside) + 1 } else { place(beside) - 1 });
        }
        prop_assert_eq!(order(&Document::from_json(&document.to_json()).unwrap()), order(&document));
    }

    #[test]
    fn two_orders_are_joined_without_a_loss(ours in moves(), theirs in moves(), cut in 0_u8..8) {
        // Either side has accounts that the other has not.
        let (here, there): (Vec<u8>, Vec<u8>) = ((0..cut.max(1)).collect(), (cut.min(7)..8).chain(0..cut / 2).collect());
        let (mut document, other) = (moved(&here, &ours), moved(&there, &theirs));
        let mut joined = moved(&here, &ours);
        let first = order(&document);
        document.apply(&Change::Merge(Arc::new(Merging::new(Document::from_json(&other.to_json()).unwrap())))).unwrap();
        joined.take_missing(&other);
        let mut all = [here, there].concat();
        all.sort_unstable();
        all.dedup();
        for (after, how) in [(&document, "merged"), (&joined, "joined")] {
            prop_assert_eq!(sorted(order(after)), all.clone(), "{}", how);
            // What is here stands as it stood, before what has come.
            prop_assert_eq!(&order(after)[..first.len()], &first[..], "{}", how);
        }
    }
}
