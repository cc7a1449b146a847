//! Android's shared preferences: an XML file with one `map` of names and values.

use std::collections::HashSet;

use roxmltree::{Document, ParsingOptions};

use super::{FormatError, MAX_ENTRIES};

/// Android writes a name and a value.
const MAX_ATTRIBUTES: usize = 4;

/// The texts of the map, in their order: name and value. Values of other types are settings and are passed over.
///
/// # Errors
/// [`FormatError::NotThisFormat`] without a map, [`FormatError::Damaged`], [`FormatError::KeyTwice`], [`FormatError::TooManyEntries`].
pub(super) fn texts(xml: &str) -> Result<Vec<(String, String)>, FormatError> {
    if !is_map(xml) {
        return Err(FormatError::NotThisFormat);
    }
    let document = document(xml)?;
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
        // A comment inside would split the text.
        let text: String = value.children().filter_map(|node| if node.is_text() { node.text() } else { None }).collect();
        texts.push((name.to_owned(), text));
    }
    Ok(texts)
}

/// `xml` as a tree, once it is seen that it takes no more time and memory than such a file does.
///
/// # Errors
/// [`FormatError::Damaged`], [`FormatError::TooManyEntries`].
pub(super) fn document(xml: &str) -> Result<Document<'_>, FormatError> {
    if !is_small(xml) {
        return Err(FormatError::Damaged);
    }
    // A DTD is refused, so nothing is expanded; text, elements and attributes take a few nodes each.
    let limit = u32::try_from(MAX_ENTRIES * 8).unwrap_or(u32::MAX);
    let options = ParsingOptions { nodes_limit: limit, ..ParsingOptions::default() };
    Document::parse_with_options(xml, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => FormatError::TooManyEntries,
        _ => FormatError::Damaged,
    })
}

/// Whether no tag has more attributes than Android writes, and none declares a name space: the parser compares each attribute with
/// all others of its tag, and hands all name spaces on to every element inside.
fn is_small(xml: &str) -> bool {
    let mut rest = xml;
    while let Some((_, tag)) = rest.split_once('<') {
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")].into_iter().find(|(start, _)| tag.starts_with(start));
        if let Some((start, end)) = skipped {
            // Without its end it is no XML, and nothing after it is looked at.
            rest = tag[start.len()..].split_once(end).map_or("", |(_, rest)| rest);
            continue;
        }
        let (mut quote, mut attributes, mut end) = (None, 0, tag.len());
        for (at, letter) in tag.bytes().enumerate() {
            match (quote, letter) {
                (Some(open), _) if open == letter => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(letter),
                (None, b'=') => attributes += 1,
                (None, b'>') => {
                    end = at;
                    break;
                }
                (None, _) => {}
            }
            if attributes > MAX_ATTRIBUTES {
                return false;
            }
        }
        if attributes > 0 && tag.as_bytes()[..end].windows(5).any(|letters| letters == b"xmlns") {
            return false;
        }
        rest = &tag[end..];
    }
    true
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
        let names = |n: usize| (0..n).map(|at| format!(" a{at}=''")).collect::<String>();
        let spaces = (0..60_000).map(|at| format!(" xmlns:a{at}='b{at}'")).collect::<String>();
        let (wide, spaced) = (format!("<map><a{}/></map>", names(1_000_000)), format!("<map{spaces}><a xmlns:c='d'/></map>"));
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
            (&format!("<map><string name='a'{}/></map>", names(3)), Ok(1)),
            (&format!("<map><string name='a'{}/></map>", names(4)), Err(Damaged)),
            (&wide, Err(Damaged)),
            (&spaced, Err(Damaged)),
            ("<map xmlns:a='b'/>", Err(Damaged)),
            ("<map><string name='a'>xmlns:a='b' = = = = =</string><!-- <a a='' b='' c='' d='' e=''> --></map>", Ok(1)),
            ("<map><string name='a'><![CDATA[<a a='' b='' c='' d='' e=''>]]></string></map>", Ok(1)),
            ("<map><string name='<", Err(Damaged)),
            ("<map><!-- <", Err(Damaged)),
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
