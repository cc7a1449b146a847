//! References of KeePass from one entry to another: `{REF:U@I:` with the id of the other entry stands for its user name.
//!
//! Resolved are titles and user names that are named by id, one step far. What refers on, what is not there or there twice, and what
//! is looked for in another way stays as it is written.
//!
//! Source: "Field References" of KeePass (<https://keepass.info/help/base/fieldrefs.html>).

use super::super::MAX_TEXT;

/// Which field of the other entry is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Title,
    User,
}

const START: &str = "{REF:";
/// From the start to the end: `{REF:U@I:`, 32 hexadecimal digits, `}`.
const LENGTH: usize = START.len() + 4 + 32 + 1;

/// Whether there may be references in `text`.
pub(super) fn refers(text: &str) -> bool {
    text.as_bytes().windows(START.len()).any(|window| window.eq_ignore_ascii_case(START.as_bytes()))
}

/// `text` with what `find` gives in the place of each reference. It grows no longer than a text that is kept, or stays as it is from there.
pub(super) fn resolved<'a>(text: &str, find: &dyn Fn(Wanted, [u8; 16]) -> Option<&'a str>) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(next) = rest.chars().next() {
        let found = (next == '{').then(|| reference(rest)).flatten().and_then(|(wanted, id)| find(wanted, id));
        match found.filter(|found| !refers(found) && out.len() + found.len() <= MAX_TEXT) {
            Some(found) => {
                out.push_str(found);
                rest = rest.get(LENGTH..).unwrap_or_default();
            }
            None => {
                out.push(next);
                rest = rest.get(next.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// The reference that `text` begins with.
fn reference(text: &str) -> Option<(Wanted, [u8; 16])> {
    let whole = text.get(..LENGTH)?;
    let (start, rest) = whole.split_at_checked(START.len())?;
    let (how, id) = rest.strip_suffix('}')?.split_at_checked(4)?;
    let wanted = match how.to_ascii_uppercase().as_str() {
        "T@I:" => Wanted::Title,
        "U@I:" => Wanted::User,
        _ => return None,
    };
    let id = data_encoding::HEXLOWER_PERMISSIVE.decode(id.as_bytes()).ok()?;
    start.eq_ignore_ascii_case(START).then_some((wanted, id.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "00112233445566778899AABBCCDDEEFF";

    fn of(text: &str) -> String {
        let bytes: [u8; 16] = data_encoding::HEXUPPER.decode(ID.as_bytes()).unwrap().try_into().unwrap();
        let on = format!("{{REF:U@I:{ID}}}");
        let long = "x".repeat(MAX_TEXT);
        let find = |wanted, id: [u8; 16]| match (wanted, id) {
            (Wanted::Title, id) if id == bytes => Some("Mail"),
            (Wanted::User, id) if id == bytes => Some("älice"),
            (Wanted::Title, [1, ..]) => Some(on.as_str()),
            (Wanted::Title, [2, ..]) => Some(long.as_str()),
            (Wanted::User, [2, ..]) => Some(""),
            _ => None,
        };
        resolved(text, &find)
    }

    #[test]
    fn what_is_found_is_put_in_and_all_else_stays() {
        let other = |first: u8| format!("{first:02}{}", "0".repeat(30));
        let stay = |text: String| (text.clone(), text);
        let rows = [
            (String::new(), String::new()),
            ("plain {x} {REF".into(), "plain {x} {REF".into()),
            (format!("{{REF:T@I:{ID}}}"), "Mail".into()),
            (format!("{{REF:U@I:{ID}}}"), "älice".into()),
            (format!("{{ref:u@i:{}}}", ID.to_lowercase()), "älice".into()),
            (format!("ä{{REF:T@I:{ID}}}, {{REF:U@I:{ID}}}}}"), "äMail, älice}".into()),
            (format!("{{{{REF:T@I:{ID}}}"), "{Mail".into()),
            (format!("a{{REF:U@I:{}}}b", other(2)), "ab".into()),
            // Not there; another field; another way to look for it; too few digits; no digits; no end.
            stay(format!("{{REF:T@I:{}}}", other(3))),
            stay(format!("{{REF:P@I:{ID}}}")),
            stay(format!("{{REF:T@T:{ID}}}")),
            stay(format!("{{REF:T@I:{}}}", &ID[1..])),
            stay(format!("{{REF:T@I:{}}}", "g".repeat(32))),
            stay(format!("{{REF:T@I:{ID}")),
            stay(format!("{{REF:T@I:{}}}", "ä".repeat(16))),
            // It refers on: one step and no further.
            stay(format!("{{REF:T@I:{}}}", other(1))),
        ];
        for (text, expected) in rows {
            assert_eq!(of(&text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_grows_beyond_what_is_kept() {
        let one = format!("{{REF:T@I:02{}}}", "0".repeat(30));
        let many = one.repeat(1000);
        assert_eq!(of(&many), "x".repeat(MAX_TEXT) + &one.repeat(999));
    }
}
