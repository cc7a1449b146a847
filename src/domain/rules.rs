//! What a service asks of one user: window, one-time use, guard; and how likely it is then that a guess is accepted.

use super::guard::Guard;
use super::otp::{OtpKind, OtpParams};
use super::verify::Policy;

/// How far ahead of the expected counter a counter-based code may lie (RFC 4226 section 7.4): people press the button of a token
/// without using its code.
pub const LOOK_AHEAD: u8 = 10;

/// The rules for one test user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Rules {
    /// Window and one-time use.
    pub policy: Policy,
    /// What failures cost.
    pub guard: Guard,
}

/// Rules that go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// For trying things out: no lock-out, everything else as recommended.
    Lab,
    /// What a service should do.
    Recommended,
    /// What a service does that has much to lose: the current step alone, few tries.
    Strict,
}

impl Preset {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Lab, Self::Recommended, Self::Strict];

    /// Its name, which is its accessible name too.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lab => "Lab",
            Self::Recommended => "Recommended",
            Self::Strict => "Strict",
        }
    }

    /// Its rules.
    #[must_use]
    pub fn rules(self) -> Rules {
        match self {
            Self::Lab => Rules { guard: Guard::Off, ..Rules::default() },
            Self::Recommended => Rules::default(),
            Self::Strict => Rules { policy: Policy::new(0).unwrap_or_default(), guard: Guard::Strict },
        }
    }
}

impl Rules {
    /// The preset that these rules are, if they are one.
    #[must_use]
    pub fn preset(&self) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.rules() == *self)
    }

    /// Window and one-time use for an account: a counter is always looked for [`LOOK_AHEAD`] steps ahead.
    #[must_use]
    pub fn policy_for(&self, params: &OtpParams) -> Policy {
        match params.kind() {
            OtpKind::Hotp { .. } => Policy::new(LOOK_AHEAD).unwrap_or_default().with_one_time(self.policy.one_time()),
            OtpKind::Totp { .. } | OtpKind::Steam { .. } => self.policy,
        }
    }

    /// How likely it is that guesses are accepted, for codes like those of `params`.
    #[must_use]
    pub fn odds(&self, params: &OtpParams) -> Odds {
        let window = f64::from(self.policy_for(params).window());
        let (right, codes) = match params.kind() {
            OtpKind::Hotp { .. } => (window + 1.0, 10f64.powi(i32::from(params.digits().get()))),
            OtpKind::Totp { .. } => (2.0 * window + 1.0, 10f64.powi(i32::from(params.digits().get()))),
            OtpKind::Steam { .. } => (2.0 * window + 1.0, 26f64.powi(5)),
        };
        // At ten digits the first one is 0, 1 or 2: 2^31 numbers in all.
        let one = right / codes.min(f64::from(1u32 << 31));
        let after = |tries: f64| -(tries * (-one).ln_1p()).exp_m1();
        let per_day = self.guard.limits().map(|limits| limits.per_day);
        // Without a limit: a try a second, which is slow.
        let a_day = per_day.map_or(86_400.0, f64::from);
        Odds { one, ten: after(10.0), hundred: after(100.0), year: after(a_day * 365.0), per_day }
    }
}

/// How likely it is that a guesser who has the password gets in, as probabilities from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Odds {
    /// With one try.
    pub one: f64,
    /// Within ten.
    pub ten: f64,
    /// Within a hundred.
    pub hundred: f64,
    /// Within a year, never stopping: as many tries as the guard lets through, or one a second without a guard.
    pub year: f64,
    /// How many tries a day that is; `None`: as many as the guesser likes.
    pub per_day: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::otp::{Algorithm, Digits};
    use crate::domain::time::Period;

    fn params(kind: OtpKind, digits: u8) -> OtpParams {
        OtpParams::new(Algorithm::Sha1, Digits::new(digits).unwrap(), kind).unwrap()
    }

    #[test]
    fn the_odds_of_a_guess() {
        let totp = OtpKind::Totp { period: Period::DEFAULT };
        let steam = OtpKind::Steam { period: Period::DEFAULT };
        // (rules, kind, digits, one, ten, a hundred, a year)
        let rows = [
            (Preset::Recommended, totp, 6, 3e-6, 3e-5, 3e-4, 0.01089),
            (Preset::Strict, totp, 6, 1e-6, 1e-5, 1e-4, 0.00182),
            (Preset::Lab, totp, 6, 3e-6, 3e-5, 3e-4, 1.0),
            (Preset::Recommended, totp, 8, 3e-8, 3e-7, 3e-6, 0.00011),
            (Preset::Recommended, OtpKind::Hotp { counter: 0 }, 6, 1.1e-5, 1.1e-4, 1.1e-3, 0.0394),
            (Preset::Recommended, steam, 5, 2.525e-7, 2.525e-6, 2.525e-5, 0.00092),
        ];
        for (preset, kind, digits, one, ten, hundred, year) in rows {
            let odds = preset.rules().odds(&params(kind, digits));
            for (is, expected) in [(odds.one, one), (odds.ten, ten), (odds.hundred, hundred), (odds.year, year)] {
                assert!((is / expected - 1.0).abs() < 0.005, "{preset:?} {kind:?} {digits}: {is} instead of {expected}");
            }
        }
    }

    #[test]
    fn presets_are_known_again() {
        for preset in Preset::ALL {
            assert_eq!(preset.rules().preset(), Some(preset));
        }
        assert_eq!(Rules { policy: Policy::new(7).unwrap(), ..Rules::default() }.preset(), None);
        assert_eq!(Rules::default().preset(), Some(Preset::Recommended), "what an older document says nothing about");
    }
}
