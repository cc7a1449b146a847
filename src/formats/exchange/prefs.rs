//! Android's shared preferences: an XML file with one `map` of names and values.

use std::collections::HashSet;

use super::{FormatError, MAX_ENTRIES, xml};

/// The texts of the map, in their order: name and value. Values of other types are settings and are passed over.
///
/// # Errors
/// [`FormatError::NotThisFormat`] without a map, [`FormatError::Damaged`], [`FormatError::KeyTwice`], [`FormatError::TooManyEntries`].
pub(super) fn texts(text: &str) -> Result<Vec<(String, String)>, FormatError> {
    if !is_map(text) {
        return Err(FormatError::NotThisFormat);
    }
    // Text, elements and attributes take a few nodes each.
    let document = xml::parse(text, u32::try_from(MAX_ENTRIES * 8).unwrap_or(u32::MAX))?;
    let map = document.root_element();
    if !map.has_tag_name("map") {
        return Err(FormatError::NotThisFormat);
    }
    let (mut texts, mut seen) = (Vec::new(), HashSet::new());
    for value in map.children().filter(|node| node.has_tag_name("string")) {
        let name = value.attribute("name").ok_or(FormatError::Damaged)?;
        if !seen.insert(name) {
            return Err(FormatError::KeyTwice);
        }
        texts.push((name.to_owned(), xml::text(value)));
    }
    Ok(texts)
}

/// Whether `text` begins like such a file.
pub(super) fn is_map(text: &str) -> bool {
    let text = text.trim_start();
    let rest = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, rest)| rest),
        None => text,
    };
    rest.trim_start().starts_with("<map")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_xml() {
        use FormatError::{Damaged, KeyTwice, NotThisFormat, TooManyEntries};
        let deep = format!("<map>{}{}</map>", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let shallow = format!("<map>{}{}</map>", "<a>".repeat(20_000), "</a>".repeat(20_000));
        let many = format!("<map>{}</map>", "<string name='a'/>".repeat(100_000));
        let rows: &[(&str, Result<usize, FormatError>)] = &[
            ("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map><string name=\"a\">x</string></map>", Ok(1)),
            (" <map />", Ok(0)),
            ("<map><string name='a'>&lt;&amp;&#x1f98a;</string><int name='a' value='1'/></map>", Ok(1)),
            ("<map><string name='a'/><string name='a'/></map>", Err(KeyTwice)),
            ("<map><string>x</string></map>", Err(Damaged)),
            ("<map><string name='a'>", Err(Damaged)),
            ("<map><string name='a'>&nbsp;</string></map>", Err(Damaged)),
            ("<mapping/>", Err(NotThisFormat)),
            ("<!DOCTYPE map><map/>", Err(NotThisFormat)),
            ("<map><!DOCTYPE lolz [<!ENTITY a \"b\">]>&a;</map>", Err(Damaged)),
            ("<?xml version='1.0'?><!DOCTYPE m [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><map/>", Err(NotThisFormat)),
            ("{}", Err(NotThisFormat)),
            (&deep, Err(TooManyEntries)),
            (&shallow, Ok(0)),
            (&many, Err(TooManyEntries)),
        ];
        for (xml, expected) in rows {
            let read = texts(xml).map(|texts| texts.len());
            assert_eq!(read, *expected, "{}", xml.chars().take(80).collect::<String>());
        }
        let read = texts("<map><string name='a'>&lt;&amp;<!-- c -->&#x1f98a;</string></map>").unwrap();
        assert_eq!(read, [("a".to_owned(), "<&🦊".to_owned())]);
    }
}
