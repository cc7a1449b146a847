//! The rules of one-time passwords: same input, same answer.
//!
//! Nothing here reads a clock, a file, a keyring or the environment, and nothing draws.
//! The moment, the secret and the policy are arguments.

pub mod account;
pub mod code;
pub mod diagnose;
pub mod explain;
pub mod guard;
pub mod moment;
pub mod name;
pub mod otp;
pub mod password;
pub mod recovery;
pub mod rules;
pub mod secret;
pub mod time;
pub mod verify;

pub use account::{Account, AccountId};
pub use code::{Code, CodeError, code_at};
pub use guard::{Counters, Failure, Guard, Lock};
pub use moment::{Moment, Running, Uptime};
pub use name::{CleanName, NameNote};
pub use otp::{Algorithm, Digits, OtpKind, OtpParams, ParamError};
pub use password::{Password, PasswordHash};
pub use recovery::{RecoveryCode, RecoveryHash};
pub use rules::{Preset, Rules};
pub use secret::{Secret, SecretStrength};
pub use time::{Period, Step, UnixTime};
pub use verify::{Match, Policy, Reason, StripStep, Verdict, resync, strip, verify};
