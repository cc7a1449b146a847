//! How well a word that was typed fits an account, and which letters it is.
//!
//! As it was typed, a word counts most at the beginning of the issuer, then of the name, then of a word in them, then anywhere, then in a
//! tag. Where it is nowhere, its letters may stand apart, in their order, from the beginning of a word on: "gh" is GitHub.

use std::ops::Range;

use nucleo_matcher::chars::{normalize, to_lower_case};
use nucleo_matcher::{Config, Matcher, Utf32String};

/// A literal match is worth this much times its place.
const LITERAL: u32 = 100;
/// What a letter is worth at least, on average, where letters stand apart: less than the matcher gives two neighbours, more than it gives
/// letters that are strewn over a name.
const LETTER: u32 = 12;
/// Over so many letters for each of its own a word may be spread: "aws" is Amazon Web Services.
const SPREAD: usize = 6;

/// A text of an account, ready to be searched.
pub struct Text {
    /// As it is written: capital letters within a word begin a part of it.
    letters: Utf32String,
    /// Letter by letter without case and accents.
    folded: Box<str>,
}

impl Text {
    /// `text`, letter by letter where it is not plain ASCII.
    pub fn new(text: &str) -> Self {
        let letters =
            if text.is_ascii() { Utf32String::Ascii(text.into()) } else { Utf32String::Unicode(text.chars().collect()) };
        Self { letters, folded: folded(text) }
    }

    /// Where `word` stands as it was typed: at the beginning of a word, if it does so anywhere; and whether it does.
    fn find(&self, word: &Word) -> Option<(usize, bool)> {
        let found =
            |(at, _): (usize, &str)| (at, self.folded[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric()));
        let mut all = self.folded.match_indices(&*word.folded).map(found);
        let first = all.next()?;
        let (at, begins) = if first.1 { first } else { all.find(|(_, begins)| *begins).unwrap_or(first) };
        // A letter is a letter in both, but not a byte.
        let at = if self.folded.is_ascii() { at } else { self.folded[..at].chars().count() };
        Some((at, begins))
    }

    /// Whether the letter at `at` begins a word, or is a capital letter after a small one.
    fn begins_part(&self, at: usize) -> bool {
        let letter = |at: usize| self.letters.slice(..).get(at as u32);
        let before = at.checked_sub(1).map(letter);
        before.is_none_or(|before| !before.is_alphanumeric() || before.is_lowercase() && letter(at).is_uppercase())
    }
}

/// A word that was typed.
pub struct Word {
    letters: Utf32String,
    folded: Box<str>,
}

impl Word {
    /// `word` without case and accents.
    pub fn new(word: &str) -> Self {
        let folded = folded(word);
        let letters =
            if folded.is_ascii() { Utf32String::Ascii(folded.clone()) } else { Utf32String::Unicode(folded.chars().collect()) };
        Self { letters, folded }
    }
}

/// Letter by letter, so that places are the same in both.
fn folded(text: &str) -> Box<str> {
    text.chars().map(|letter| to_lower_case(normalize(letter))).collect()
}

/// The matcher with its memory, kept between searches.
#[derive(Default)]
pub struct Finder {
    matcher: Option<Box<Matcher>>,
    /// Places of letters of the word that is being looked for.
    letters: Vec<u32>,
    /// Ranges of letters, then of bytes.
    issuer: Vec<Range<usize>>,
    name: Vec<Range<usize>>,
}

impl Finder {
    /// Whether an account has all of `words`: whether one of them only letter by letter, and how well they fit.
    pub fn account(&mut self, words: &[Word], fuzzy: bool, issuer: &Text, name: &Text, tags: &[Text]) -> Option<(bool, u32)> {
        self.issuer.clear();
        self.name.clear();
        let mut apart = false;
        let mut score = 0;
        for word in words {
            let (letter_by_letter, part) = self.word(word, fuzzy, issuer, name, tags)?;
            apart |= letter_by_letter;
            score += part;
        }
        united(&mut self.issuer, issuer);
        united(&mut self.name, name);
        Some((apart, score))
    }

    /// The issuer's matched letters of the last account go behind `all`.
    pub fn take_issuer_hits(&mut self, all: &mut Vec<Range<usize>>) {
        all.append(&mut self.issuer);
    }

    /// The name's.
    pub fn take_name_hits(&mut self, all: &mut Vec<Range<usize>>) {
        all.append(&mut self.name);
    }

    fn word(&mut self, word: &Word, fuzzy: bool, issuer: &Text, name: &Text, tags: &[Text]) -> Option<(bool, u32)> {
        let many = word.letters.len();
        let literal = |text: &Text, hits: &mut Vec<Range<usize>>| {
            let found = text.find(word);
            hits.extend(found.map(|(at, _)| at..at + many));
            found
        };
        let place = match (literal(issuer, &mut self.issuer), literal(name, &mut self.name)) {
            (Some((0, _)), _) => 8,
            (_, Some((0, _))) => 6,
            (Some((_, true)), _) => 4,
            (_, Some((_, true))) => 3,
            (Some(_), _) => 2,
            (None, Some(_)) => 1,
            (None, None) if tags.iter().any(|tag| tag.find(word).is_some()) => 1,
            (None, None) => 0,
        };
        if place > 0 {
            return Some((false, place * LITERAL));
        }
        if !fuzzy || many < 2 {
            return None;
        }
        let matcher = self.matcher.get_or_insert_with(|| Box::new(Matcher::new(Config::DEFAULT)));
        let letters = word.letters.slice(..);
        let mut apart = |text: &Text| {
            let score = u32::from(matcher.fuzzy_match(text.letters.slice(..), letters)?);
            (score >= LETTER * many as u32).then_some(score)
        };
        let (in_issuer, in_name) = (apart(issuer), apart(name));
        let best = in_issuer.max(in_name)?;
        let (text, hits) = if in_issuer == Some(best) { (issuer, &mut self.issuer) } else { (name, &mut self.name) };
        // The letters are asked for only where they are wanted: that costs more.
        self.letters.clear();
        matcher.fuzzy_indices(text.letters.slice(..), letters, &mut self.letters)?;
        let (first, last) = (*self.letters.first()? as usize, *self.letters.last()? as usize);
        if !text.begins_part(first) || last - first >= SPREAD * many {
            return None;
        }
        hits.extend(self.letters.iter().map(|at| *at as usize..*at as usize + 1));
        Some((true, best))
    }
}

/// Ranges of letters as ranges of bytes, in their order, those that touch made one.
fn united(hits: &mut Vec<Range<usize>>, text: &Text) {
    hits.sort_unstable_by_key(|hit| hit.start);
    hits.dedup_by(|later, first| {
        let touch = later.start <= first.end;
        if touch {
            first.end = first.end.max(later.end);
        }
        touch
    });
    if let Utf32String::Unicode(letters) = &text.letters {
        let bytes = |to: usize| letters.iter().take(to).map(|letter| letter.len_utf8()).sum::<usize>();
        hits.iter_mut().for_each(|hit| *hit = bytes(hit.start)..bytes(hit.end));
    }
}
