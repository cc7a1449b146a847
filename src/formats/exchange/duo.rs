//! Duo Mobile: `files/duokit/accounts.json` of the Android app, which only a rooted phone or a full backup gives out.
//!
//! A list of `{"name", "accountType", "pkey", "otpGenerator": {"otpSecret" base32, "counter"?}, …}`. With `counter` an account is
//! counter-based, without it time-based; SHA-1, six digits and 30 s are fixed. An account without `otpGenerator` is approved by push:
//! it has no codes that anybody else could compute. Not kept: what belongs to the approvals. Source: the files as Aegis reads them.

use super::draft::{Kind, Numbers, base32_key, number_of, params, text_of};
use super::{Draft, Entry, Format, FormatError, Given, Import, Json, Key, LeftOut, MAX_ENTRIES, OddKind};

/// See the module.
pub struct Duo;

impl Format for Duo {
    fn id(&self) -> &'static str {
        "duo"
    }

    fn name(&self) -> &'static str {
        "Duo Mobile"
    }

    fn hint(&self) -> &'static str {
        "the file files/duokit/accounts.json of the app, from a rooted phone"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let Ok(json) = given.json() else { return false };
        let theirs = |account: &Json| account.has("otpGenerator") || (account.has("accountType") && account.has("pkey"));
        json.list().is_some_and(|accounts| accounts.iter().any(theirs))
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let accounts = given.json()?.list().ok_or(FormatError::NotThisFormat)?;
        if !accounts.is_empty() && !self.sniff(given) {
            return Err(FormatError::NotThisFormat);
        }
        if accounts.len() > MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        Ok(Import { entries: accounts.iter().map(entry).collect(), ..Import::default() })
    }
}

fn entry(account: &Json) -> Entry {
    let mut draft = Draft { name: text_of(account, "name").unwrap_or_default().to_owned(), ..Draft::default() };
    if account.fields().is_none() || text_of(account, "name").is_err() {
        return draft.left_out(LeftOut::Unreadable);
    }
    let Some(generator) = account.get("otpGenerator") else { return draft.left_out(LeftOut::Kind(OddKind::Push)) };
    let read = || Ok((text_of(generator, "otpSecret")?, number_of(generator, "counter", LeftOut::Counter)?));
    match read() {
        Ok((secret, counter)) => {
            let kind = if counter.is_some() { Kind::Hotp } else { Kind::Totp };
            let params = params(kind, Numbers { counter, ..Numbers::default() }, &mut draft);
            draft.entry(base32_key(secret), params)
        }
        Err(why) => draft.left_out(why),
    }
}
