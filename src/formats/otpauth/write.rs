//! Accounts as `otpauth://` addresses, in the form that phone apps were seen to read.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::domain::{Algorithm, Digits, OtpKind, OtpParams, Period, Secret};
use crate::formats::base32;

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of an account. It is as secret as the key.
///
/// `issuer` and `name` are expected [cleaned](crate::domain::name::clean); then [`read`](super::read) gives back what was written,
/// wherever the address fits into its 4 KiB and has 6, 7 or 8 digits or is Steam's. 5, 9 and 10 digits are written as they are, for
/// accounts from other apps' files, and refused by [`read`](super::read).
///
/// - The label is `Issuer:name`, percent-encoded, with `%20` for a space; the colon between them stands as it is.
/// - The parameter `issuer` equals the label's. An issuer that contains a colon stands in the parameter only, since apps split the
///   label at the first colon, encoded or not; so the label never names another issuer than the parameter.
/// - No issuer: neither. A name that contains a colon then has one in front, an empty issuer, so that it is not taken for one.
/// - SHA-1, 6 digits and 30 seconds are left out. HOTP always has its counter.
/// - Steam is `otpauth://steam/…?digits=5&encoder=steam`: Aegis and Ente go by the kind, KeePassXC by the encoder, and an app that
///   knows neither refuses it instead of showing wrong codes.
#[must_use]
pub fn write(issuer: &str, name: &str, params: &OtpParams, secret: &Secret) -> Zeroizing<String> {
    // Large enough from the start, so that no copy of the key is left behind by growing.
    let mut out = Zeroizing::new(String::with_capacity(512 + 6 * issuer.len() + 3 * name.len()));
    let steam = matches!(params.kind(), OtpKind::Steam { .. });
    out.push_str(match params.kind() {
        OtpKind::Totp { .. } => "otpauth://totp/",
        OtpKind::Hotp { .. } => "otpauth://hotp/",
        OtpKind::Steam { .. } => "otpauth://steam/",
    });
    let prefix = if issuer.contains(':') { "" } else { issuer };
    if !prefix.is_empty() || name.contains(':') {
        out.extend(utf8_percent_encode(prefix, ESCAPED));
        out.push(':');
    }
    out.extend(utf8_percent_encode(name, ESCAPED));
    out.push_str("?secret=");
    out.push_str(&base32::encode(secret));
    if !issuer.is_empty() {
        out.push_str("&issuer=");
        out.extend(utf8_percent_encode(issuer, ESCAPED));
    }
    if params.algorithm() != Algorithm::Sha1 {
        out.push_str("&algorithm=");
        out.push_str(params.algorithm().name());
    }
    if params.digits() != Digits::SIX {
        out.push_str("&digits=");
        out.push_str(&params.digits().get().to_string());
    }
    match params.kind() {
        OtpKind::Totp { period } | OtpKind::Steam { period } if period != Period::DEFAULT => {
            out.push_str("&period=");
            out.push_str(&period.secs().to_string());
        }
        OtpKind::Totp { .. } | OtpKind::Steam { .. } => {}
        OtpKind::Hotp { counter } => {
            out.push_str("&counter=");
            out.push_str(&counter.to_string());
        }
    }
    if steam {
        out.push_str("&encoder=steam");
    }
    out
}
