//! Names from strangers: cleaned of what cannot be seen or would turn the text round, and what was done is said.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_script::{Script, ScriptExtension, UnicodeScript};

/// The longest name kept, in characters.
pub const MAX_CHARS: usize = 256;
/// The most marks kept on one letter.
const MAX_MARKS: usize = 2;
/// The most marks kept on one letter where they belong to its script: बड़ों has three on one letter, pointed Hebrew likewise.
const MAX_OWN_MARKS: usize = 4;

/// A cleaned name and what was done to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanName {
    /// The name: NFC, trimmed, one line.
    pub text: String,
    /// What was done or noticed, each at most once, in the order of [`NameNote`].
    pub notes: Vec<NameNote>,
}

/// What was done to a name, or noticed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameNote {
    /// Control characters and line breaks were taken out.
    Control,
    /// Characters that turn the direction of text round were taken out.
    Bidi,
    /// Characters that cannot be seen were taken out.
    Invisible,
    /// More than two marks on one letter were taken out.
    Marks,
    /// It was longer than [`MAX_CHARS`] and was cut.
    Cut,
    /// Scripts are mixed in a way that no language does (UTS 39): letters may not be what they seem.
    MixedScripts,
}

/// Cleans `raw`: cleaning what was cleaned changes nothing.
///
/// Taken out: control characters and line breaks, bidi controls, characters that cannot be seen (zero-width, tags, fillers,
/// variation selectors outside emoji), marks beyond two on a letter (beyond four where the marks belong to the letter's own
/// script). ZWJ and ZWNJ stay inside emoji and between letters of the scripts that are written with them. The rest is put into
/// NFC, trimmed and held at [`MAX_CHARS`].
///
/// [`NameNote::MixedScripts`] follows the "highly restrictive" level of UTS 39 section 5.2, word by word, so that a name in two
/// languages passes and one Cyrillic letter in a Latin word does not.
#[must_use]
pub fn clean(raw: &str) -> CleanName {
    let mut notes = BTreeSet::new();
    let mut text = raw.to_owned();
    // Taking something out can bring together what then changes again. Each round but the first only shortens.
    loop {
        let next = round(&text, &mut notes);
        if next == text {
            break;
        }
        text = next;
    }
    if mixes_scripts(&text) {
        notes.insert(NameNote::MixedScripts);
    }
    CleanName { text, notes: notes.into_iter().collect() }
}

fn round(text: &str, notes: &mut BTreeSet<NameNote>) -> String {
    let seen = strip(text, notes);
    let composed: String = seen.nfc().collect();
    let marked = hold_marks(&composed, notes);
    let trimmed = marked.trim();
    match trimmed.char_indices().nth(MAX_CHARS) {
        None => trimmed.to_owned(),
        Some((end, _)) => {
            notes.insert(NameNote::Cut);
            trimmed[..end].trim_end_matches(|c: char| is_joiner(c) || c.is_whitespace()).to_owned()
        }
    }
}

/// Takes out what must not be there, with its note.
fn strip(text: &str, notes: &mut BTreeSet<NameNote>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    // The last two characters kept.
    let (mut before, mut previous) = (None, None);
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let note = match character {
            _ if is_control(character) => Some(NameNote::Control),
            _ if is_bidi(character) => Some(NameNote::Bidi),
            _ if is_joiner(character) && joins(before, previous, next) => None,
            '\u{fe0e}' | '\u{fe0f}' if previous.is_some_and(is_pictograph) => None,
            '\u{fe0f}' if previous.is_some_and(is_keycap) && next == Some('\u{20e3}') => None,
            _ if is_joiner(character) || is_invisible(character) => Some(NameNote::Invisible),
            _ => None,
        };
        if let Some(note) = note {
            notes.insert(note);
        } else {
            kept.push(character);
            (before, previous) = (previous, Some(character));
        }
    }
    kept
}

fn hold_marks(text: &str, notes: &mut BTreeSet<NameNote>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut marks = 0;
    for character in text.chars() {
        if is_combining_mark(character) && !is_variation_selector(character) {
            let limit = if character.script() == Script::Inherited { MAX_MARKS } else { MAX_OWN_MARKS };
            if marks >= limit {
                notes.insert(NameNote::Marks);
                continue;
            }
            marks += 1;
        } else if !is_variation_selector(character) && !is_joiner(character) {
            marks = 0;
        }
        kept.push(character);
    }
    kept
}

fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Bidi_Control (UAX 9 section 2).
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}' | '\u{180f}')
}

/// Default_Ignorable_Code_Point (UAX 44), blanks that pass for letters, and noncharacters.
fn is_invisible(c: char) -> bool {
    is_variation_selector(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}')
        || matches!(c, '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Pictographs, flags and skin tones: the blocks that hold Extended_Pictographic (UTS 51), a little wider.
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2460}'..='\u{24ff}')
        || matches!(c, '\u{25a0}'..='\u{27bf}' | '\u{2900}'..='\u{297f}' | '\u{2b00}'..='\u{2bff}')
        || matches!(c, '©' | '®' | '‼' | '⁉' | '™' | 'ℹ' | '〰' | '〽' | '㊗' | '㊙')
}

fn is_keycap(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '#' | '*')
}

/// Scripts whose words are written with ZWJ and ZWNJ (UAX 31 section 2.3.1).
const JOINED: [Script; 16] = [
    Script::Arabic,
    Script::Syriac,
    Script::Mongolian,
    Script::Nko,
    Script::Devanagari,
    Script::Bengali,
    Script::Gurmukhi,
    Script::Gujarati,
    Script::Oriya,
    Script::Tamil,
    Script::Telugu,
    Script::Kannada,
    Script::Malayalam,
    Script::Sinhala,
    Script::Khmer,
    Script::Myanmar,
];

/// Whether a joiner means something between `previous` (after `before`) and `next`.
fn joins(before: Option<char>, previous: Option<char>, next: Option<char>) -> bool {
    let (Some(previous), Some(next)) = (previous, next) else { return false };
    let emoji = is_pictograph(previous) || (previous == '\u{fe0f}' && before.is_some_and(is_pictograph));
    (emoji && is_pictograph(next)) || JOINED.iter().any(|&script| belongs(previous, script) && belongs(next, script))
}

/// Whether `c` is a character of `script`, and not one that all scripts share.
fn belongs(c: char, script: Script) -> bool {
    let scripts = c.script_extension();
    !shared(scripts) && scripts.contains_script(script)
}

fn shared(scripts: ScriptExtension) -> bool {
    scripts.is_common() || scripts.is_inherited()
}

/// What is written together in one word although it is several scripts (UTS 39 section 5.2, highly restrictive).
const TOGETHER: [&[Script]; 3] = [
    &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana],
    &[Script::Latin, Script::Han, Script::Hangul],
    &[Script::Latin, Script::Han, Script::Bopomofo],
];

/// Cyrillic and Greek letters that pass for Latin ones.
const LOOK_ALIKES: &str = "АВЕЅІЈКМНОРСТУХҮаеѕіјорсухһԁԛԝӏүΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρυικα";

fn mixes_scripts(text: &str) -> bool {
    let words = || text.split(|c: char| c.is_whitespace() || "@/()[],:;|&+".contains(c)).filter(|word| !word.is_empty());
    // A whole word of look-alikes beside Latin words is no second language.
    let latin = || words().any(|word| word.chars().any(|c| c.script() == Script::Latin));
    let disguised = |word: &str| word.chars().count() >= 3 && word.chars().all(|c| LOOK_ALIKES.contains(c));
    words().any(|word| !one_language(word)) || (words().any(disguised) && latin())
}

fn one_language(word: &str) -> bool {
    let all = || word.chars().map(|c| c.script_extension()).filter(|&scripts| !shared(scripts));
    let Some(common) = all().reduce(ScriptExtension::intersection) else { return true };
    !common.is_empty()
        || TOGETHER.iter().any(|group| all().all(|scripts| group.iter().any(|&script| scripts.contains_script(script))))
}

#[cfg(test)]
mod tests;
