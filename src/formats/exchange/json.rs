//! JSON of strangers: depth, doubled keys and numbers are checked while it is read.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{FormatError, MAX_DEPTH, MAX_ENTRIES, shape};

/// A value. It may hold secrets: it cannot be printed.
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number that fits.
    Whole(i128),
    /// Any other number: with a point, an exponent, or too large.
    Fraction,
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object in its order; no key stands twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The value of `key` in an object; `None` too where it is `null`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(name, _)| name == key).map(|(_, value)| value).filter(|value| !matches!(value, Self::Null))
    }

    /// The value of the last of `keys`, each inside the one before.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Whether it is an object that has `key`, be it `null`.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        matches!(self, Self::Object(fields) if fields.iter().any(|(name, _)| name == key))
    }

    /// A text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// A whole number, or a text of its digits: several apps write numbers as texts.
    #[must_use]
    pub fn whole(&self) -> Option<i128> {
        match self {
            Self::Whole(number) => Some(*number),
            Self::Text(text) if text.len() <= 20 => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let plain = !digits.is_empty()
                    && digits.bytes().all(|b| b.is_ascii_digit())
                    && (digits == "0" || !digits.starts_with('0'));
                if plain { text.parse().ok() } else { None }
            }
            _ => None,
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// A list.
    #[must_use]
    pub fn list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// A list of entries.
    ///
    /// # Errors
    /// [`FormatError::Damaged`] if it is no list, [`FormatError::TooManyEntries`].
    pub fn entries(&self) -> Result<&[Self], FormatError> {
        match self.list().ok_or(FormatError::Damaged)? {
            items if items.len() > MAX_ENTRIES => Err(FormatError::TooManyEntries),
            items => Ok(items),
        }
    }

    /// The list that is all of a file of an app: it is empty, or `known` knows one of its entries.
    ///
    /// # Errors
    /// [`FormatError::NotThisFormat`] if it is another one, [`FormatError::TooManyEntries`].
    pub fn entries_of(&self, known: impl Fn(&Self) -> bool) -> Result<&[Self], FormatError> {
        match self.list() {
            Some(items) if items.is_empty() || items.iter().any(known) => self.entries(),
            _ => Err(FormatError::NotThisFormat),
        }
    }

    /// The fields of an object.
    #[must_use]
    pub fn fields(&self) -> Option<&[(String, Self)]> {
        if let Self::Object(fields) = self { Some(fields) } else { None }
    }
}

/// Reads `text`, which must be one object or one list.
pub(super) fn parse(text: &str) -> Result<Json, FormatError> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Err(FormatError::NotThisFormat);
    }
    parse_any(text)
}

/// Reads what was inside an encryption or an archive: there, what is no JSON is damaged.
pub(super) fn inside(bytes: &[u8]) -> Result<Json, FormatError> {
    let text = shape::text(bytes).ok_or(FormatError::Damaged)?;
    parse(&text).map_err(|error| if error == FormatError::NotThisFormat { FormatError::Damaged } else { error })
}

/// Reads `text`, be it a bare value.
pub(super) fn parse_any(text: &str) -> Result<Json, FormatError> {
    let (depth, values) = depth_and_values(text);
    if depth > MAX_DEPTH {
        return Err(FormatError::TooDeep);
    }
    if values > MAX_VALUES {
        return Err(FormatError::TooLarge);
    }
    serde_json::from_str(text).map_err(|error| match error.to_string().starts_with(TWICE) {
        true => FormatError::KeyTwice,
        false => FormatError::Damaged,
    })
}

const TWICE: &str = "a key stands twice";

/// The most values of a file: each takes many times the memory of its two letters, and 10 000 entries have no more than this.
const MAX_VALUES: usize = 1 << 20;

/// How deep lists and objects lie in one another, and how many values there are at most; strings left out.
fn depth_and_values(text: &str) -> (usize, usize) {
    let (mut now, mut most, mut values, mut quoted, mut escaped) = (0_usize, 0, 1, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => values += 1,
            b'[' | b'{' if !quoted => {
                values += 1;
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' if !quoted => now = now.saturating_sub(1),
            _ => {}
        }
    }
    (most, values)
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Any)
    }
}

struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Whole(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Whole(value.into()))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Fraction)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut fields: Vec<(String, Json)> = Vec::new();
        while let Some(field) = map.next_entry::<String, Json>()? {
            fields.push(field);
        }
        let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        if names.is_sorted_by(|one, next| one < next) { Ok(Json::Object(fields)) } else { Err(A::Error::custom(TWICE)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_json_and_what_is_not() {
        use FormatError::{Damaged, KeyTwice, NotThisFormat, TooDeep, TooLarge};
        let values = |n: usize| format!("[{}\"[,,,{{\"]", "1,".repeat(n));
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        let rows: &[(&str, Option<FormatError>)] = &[
            ("{}", None),
            (" [1, \"a\", null, true, 1.5, -0]", None),
            (&nested(MAX_DEPTH), None),
            (&nested(MAX_DEPTH + 1), Some(TooDeep)),
            (&"[".repeat(100_000), Some(TooDeep)),
            (&"{\"a\":".repeat(100_000), Some(TooDeep)),
            // The list itself, and what it holds.
            (&values(MAX_VALUES - 2), None),
            (&values(MAX_VALUES - 1), Some(TooLarge)),
            ("{\"a\":\"[[[[{{{{\\\"[[[\"}", None),
            ("{\"a\":1,\"a\":1}", Some(KeyTwice)),
            ("[{\"b\":{\"secret\":\"A\",\"secret\":\"A\"}}]", Some(KeyTwice)),
            ("[1e400]", Some(Damaged)),
            ("[1,]", Some(Damaged)),
            ("{} {}", Some(Damaged)),
            ("{\"a\":1}\n{\"a\":1}", Some(Damaged)),
            ("[\"\\ud800\"]", Some(Damaged)),
            ("{\"a\":", Some(Damaged)),
            ("\"a\"", Some(NotThisFormat)),
            ("hello", Some(NotThisFormat)),
            ("", Some(NotThisFormat)),
        ];
        for (text, expected) in rows {
            assert_eq!(parse(text).err(), *expected, "{:?}", text.chars().take(40).collect::<String>());
        }
    }

    #[test]
    fn numbers_are_whole_or_not_taken() {
        let read = |text: &str| parse(&format!("[{text}]")).unwrap().list().unwrap()[0].whole();
        let rows = [
            ("6", Some(6)),
            ("-1", Some(-1)),
            ("\"6\"", Some(6)),
            ("\"-7\"", Some(-7)),
            ("\"06\"", None),
            ("\"+6\"", None),
            ("\"6.0\"", None),
            ("\"\"", None),
            ("6.0", None),
            ("1e1", None),
            ("18446744073709551615", Some(u64::MAX.into())),
            ("18446744073709551616", None),
            ("null", None),
            ("true", None),
            ("\"６\"", None),
        ];
        for (text, expected) in rows {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
