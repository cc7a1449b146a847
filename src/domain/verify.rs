//! Is a code right, and if not, why not. The moment, the policy and what was used before are arguments.

use super::code::{Code, CodeError};
use super::otp::OtpParams;
use super::secret::Secret;
use super::time::{Step, UnixTime};

/// How generous the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Steps accepted on either side of the current one, 0..=10; for HOTP, how far ahead of the counter is looked.
    pub window: u8,
    /// A code is accepted once: only a step above the last accepted one.
    pub one_time: bool,
}

impl Default for Policy {
    /// One step on either side, one-time use (RFC 6238 sections 5.2 and 6).
    fn default() -> Self {
        Self { window: 1, one_time: true }
    }
}

/// The step whose code was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// The step.
    pub step: Step,
    /// Steps from now to it: negative when the code is late, positive when it is from the future.
    pub drift: i64,
    /// The same in seconds (`drift` × period); 0 for HOTP.
    pub seconds: i64,
}

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What was typed is no code at all. Costs no try.
    NotACode(CodeError),
    /// The code, or a later one, was accepted before.
    AlreadyUsed(Match),
    /// Right, but its step lies before the window.
    TooOld(Match),
    /// Right, but its step lies after the window.
    FromTheFuture(Match),
    /// No step within [`HORIZON`] has this code.
    WrongCode,
    /// No test user has this name.
    UnknownUser,
    /// The password does not match.
    WrongPassword,
    /// The test user has no account whose code could be checked.
    NoAccount,
}

/// The outcome of a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// The code is right and counts.
    Accepted(Match),
    /// It does not count, for this reason.
    Refused(Reason),
}

/// How many steps on either side of now are searched to tell "too old" and "from the future" from "wrong".
pub const HORIZON: u8 = 60;

/// Checks `code` against every step of the horizon, in constant time over all of them.
///
/// `last_used` is the highest step accepted before. For HOTP "now" is the first counter not used yet:
/// one above `last_used`, or the counter in `params` if nothing was used.
pub fn verify(
    params: &OtpParams,
    secret: &Secret,
    code: &Code,
    now: UnixTime,
    policy: Policy,
    last_used: Option<Step>,
) -> Verdict {
    let _ = (params, secret, code, now, policy, last_used);
    todo!("filled in by the verifier's author")
}
