//! How ordinary each mistake is: the table by which findings are ranked.
//!
//! Each number says how many of a thousand codes that should have been right, and were not, are due to this. They are estimates:
//! what phone apps are reported to ignore, what help pages of services list, and what the forms of addresses invite to. Only their
//! order matters: the number of a mistake, divided among all candidates that it has, says which of two hits comes first. Two
//! mistakes at once have the product of both (each divided by 1000), unless the table names the pair.
//!
//! | mistake | of 1000 |
//! | --- | --- |
//! | the phone ignores the hash and uses SHA-1 | 250 |
//! | the phone ignores hash and period and uses SHA-1 and 30 s | 200 |
//! | the clock is up to 10 steps off | 200 |
//! | the phone ignores the period and uses 30 s | 150 |
//! | the code is that of another account | 120 |
//! | the phone shows 6 digits whatever is asked for | 100 |
//! | the clock is a whole or half number of hours off | 60 |
//! | the clock is up to 60 steps off | 60 |
//! | another number of digits; Steam's letters or not | 40 |
//! | five, nine or ten digits, which hardly any app shows | 5 |
//! | a counter is read as time | 40 |
//! | the letters of the key are its bytes | 40 |
//! | one letter of the key is mistaken for another that looks like it | 40 |
//! | zeros at the front of the code are lost | 30 |
//! | the key's text is hexadecimal or base64, or such text is the key | 60, shared by eight |
//! | only the first bytes of the key | 20 |
//! | time is read as a counter | 20 |
//! | another hash, another period | 15 each |
//! | any clock within 25 hours, any counter within 1000 | 15 |
//! | any letter of the key is another, is missing, or stands at its neighbour's place | 15 each |
//! | lower-case letters, padding, groups, a line's end as bytes of the key | 8 each |
//! | a short key is repeated to the length of the hash | 5 |

/// SHA-1 in place of the account's hash.
pub const SHA1: f64 = 0.250;
/// SHA-1 and 30 s in place of both.
pub const SHA1_AND_30: f64 = 0.200;
/// 30 s in place of the account's period.
pub const PERIOD_30: f64 = 0.150;
/// Another hash, or another period.
pub const OTHER_SETTING: f64 = 0.015;
/// Six digits in place of the account's.
pub const DIGITS_6: f64 = 0.100;
/// Any other form of the code.
pub const OTHER_FORM: f64 = 0.040;
/// Five, nine or ten digits. Below a lost zero, which looks like five.
pub const ODD_DIGITS: f64 = 0.005;
/// Zeros at the front that were lost.
pub const ZERO_LOST: f64 = 0.030;
/// Another account's code, shared by all of them.
pub const OTHER_ACCOUNT: f64 = 0.120;
/// Up to 10 steps, or a few counters.
pub const FEW: f64 = 0.200;
/// Up to 60 steps.
pub const FAR: f64 = 0.060;
/// Whole and half hours.
pub const ZONES: f64 = 0.060;
/// Anything within 25 hours, or 1000 counters.
pub const ANYWHERE: f64 = 0.015;
/// Time in place of a counter.
pub const TIME_FOR_COUNTER: f64 = 0.040;
/// A counter in place of time.
pub const COUNTER_FOR_TIME: f64 = 0.020;
/// The letters of the key as its bytes.
pub const AS_TEXT: f64 = 0.040;
/// Each way between base32, hexadecimal and base64.
pub const OTHER_ENCODING: f64 = 0.0075;
/// The letters with something about them: lower case, padding, groups, a line's end.
pub const TEXT_VARIANT: f64 = 0.008;
/// The first bytes of the key alone, shared by all lengths.
pub const FIRST_BYTES: f64 = 0.020;
/// The key repeated to the length of the hash, as in the examples of RFC 6238.
pub const REPEATED: f64 = 0.005;
/// A letter that looks like another, shared by all places.
pub const LOOK_ALIKE: f64 = 0.040;
/// Any letter, shared by all places: another one, missing, or at its neighbour's place.
pub const ANY_LETTER: f64 = 0.015;
