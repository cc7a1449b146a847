//! The draft of an account's parameters: kind, hash, digits, period or counter.

use egui::Ui;

use crate::app::notice::{self, Notice};
use crate::domain::{Algorithm, Digits, OtpKind, OtpParams, Period};
use crate::gui::widgets::field;

/// Which kind, without its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Totp,
    Hotp,
    Steam,
}

/// The draft: numbers as they were typed.
pub struct ParamsForm {
    kind: Kind,
    algorithm: Algorithm,
    digits: u8,
    period: String,
    counter: String,
}

impl Default for ParamsForm {
    fn default() -> Self {
        Self::from(&OtpParams::default())
    }
}

impl From<&OtpParams> for ParamsForm {
    fn from(params: &OtpParams) -> Self {
        let kind = match params.kind() {
            OtpKind::Totp { .. } => Kind::Totp,
            OtpKind::Hotp { .. } => Kind::Hotp,
            OtpKind::Steam { .. } => Kind::Steam,
        };
        let counter = match params.kind() {
            OtpKind::Hotp { counter } => counter,
            _ => 0,
        };
        Self {
            kind,
            algorithm: params.algorithm(),
            digits: if kind == Kind::Steam { Digits::SIX.get() } else { params.digits().get() },
            period: params.period().unwrap_or_default().secs().to_string(),
            counter: counter.to_string(),
        }
    }
}

impl ParamsForm {
    /// The hash that is chosen; Steam's is always SHA-1.
    pub fn algorithm(&self) -> Algorithm {
        if self.kind == Kind::Steam { Algorithm::Sha1 } else { self.algorithm }
    }

    /// Draws the fields. True if the hash changed.
    pub fn ui(&mut self, ui: &mut Ui) -> bool {
        let before = self.algorithm();
        field::caption(ui, "Type");
        field::choice(ui, &mut self.kind, &[(Kind::Totp, "Time (TOTP)"), (Kind::Hotp, "Counter (HOTP)"), (Kind::Steam, "Steam")]);
        if self.kind != Kind::Steam {
            field::caption(ui, "Algorithm");
            field::choice(
                ui,
                &mut self.algorithm,
                &[(Algorithm::Sha1, "SHA1"), (Algorithm::Sha256, "SHA256"), (Algorithm::Sha512, "SHA512")],
            );
            field::caption(ui, "Digits");
            // 5, 9 and 10 exist in other apps' files only: offered when the account has them.
            let mut choices = vec![(6, "6"), (7, "7"), (8, "8")];
            for (digits, name) in [(5, "5"), (9, "9"), (10, "10")] {
                if self.digits == digits {
                    choices.push((digits, name));
                }
            }
            field::choice(ui, &mut self.digits, &choices);
        }
        if self.kind == Kind::Hotp {
            field::text(ui, "Counter", "0", &mut self.counter);
            if let Err(said) = self.counter() {
                field::error(ui, &said.text, &said.advice);
            }
        } else {
            field::text(ui, "Period in seconds", "30", &mut self.period);
            if let Err(said) = self.period() {
                field::error(ui, &said.text, &said.advice);
            }
        }
        before != self.algorithm()
    }

    fn period(&self) -> Result<Period, Notice> {
        let wrong = || Notice::new("The period is not a number of seconds from 1 to 86400", "Type 30 if you do not know better");
        self.period.trim().parse().ok().and_then(Period::new).ok_or_else(wrong)
    }

    fn counter(&self) -> Result<u64, Notice> {
        let wrong = || Notice::new("The counter is not a whole number from 0 to 9223372036854775807", "Type 0 for a new account");
        self.counter.trim().parse().ok().filter(|&counter| counter <= OtpKind::MAX_COUNTER).ok_or_else(wrong)
    }

    /// The parameters, or what is wrong with them.
    pub fn params(&self) -> Result<OtpParams, Notice> {
        let digits = Digits::new(self.digits).unwrap_or_default();
        let made = match self.kind {
            Kind::Totp => OtpParams::new(self.algorithm, digits, OtpKind::Totp { period: self.period()? }),
            Kind::Hotp => OtpParams::new(self.algorithm, digits, OtpKind::Hotp { counter: self.counter()? }),
            Kind::Steam => OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: self.period()? }),
        };
        made.map_err(notice::param_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_becomes_parameters() {
        let totp = |period| {
            OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Totp { period: Period::new(period).unwrap() }).unwrap()
        };
        for (typed, outcome) in
            [("30", Some(30)), (" 60 ", Some(60)), ("0", None), ("", None), ("86401", None), ("-1", None), ("30.5", None)]
        {
            let form = ParamsForm { period: typed.to_owned(), ..ParamsForm::default() };
            assert_eq!(form.params().ok(), outcome.map(totp), "{typed:?}");
        }
        for (typed, fine) in [("0", true), ("9223372036854775807", true), ("9223372036854775808", false), ("x", false)] {
            let form = ParamsForm { kind: Kind::Hotp, counter: typed.to_owned(), ..ParamsForm::default() };
            assert_eq!(form.params().is_ok(), fine, "{typed:?}");
        }
    }

    #[test]
    fn a_form_gives_back_the_parameters_it_was_made_from() {
        let steam = OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::DEFAULT }).unwrap();
        let hotp = OtpParams::new(Algorithm::Sha512, Digits::new(10).unwrap(), OtpKind::Hotp { counter: 7 }).unwrap();
        for params in [OtpParams::default(), steam, hotp] {
            assert_eq!(ParamsForm::from(&params).params(), Ok(params));
        }
    }
}
