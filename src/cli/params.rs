//! The options that decide a code, for `add` and `edit`.

use clap::ValueEnum;

use crate::app::notice;
use crate::domain::{Algorithm, Digits, OtpKind, OtpParams, Period};

use super::exit::Failure;

/// What moves the code on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Type {
    /// Time, as at nearly every service
    Totp,
    /// A counter
    Hotp,
    /// Time, with Steam's five letters
    Steam,
}

/// Everything but the secret.
#[derive(Debug, Default, clap::Args)]
pub struct Params {
    /// The hash: SHA1, SHA256 or SHA512
    #[arg(long, help_heading = "Codes", value_name = "HASH", value_parser = algorithm)]
    algorithm: Option<Algorithm>,
    /// How many digits a code has: 6, 7 or 8
    #[arg(long, help_heading = "Codes", value_name = "N", value_parser = clap::value_parser!(u8).range(6..=8))]
    digits: Option<u8>,
    /// How many seconds a code lives, 1 to 86400
    #[arg(long, help_heading = "Codes", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400), conflicts_with = "counter")]
    period: Option<u32>,
    /// The counter of the code to use next
    #[arg(long, help_heading = "Codes", value_name = "N", value_parser = clap::value_parser!(u64).range(..=OtpKind::MAX_COUNTER))]
    counter: Option<u64>,
}

fn algorithm(text: &str) -> Result<Algorithm, &'static str> {
    Algorithm::parse(text).ok_or("SHA1, SHA256 or SHA512")
}

impl Params {
    /// Whether none of them was given.
    pub fn is_empty(&self) -> bool {
        self.algorithm.is_none() && self.digits.is_none() && self.period.is_none() && self.counter.is_none()
    }

    /// The parameters of a new account of `kind`; without one, a counter makes it counter-based.
    pub fn new_account(&self, kind: Option<Type>) -> Result<OtpParams, Failure> {
        let period = self.period.and_then(Period::new).unwrap_or_default();
        let kind = match kind.unwrap_or(if self.counter.is_some() { Type::Hotp } else { Type::Totp }) {
            Type::Totp => OtpKind::Totp { period },
            Type::Hotp => OtpKind::Hotp { counter: self.counter.unwrap_or(0) },
            Type::Steam => OtpKind::Steam { period },
        };
        let digits = if matches!(kind, OtpKind::Steam { .. }) { Digits::STEAM } else { Digits::SIX };
        self.over(&base(kind, digits)?)
    }

    /// `before` with what was given in its place.
    pub fn over(&self, before: &OtpParams) -> Result<OtpParams, Failure> {
        let kind = match (before.kind(), self.period.and_then(Period::new), self.counter) {
            (kind, None, None) => kind,
            (OtpKind::Totp { .. }, Some(period), None) => OtpKind::Totp { period },
            (OtpKind::Steam { .. }, Some(period), None) => OtpKind::Steam { period },
            (OtpKind::Hotp { .. }, None, Some(counter)) => OtpKind::Hotp { counter },
            (OtpKind::Hotp { .. }, ..) => {
                return Err(Failure::usage("A counter-based account has no period", "Leave out --period"));
            }
            _ => return Err(Failure::usage("A time-based account has no counter", "Leave out --counter")),
        };
        let digits = self.digits.and_then(Digits::new).unwrap_or(before.digits());
        OtpParams::new(self.algorithm.unwrap_or(before.algorithm()), digits, kind)
            .map_err(|error| Failure::new(super::exit::USAGE, "usage", notice::param_error(error)))
    }
}

fn base(kind: OtpKind, digits: Digits) -> Result<OtpParams, Failure> {
    OtpParams::new(Algorithm::Sha1, digits, kind)
        .map_err(|error| Failure::new(super::exit::USAGE, "usage", notice::param_error(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_make_parameters_or_are_refused() {
        let options = |period, counter, digits| Params { algorithm: None, digits, period, counter };
        let rows = [
            (options(None, None, None), None, Some("TOTP 6 30")),
            (options(Some(60), None, Some(8)), None, Some("TOTP 8 60")),
            (options(None, Some(7), None), None, Some("HOTP 6 counter")),
            (options(None, None, None), Some(Type::Hotp), Some("HOTP 6 counter")),
            (options(None, None, None), Some(Type::Steam), Some("Steam 5 30")),
            (options(None, None, Some(6)), Some(Type::Steam), None),
            (options(None, Some(7), None), Some(Type::Totp), None),
            (options(Some(30), None, None), Some(Type::Hotp), None),
        ];
        for (options, kind, expected) in rows {
            let made = options.new_account(kind).ok().map(|params| {
                let moving = params.period().map_or("counter".to_owned(), |period| period.secs().to_string());
                format!("{} {} {moving}", params.kind().name(), params.digits().get())
            });
            assert_eq!(made.as_deref(), expected, "{options:?} {kind:?}");
        }
    }
}
