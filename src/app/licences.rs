//! The licences of all parts of the program, as `assets/licences.py` has written them down.

/// A part that others have made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What its authors say of the licence, in SPDX's words.
    pub terms: &'static str,
    /// The texts of the licence; at least one.
    pub texts: Vec<&'static str>,
}

const WRITTEN: &str = include_str!("../../assets/licences.txt");

/// All parts, in the order in which they are written down: fonts first.
#[must_use]
pub fn parts() -> Vec<Part> {
    let (lines, texts) = WRITTEN.split_once("\n\n== ").unwrap_or((WRITTEN, ""));
    let texts: Vec<&str> = texts.split("\n\n== ").filter_map(|text| Some(text.split_once('\n')?.1.trim_end())).collect();
    let text = |number: &str| number.parse::<usize>().ok().and_then(|number| texts.get(number.checked_sub(1)?)).copied();
    let part = |line: &'static str| {
        let mut fields = line.splitn(4, " | ");
        let (name, version, terms, numbers) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        Some(Part { name, version, terms, texts: numbers.split(' ').filter_map(text).collect() })
    };
    lines.lines().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_texts() {
        let parts = parts();
        assert_eq!(parts.len(), WRITTEN.lines().take_while(|line| !line.is_empty()).count());
        for part in &parts {
            assert!(!part.texts.is_empty() && part.texts.iter().all(|text| text.len() > 200), "{} {}", part.name, part.version);
        }
        let egui = parts.iter().find(|part| part.name == "egui").unwrap();
        assert!(egui.texts[0].contains("Permission is hereby granted"), "{}", egui.texts[0]);
        let last = WRITTEN.rsplit("\n\n== ").next().unwrap().split_once('\n').unwrap().1.trim_end();
        assert!(parts.iter().any(|part| part.texts.contains(&last)), "the last text belongs to somebody");
    }
}
