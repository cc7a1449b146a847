//! How the window looks: colours, the size of its text, contrast, motion.

use serde::{Deserialize, Serialize};

use super::{Settings, ThemeChoice};

/// How large everything is drawn, in percent of the usual size: 80 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct TextSize(u16);

impl TextSize {
    /// Those that are offered, smallest first.
    pub const OFFERED: [Self; 8] = [Self(80), Self(90), Self(100), Self(110), Self(125), Self(150), Self(175), Self(200)];

    /// So many percent, or `None` outside 80..=200.
    #[must_use]
    pub const fn new(percent: u16) -> Option<Self> {
        match percent {
            80..=200 => Some(Self(percent)),
            _ => None,
        }
    }

    /// The percent, 80..=200.
    #[must_use]
    pub const fn percent(self) -> u16 {
        self.0
    }

    /// The same as a factor, 0.8 to 2.
    #[must_use]
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// The next one that is offered; the largest stays.
    #[must_use]
    pub fn larger(self) -> Self {
        Self::OFFERED.into_iter().find(|size| *size > self).unwrap_or(self)
    }

    /// The one before it that is offered; the smallest stays.
    #[must_use]
    pub fn smaller(self) -> Self {
        Self::OFFERED.into_iter().rev().find(|size| *size < self).unwrap_or(self)
    }
}

impl Default for TextSize {
    fn default() -> Self {
        Self(100)
    }
}

impl TryFrom<u16> for TextSize {
    type Error = &'static str;

    fn try_from(percent: u16) -> Result<Self, Self::Error> {
        Self::new(percent).ok_or("text is 80 to 200 percent large")
    }
}

impl From<TextSize> for u16 {
    fn from(size: TextSize) -> Self {
        size.0
    }
}

/// How far text and lines stand out from what is behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contrast {
    /// Text at least 4.5 : 1 (WCAG 2 AA).
    #[default]
    Usual,
    /// Text at least 7 : 1 (WCAG 2 AAA), lines at least 3 : 1.
    High,
}

/// Whether things move.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    /// Short fades and scrolling.
    #[default]
    Usual,
    /// None: everything is where it belongs at once.
    Reduced,
}

/// Everything about how the window looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Light or dark.
    pub theme: ThemeChoice,
    /// How large everything is drawn.
    pub text_size: TextSize,
    /// How far things stand out.
    pub contrast: Contrast,
    /// Whether things move.
    pub motion: Motion,
}

impl Settings {
    /// How the window looks.
    #[must_use]
    pub const fn looks(&self) -> Looks {
        let Self { theme, text_size, contrast, motion, .. } = *self;
        Looks { theme, text_size, contrast, motion }
    }

    /// Changes it.
    pub const fn set_looks(&mut self, Looks { theme, text_size, contrast, motion }: Looks) {
        self.theme = theme;
        self.text_size = text_size;
        self.contrast = contrast;
        self.motion = motion;
    }
}

#[cfg(test)]
mod tests {
    use super::TextSize;

    #[test]
    fn sizes_go_up_and_down_to_both_ends() {
        let size = |percent| TextSize::new(percent).unwrap();
        for (from, smaller, larger) in [(80, 80, 90), (100, 90, 110), (104, 100, 110), (199, 175, 200), (200, 175, 200)] {
            assert_eq!((size(from).smaller(), size(from).larger()), (size(smaller), size(larger)), "{from}");
        }
        assert_eq!((TextSize::new(79), TextSize::new(201)), (None, None));
    }
}
