//! Words with places that stand for what differs from run to run.

/// Whether `text` is what was `expected`, where `<id>` stands for the id of an account, `<secret>` for a key in base32, and
/// `<any>` for anything, also several lines.
pub fn are(text: &str, expected: &str) -> bool {
    let Some((before, rest)) = expected.split_once('<') else { return text == expected };
    let Some(text) = text.strip_prefix(before) else { return false };
    if let Some(rest) = rest.strip_prefix("any>") {
        return text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| are(&text[at..], rest));
    }
    let run = |of: fn(u8) -> bool| text.bytes().take_while(|byte| of(*byte)).count();
    if let Some(rest) = rest.strip_prefix("id>") {
        let long = run(is_id);
        return long == ID && are(&text[long..], rest);
    }
    if let Some(rest) = rest.strip_prefix("secret>") {
        let long = run(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'));
        return long >= 16 && are(&text[long..], rest);
    }
    text.strip_prefix('<').is_some_and(|text| are(text, rest))
}

const ID: usize = 32;

fn is_id(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// The last id that stands in `text`.
pub fn last_id(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii() || !is_id(c as u8)).rfind(|word| word.len() == ID)
}

#[test]
fn places_stand_for_what_differs() {
    let id = "0123456789abcdef0123456789abcdef";
    for (text, expected, same) in [
        ("a", "a", true),
        ("a", "a\n", false),
        (id, "<id>", true),
        (&id[1..], "<id>", false),
        ("x <y> z", "x <y> z", true),
        ("one\ntwo\nthree", "one<any>three", true),
        ("one\ntwo\nthree", "one<any>two", false),
        ("secret=GEZDGNBVGY3TQOJQ&", "secret=<secret>&", true),
    ] {
        assert_eq!(are(text, expected), same, "{text} {expected}");
    }
    assert_eq!(last_id(&format!("{id} {id}\n")), Some(id));
}
