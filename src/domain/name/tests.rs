//! What happens to the names that strangers send: hostile.md, names.

use proptest::prelude::*;

use super::NameNote::*;
use super::*;

#[test]
fn names_from_strangers() {
    let zalgo = format!("a{}b", "\u{335}".repeat(300));
    let rows: &[(&str, &str, &[NameNote])] = &[
        ("alice@example.com", "alice@example.com", &[]),
        ("", "", &[]),
        ("  Acme Corp \u{3000}", "Acme Corp", &[]),
        // Control characters, line breaks, escape sequences
        ("a\0b", "ab", &[Control]),
        ("a\nb\r\tc", "abc", &[Control]),
        ("\u{1b}[31mred", "[31mred", &[Control]),
        ("a\u{2028}b\u{2029}c\u{85}", "abc", &[Control]),
        // Direction
        ("\u{202e}moc.elgoog", "moc.elgoog", &[Bidi]),
        ("a\u{202a}\u{202b}\u{202c}\u{202d}\u{2066}\u{2067}\u{2068}\u{2069}b", "ab", &[Bidi]),
        ("\u{200e}a\u{200f}b\u{61c}", "ab", &[Bidi]),
        // Invisible
        ("Goo\u{200b}gle", "Google", &[Invisible]),
        ("\u{feff}Go\u{ad}o\u{2060}gle", "Google", &[Invisible]),
        ("a\u{200c}b\u{200d}c", "abc", &[Invisible]),
        ("a\u{e0001}\u{e0041}\u{e007f}b", "ab", &[Invisible]),
        ("a\u{fe0f}b\u{fe00}\u{e0100}", "ab", &[Invisible]),
        ("\u{3164}\u{115f}\u{2800}\u{ffa0}", "", &[Invisible]),
        ("a\u{ffff}\u{1fffe}\u{fdd0}", "a", &[Invisible]),
        ("\0\u{202e}\u{200b}x", "x", &[Control, Bidi, Invisible]),
        // Emoji stay whole
        ("👩‍❤️‍👨 family", "👩‍❤️‍👨 family", &[]),
        ("👨🏽‍💻", "👨🏽‍💻", &[]),
        ("1️⃣ #️⃣", "1️⃣ #️⃣", &[]),
        ("🇩🇪 ☎️ ☎︎", "🇩🇪 ☎️ ☎︎", &[]),
        ("👩\u{200d}", "👩", &[Invisible]),
        ("👩\u{200d}\u{200d}💻", "👩‍💻", &[Invisible]),
        // A flag of tags loses them: tags carry hidden text
        ("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴", &[Invisible]),
        // Scripts that are written with joiners
        ("می\u{200c}خواهم", "می\u{200c}خواهم", &[]),
        ("क्\u{200d}ष", "क्\u{200d}ष", &[]),
        ("ශ්\u{200d}රී", "ශ්\u{200d}රී", &[]),
        ("می\u{200c} خواهم", "می خواهم", &[Invisible]),
        // Marks
        (&zalgo, "a\u{335}\u{335}b", &[Marks]),
        ("e\u{301}", "é", &[]),
        ("e\u{323}\u{302}\u{301}", "ệ\u{301}", &[]),
        ("बड़ों में", "बड\u{93c}ों में", &[]),
        ("שׁ\u{5bc}ָ", "ש\u{5b8}\u{5bc}\u{5c1}", &[]),
        ("ที่นี่ น้ำ", "ที่นี่ น้ำ", &[]),
        // Homoglyphs
        ("Gооgle", "Gооgle", &[MixedScripts]),
        ("раypal.com", "раypal.com", &[MixedScripts]),
        ("Αmazon", "Αmazon", &[MixedScripts]),
        ("РАУРАІ Secure", "РАУРАІ Secure", &[MixedScripts]),
        ("ΑcmeЯ", "ΑcmeЯ", &[MixedScripts]),
        // Languages
        ("Сбербанк Online", "Сбербанк Online", &[]),
        ("хор", "хор", &[]),
        ("Ελληνική Τράπεζα", "Ελληνική Τράπεζα", &[]),
        ("日本語テキストとひらがなLINE", "日本語テキストとひらがなLINE", &[]),
        ("ラーメンー〆々", "ラーメンー〆々", &[]),
        ("한국은행KB國民", "한국은행KB國民", &[]),
        ("בנק הפועלים 123", "בנק הפועלים 123", &[]),
        ("בנק Leumi", "בנק Leumi", &[]),
        ("حساب ۱۲۳ 123", "حساب ۱۲۳ 123", &[]),
        ("ÅÄÖ ñandú", "ÅÄÖ ñandú", &[]),
        ("иван@example.com", "иван@example.com", &[]),
        ("100 µΩ", "100 µΩ", &[]),
    ];
    for (raw, text, notes) in rows {
        let cleaned = clean(raw);
        assert_eq!((cleaned.text.as_str(), cleaned.notes.as_slice()), (*text, *notes), "{raw:?}");
    }
}

#[test]
fn long_names_are_cut() {
    let cleaned = clean(&"é".repeat(256));
    assert_eq!((cleaned.text.chars().count(), cleaned.notes), (256, vec![]));
    let cleaned = clean(&"e\u{301}".repeat(257));
    assert_eq!((cleaned.text.as_str(), cleaned.notes), ("é".repeat(256).as_str(), vec![Cut]));
    let cleaned = clean(&"x".repeat(1 << 20));
    assert_eq!((cleaned.text.len(), cleaned.notes), (256, vec![Cut]));
    // The cut leaves no joiner and no space at the end.
    let cleaned = clean(&format!("{}👩‍💻", "x".repeat(254)));
    assert_eq!((cleaned.text.as_str(), cleaned.notes), (format!("{}👩", "x".repeat(254)).as_str(), vec![Cut]));
    let cleaned = clean(&format!("{} xy", "x".repeat(255)));
    assert_eq!((cleaned.text.as_str(), cleaned.notes), ("x".repeat(255).as_str(), vec![Cut]));
}

#[test]
fn a_megabyte_of_marks_does_not_hang() {
    let cleaned = clean(&"\u{335}\u{316}".repeat(1 << 18));
    assert_eq!((cleaned.text.chars().count(), cleaned.notes), (2, vec![Marks]));
}

/// Text made of what makes trouble, with ordinary letters between.
fn trouble() -> impl Strategy<Value = String> {
    let characters = "aZ9 -é한글漢字かカबड़ोंשׁمی👩💻❤🏽🇩1#\u{20e3}\u{fe0f}\u{fe0e}\u{200c}\u{200d}\u{200b}\u{202e}\u{301}\u{323}\u{335}\
                      \u{302}\u{e0041}\0\n\u{2028}\u{1100}\u{1161}\u{11a8}\u{feff}оΑ্\u{9c7}\u{9be}\u{915}\u{94d}\u{958}";
    let characters: Vec<char> = characters.chars().collect();
    prop::collection::vec(prop::sample::select(characters), 0..300).prop_map(|chosen| chosen.into_iter().collect())
}

fn check(raw: &str) {
    let once = clean(raw);
    let twice = clean(&once.text);
    assert_eq!(once.text, twice.text);
    assert!(twice.notes.iter().all(|&note| note == MixedScripts), "{:?}", twice.notes);
    assert_eq!(once.notes.contains(&MixedScripts), twice.notes.contains(&MixedScripts));
    assert!(
        !once
            .text
            .chars()
            .any(|c| is_control(c) || is_bidi(c) || matches!(c, '\u{200b}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'))
    );
    assert!(unicode_normalization::is_nfc(&once.text));
    assert_eq!(once.text.trim(), once.text);
    assert!(once.text.chars().count() <= MAX_CHARS);
    assert!(once.notes.is_sorted());
}

proptest! {
    #[test]
    fn cleaning_twice_changes_nothing_and_leaves_nothing_bad(raw in any::<String>()) {
        check(&raw);
    }

    #[test]
    fn cleaning_holds_for_text_made_of_trouble(raw in trouble()) {
        check(&raw);
    }
}
