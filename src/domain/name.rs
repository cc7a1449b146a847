//! Names from strangers: cleaned of what cannot be seen or would turn the text round, and what was done is said.

/// The longest name kept, in characters.
pub const MAX_CHARS: usize = 256;

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

/// Cleans `raw`.
#[must_use]
pub fn clean(raw: &str) -> CleanName {
    let _ = raw;
    todo!("filled in by the formats' author")
}
