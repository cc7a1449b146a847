//! What was typed, as the numbers that would show it.

use zeroize::Zeroizing;

use super::{Cause, Digits, Mac, OtpKind, OtpParams, Question};
use crate::domain::code::STEAM_ALPHABET;

/// What looks like a code of some account: 5 to 10 digits, or five letters of Steam's.
pub struct Typed(Zeroizing<String>);

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Typed(…)")
    }
}

impl Typed {
    /// Reads what a person typed: spaces and dashes are ignored. `None` if no account at all has such codes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut code = Zeroizing::new(String::with_capacity(10));
        for character in text.chars().filter(|&c| !crate::domain::code::is_separator(c)) {
            if code.len() == 10 || !character.is_ascii_alphanumeric() {
                return None;
            }
            code.push(character.to_ascii_uppercase());
        }
        let typed = Self(code);
        (typed.digits().is_some() || typed.steam().is_some()).then_some(typed)
    }

    /// The number that is written, if it is one.
    fn digits(&self) -> Option<u64> {
        let digits = self.0.len() >= 5 && self.0.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| self.0.bytes().fold(0, |number, byte| number * 10 + u64::from(byte - b'0')))
    }

    /// The number that Steam writes in this way.
    fn steam(&self) -> Option<u64> {
        let letters = self.0.as_bytes();
        let place = |byte: &u8| STEAM_ALPHABET.iter().position(|letter| letter == byte).map(|place| place as u64);
        // The lowest place stands first.
        (letters.len() == 5).then(|| letters.iter().rev().try_fold(0, |number, byte| Some(number * 26 + place(byte)?)))?
    }
}

/// How a code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// So many digits.
    Digits(u8),
    /// Steam's five letters.
    Steam,
    /// So many digits, the zeros at the front left out.
    ZeroLost(u8),
}

/// One way to understand what was typed: the 31 bits modulo `modulus` are `value`.
pub struct Target {
    pub form: Form,
    modulus: u64,
    value: u64,
    before: Option<u64>,
}

impl Target {
    /// How likely a random number matches.
    pub fn odds(&self) -> f64 {
        let one = 1.0 / self.modulus.min(1 << 31) as f64;
        if self.before.is_some() { one * one } else { one }
    }

    /// Whether `number` is written as the code.
    pub fn matches(&self, number: u32) -> bool {
        u64::from(number) % self.modulus == self.value
    }

    /// Whether the code before belongs to the step before `step`; true if it is not known.
    pub fn before(&self, step: u64, mac: &Mac) -> bool {
        self.before.is_none_or(|before| {
            step.checked_sub(1).is_some_and(|earlier| u64::from(mac.number(earlier)) % self.modulus == before)
        })
    }

    /// How many characters such codes have.
    pub fn digits(&self) -> u8 {
        match self.form {
            Form::Digits(digits) | Form::ZeroLost(digits) => digits,
            Form::Steam => Digits::STEAM.get(),
        }
    }
}

/// How the codes of `params` are written.
pub fn form(params: &OtpParams) -> Form {
    match params.kind() {
        OtpKind::Steam { .. } => Form::Steam,
        _ => Form::Digits(params.digits().get()),
    }
}

/// What it means that an account with `own` shows `other`.
pub fn cause(own: Form, other: Form) -> Option<Cause> {
    match (own, other) {
        (own, other) if own == other => None,
        (_, Form::ZeroLost(_)) => Some(Cause::ZeroLost),
        (_, Form::Steam) => Some(Cause::Steam),
        (Form::Steam, Form::Digits(_)) => Some(Cause::NotSteam),
        (_, Form::Digits(digits)) => Some(Cause::Digits(digits)),
    }
}

/// Every way in which all that was typed can be understood.
pub fn targets(question: &Question<'_>) -> Vec<Target> {
    let all = [Some(question.code), question.before];
    let typed = || all.iter().copied().flatten();
    let mut targets = Vec::new();
    let mut add = |form: Form, modulus: u64, read: fn(&Typed) -> Option<u64>| {
        if let Some(value) = read(question.code)
            && typed().all(|typed| read(typed).is_some())
        {
            targets.push(Target { form, modulus, value, before: question.before.and_then(read) });
        }
    };
    let length = question.code.0.len();
    if typed().all(|typed| typed.0.len() == length) {
        add(Form::Digits(length as u8), 10_u64.pow(length as u32), Typed::digits);
        add(Form::Steam, 26_u64.pow(5), Typed::steam);
    }
    // At most two zeros: a code that begins with three is rarer than every chance.
    let shorter = |typed: &Typed, digits: usize| (1..=2).contains(&digits.saturating_sub(typed.0.len()));
    if let Form::Digits(digits) = form(&question.params) {
        let whole = usize::from(digits);
        let begun = |typed: &&Typed| typed.0.len() == whole || (shorter(typed, whole) && !typed.0.starts_with('0'));
        if typed().any(|typed| shorter(typed, whole)) && typed().all(|typed| begun(&typed)) {
            add(Form::ZeroLost(digits), 10_u64.pow(u32::from(digits)), Typed::digits);
        }
    }
    targets
}
