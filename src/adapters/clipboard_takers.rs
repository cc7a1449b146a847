//! Which of those that fetch a copied text have pasted it.

use std::time::Duration;

/// Until then whoever fetches the text is taken for a program that watches the clipboard. Those fetch at once when something new
/// stands there, or look once in half a second; a person first has to turn from the terminal to another window.
const WATCHERS: Duration = Duration::from_millis(1_500);

/// After a paste the text stays for this long: one paste may ask for it several times, in one form after the other.
pub const SAME_PASTE: Duration = Duration::from_millis(500);

/// Who has fetched the text.
///
/// A fetch is a paste if it comes later than the first 1.5 s, and from a program that has not fetched it twice in them: such a one
/// looks again and again by itself. One that fetched it once may well be the desktop itself, which keeps a copy of what is new and
/// later pastes for others. Where this is mistaken the text stays until its time is over, which is the safer mistake: a code that
/// is gone before it was pasted is of no use.
#[derive(Debug, Default)]
pub struct Takers {
    /// The programs that fetched it early, once for each time.
    early: Vec<u32>,
}

impl Takers {
    /// Notes that `client` has fetched the text `after` it was offered, and says whether that is a paste.
    pub fn is_paste(&mut self, client: u32, after: Duration) -> bool {
        if after < WATCHERS {
            self.early.push(client);
            return false;
        }
        self.early.iter().filter(|&&early| early == client).count() < 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_told_from_a_look() {
        type Row<'r> = (&'r str, &'r [(u32, u64)], Option<usize>);
        // who fetches when (ms), and which of it is the paste
        let rows: [Row; 6] = [
            ("a person", &[(1, 4_000)], Some(0)),
            ("a manager that takes what is new, then a person", &[(9, 20), (1, 4_000)], Some(1)),
            ("the desktop takes what is new, then pastes for others", &[(9, 20), (9, 4_000)], Some(1)),
            ("one that looks every half second", &[(9, 400), (9, 900), (9, 1_400), (9, 1_900), (9, 2_400)], None),
            ("the same, and a person", &[(9, 400), (9, 900), (9, 1_900), (1, 2_000)], Some(3)),
            ("a person who is too quick", &[(1, 300)], None),
        ];
        for (name, fetches, paste) in rows {
            let mut takers = Takers::default();
            let first = fetches.iter().position(|&(client, after)| takers.is_paste(client, Duration::from_millis(after)));
            assert_eq!(first, paste, "{name}");
        }
    }
}
