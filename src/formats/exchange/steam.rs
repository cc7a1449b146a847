//! Steam Guard: the maFiles of Steam Desktop Authenticator and steamguard-cli, and the Android app's own file.
//!
//! - A maFile is an object with `shared_secret` (base64, 20 bytes), `account_name`, `uri`, `revocation_code`, `identity_secret`, ….
//!   The Android app's `Steamguard-…` file of before 2022 is the same; that of since then is `{"accounts": {id: such an object}}`.
//! - `manifest.json` beside maFiles lists their names and holds no key. Encrypted maFiles are base64 of AES with salt and IV in that
//!   manifest, so such a file alone can be opened by nobody: switch encryption off in the app first.
//! - Codes are Steam's: five letters, SHA-1, 30 s. Not kept, and noted: the revocation code and the key that confirms trades.
//!
//! Sources: the apps' sources, and Aegis's reader.

use super::draft::{Kind, Numbers, base64_key, params, text_of};
use super::{Draft, Entry, EntryNote, Format, FormatError, Given, Import, Json, Key, LeftOut, MAX_ENTRIES};

/// See the module.
pub struct Steam;

impl Format for Steam {
    fn id(&self) -> &'static str {
        "steam"
    }

    fn name(&self) -> &'static str {
        "Steam"
    }

    fn hint(&self) -> &'static str {
        "a maFile of Steam Desktop Authenticator, without encryption"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let Ok(json) = given.json() else { return false };
        accounts(json).is_some_and(|accounts| !accounts.is_empty() && accounts.iter().all(|account| is_account(account)))
            || is_manifest(json)
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let json = given.json()?;
        if is_manifest(json) {
            return Err(match json.get("encrypted").and_then(Json::bool) {
                Some(true) => FormatError::LockedWith("Steam Desktop Authenticator's own encryption"),
                _ => FormatError::NotRead("the list of maFiles, which holds no key,"),
            });
        }
        let accounts = accounts(json).ok_or(FormatError::NotThisFormat)?;
        if accounts.len() > MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        Ok(Import { entries: accounts.into_iter().map(entry).collect(), ..Import::default() })
    }
}

fn is_account(account: &Json) -> bool {
    account.has("shared_secret") || (account.has("account_name") && account.has("revocation_code"))
}

fn is_manifest(json: &Json) -> bool {
    json.get("entries").and_then(Json::list).is_some()
        && json.has("encrypted")
        && (json.has("first_run") || json.has("periodic_checking") || json.has("auto_confirm_trades"))
}

fn accounts(json: &Json) -> Option<Vec<&Json>> {
    if is_account(json) {
        return Some(vec![json]);
    }
    Some(json.get("accounts")?.fields()?.iter().map(|(_, account)| account).collect())
}

fn entry(account: &Json) -> Entry {
    let name = text_of(account, "account_name");
    let mut draft = Draft { issuer: "Steam".to_owned(), name: name.unwrap_or_default().to_owned(), ..Draft::default() };
    let secret = match name.and_then(|_| text_of(account, "shared_secret")) {
        Ok(_) if account.fields().is_none() => return draft.left_out(LeftOut::Unreadable),
        Ok("") => return draft.left_out(LeftOut::NoKey),
        Ok(secret) => secret,
        Err(why) => return draft.left_out(why),
    };
    if ["revocation_code", "identity_secret"].iter().any(|key| account.get(key).is_some()) {
        draft.notes.push(EntryNote::NotKept("revocation code and key for confirming trades"));
    }
    let params = params(Kind::Steam, Numbers::default(), &mut draft);
    draft.entry(base64_key(secret), params)
}
