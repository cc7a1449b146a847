//! XML of strangers: what makes the parser slow or large is refused before it is parsed.

use roxmltree::{Document, Node, ParsingOptions};

use super::FormatError;

/// The most attributes of an element. Each is compared with all before it: a tag of a million would take hours.
const MAX_ATTRIBUTES: usize = 32;

/// Parses `xml` with at most `nodes` elements, texts and comments. A DTD is refused, so nothing is expanded or fetched; so are
/// namespaces, of which every element would keep a list of all around it.
///
/// # Errors
/// [`FormatError::Damaged`]; [`FormatError::TooManyEntries`] with more nodes.
pub(super) fn parse(xml: &str, nodes: u32) -> Result<Document<'_>, FormatError> {
    if !tags_are_small(xml.as_bytes()) {
        return Err(FormatError::Damaged);
    }
    let options = ParsingOptions { nodes_limit: nodes, ..ParsingOptions::default() };
    Document::parse_with_options(xml, options).map_err(|error| match error {
        roxmltree::Error::NodesLimitReached => FormatError::TooManyEntries,
        _ => FormatError::Damaged,
    })
}

/// The text of an element; a comment inside would split it.
pub(super) fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|node| if node.is_text() { node.text() } else { None }).collect()
}

/// Whether no tag has more than a few attributes, or a namespace.
fn tags_are_small(xml: &[u8]) -> bool {
    let mut rest = xml;
    while let Some(start) = rest.iter().position(|byte| *byte == b'<') {
        rest = rest.get(start + 1..).unwrap_or_default();
        let other = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
        if let Some((open, close)) = other.iter().find(|(open, _)| rest.starts_with(open.as_bytes())) {
            rest = rest.get(open.len()..).unwrap_or_default();
            let Some(end) = rest.windows(close.len()).position(|window| window == close.as_bytes()) else { return true };
            rest = rest.get(end + close.len()..).unwrap_or_default();
            continue;
        }
        let (mut quote, mut attributes) = (None, 0);
        let mut end = rest.len();
        for (at, byte) in rest.iter().enumerate() {
            match (quote, byte) {
                (Some(open), byte) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => attributes += 1,
                (None, b'x') if rest.get(at..).is_some_and(|rest| rest.starts_with(b"xmlns")) => return false,
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
        rest = rest.get(end..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_take_hours_is_refused_at_once() {
        use FormatError::{Damaged, TooManyEntries};
        let attributes = |many: usize| (0..many).map(|n| format!(" a{n}='<>'")).collect::<String>();
        let spaces = (0..30).map(|n| format!(" xmlns:n{n}='u{n}'")).collect::<String>();
        let nested = |tag: &str, many: usize| format!("{}{}", format!("<a{tag}>").repeat(many), "</a>".repeat(many));
        let rows: &[(&str, Option<FormatError>)] = &[
            ("<a/>", None),
            ("<a>xmlns = = = ' \"</a>", None),
            ("<!-- <a b='' --><a><![CDATA[ <a = xmlns ]]></a>", None),
            ("<?xml version='1.0'?><a b=\"xmlns\"/>", None),
            (&format!("<a{}/>", attributes(MAX_ATTRIBUTES).replace('<', "")), None),
            (&format!("<a{}/>", attributes(MAX_ATTRIBUTES + 1)), Some(Damaged)),
            (&format!("<a{}/>", attributes(1_000_000)), Some(Damaged)),
            (&format!("<a>'<a{}/></a>", attributes(100_000)), Some(Damaged)),
            (&format!("<!-- ' --><a{}/>", attributes(100_000)), Some(Damaged)),
            (&format!("<![CDATA[ ' ]]><a{}/>", attributes(100_000)), Some(Damaged)),
            (&nested(&spaces, 10_000), Some(Damaged)),
            (&nested("", 100_000), Some(TooManyEntries)),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", Some(Damaged)),
            ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", Some(Damaged)),
            ("<a>&b;</a>", Some(Damaged)),
            ("<a", Some(Damaged)),
            ("<!--", Some(Damaged)),
            ("", Some(Damaged)),
        ];
        for (xml, expected) in rows {
            assert_eq!(parse(xml, 50_000).err(), *expected, "{}", xml.chars().take(80).collect::<String>());
        }
    }
}
