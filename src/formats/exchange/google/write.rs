//! Accounts as addresses that Google Authenticator takes in: one QR code each.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use prost::Message;
use zeroize::Zeroizing;

use super::super::{Outgoing, Random, Unheld, WriteError};
use super::{PER_ADDRESS, Payload, SCHEME};
use crate::domain::{Algorithm, OtpKind, Period};

/// What stands as it is in a parameter: RFC 3986 section 2.3.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The most bytes of accounts in one address, so that its QR code stays one that phones read. An account that is larger stands alone.
const PER_MESSAGE: usize = 900;

/// Addresses for Google Authenticator, in their order, and what is not in them.
pub struct Addresses {
    /// One for each QR code. They are as secret as the keys.
    pub addresses: Vec<Zeroizing<String>>,
    /// Accounts that Google cannot hold: their places in the list, and why.
    pub left_out: Vec<(usize, Unheld)>,
    /// Accounts that are in them, and what of them Google cannot hold.
    pub reduced: Vec<(usize, Unheld)>,
}

/// One account as Google writes it.
#[derive(Clone, PartialEq, Eq, Message)]
#[prost(skip_debug)]
struct Account {
    #[prost(bytes = "vec", tag = "1")]
    secret: Vec<u8>,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(string, tag = "3")]
    issuer: String,
    #[prost(int32, tag = "4")]
    algorithm: i32,
    #[prost(int32, tag = "5")]
    digits: i32,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(int64, tag = "7")]
    counter: i64,
}

/// The addresses of `accounts`: ten in each at most, all of one export, which `random` names.
///
/// Google knows time-based codes of 30 s and counter-based ones, of 6 or 8 digits; everything else is left out.
///
/// # Errors
/// [`WriteError::NoRandom`], and [`WriteError::NothingLeft`] when Google can hold none.
pub fn addresses(accounts: &[Outgoing<'_>], random: Random<'_>) -> Result<Addresses, WriteError> {
    let (mut left_out, mut reduced) = (Vec::new(), Vec::new());
    let mut groups: Vec<Vec<Zeroizing<Vec<u8>>>> = Vec::new();
    for (at, outgoing) in accounts.iter().enumerate() {
        let account = match held(outgoing) {
            Ok(account) => Zeroizing::new(account.encode_to_vec()),
            Err(why) => {
                left_out.push((at, why));
                continue;
            }
        };
        if !outgoing.tags.is_empty() {
            reduced.push((at, Unheld::Tags));
        }
        if !outgoing.note.is_empty() {
            reduced.push((at, Unheld::Note));
        }
        let fits = |group: &&mut Vec<Zeroizing<Vec<u8>>>| {
            let bytes: usize = group.iter().map(|account| account.len()).sum();
            group.len() < PER_ADDRESS && bytes + account.len() <= PER_MESSAGE
        };
        match groups.last_mut().filter(fits) {
            Some(group) => group.push(account),
            None => groups.push(vec![account]),
        }
    }
    if groups.is_empty() {
        return Err(WriteError::NothingLeft);
    }
    let mut id = [0; 4];
    if !random(&mut id) {
        return Err(WriteError::NoRandom);
    }
    let number = |count: usize| i32::try_from(count).map_err(|_| WriteError::NothingLeft);
    let size = number(groups.len())?;
    let mut addresses = Vec::with_capacity(groups.len());
    for (index, group) in groups.into_iter().enumerate() {
        let mut payload = Payload {
            accounts: group.into_iter().map(|mut account| std::mem::take(&mut *account)).collect(),
            version: 1,
            batch_size: size,
            batch_index: number(index)?,
            batch_id: i32::from_be_bytes(id),
        };
        let message = Zeroizing::new(payload.encode_to_vec());
        for account in std::mem::take(&mut payload.accounts) {
            drop(Zeroizing::new(account));
        }
        addresses.push(address(&message));
    }
    Ok(Addresses { addresses, left_out, reduced })
}

fn address(message: &[u8]) -> Zeroizing<String> {
    let letters = Zeroizing::new(data_encoding::BASE64.encode(message));
    // Large enough from the start, so that no copy is left behind by growing.
    let mut out = Zeroizing::new(String::with_capacity(SCHEME.len() + 16 + 3 * letters.len()));
    out.push_str(SCHEME);
    out.push_str("offline?data=");
    out.extend(utf8_percent_encode(&letters, ESCAPED));
    out
}

fn held(outgoing: &Outgoing<'_>) -> Result<Account, Unheld> {
    let params = &outgoing.params;
    let (kind, counter) = match params.kind() {
        OtpKind::Steam { .. } => return Err(Unheld::Kind),
        OtpKind::Totp { period } if period != Period::DEFAULT => return Err(Unheld::Period),
        OtpKind::Totp { .. } => (2, 0),
        OtpKind::Hotp { counter } => (1, i64::try_from(counter).map_err(|_| Unheld::Kind)?),
    };
    let digits = match params.digits().get() {
        6 => 1,
        8 => 2,
        _ => return Err(Unheld::Digits),
    };
    let algorithm = match params.algorithm() {
        Algorithm::Sha1 => 1,
        Algorithm::Sha256 => 2,
        Algorithm::Sha512 => 3,
    };
    // A name that begins like its own issuer has it in front once more: apps take one off. Without an issuer they take one for what
    // stands before a colon, unless that is nothing.
    let repeats = match outgoing.issuer {
        "" => outgoing.name.contains(':'),
        issuer => outgoing.name.strip_prefix(issuer).is_some_and(|rest| rest.starts_with(':')),
    };
    let name = if repeats { format!("{}:{}", outgoing.issuer, outgoing.name) } else { outgoing.name.to_owned() };
    // expose: written out for the other app
    let secret = outgoing.secret.expose().to_vec();
    Ok(Account { secret, name, issuer: outgoing.issuer.to_owned(), algorithm, digits, kind, counter })
}
