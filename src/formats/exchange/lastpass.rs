//! LastPass Authenticator: the JSON of Settings > Transfer accounts > Export accounts to file.
//!
//! `{"deviceId", "deviceName", "version": 3, "accounts": [{"accountID", "issuerName", "userName", "secret" base32, "timeStep",
//! "digits", "algorithm", "creationTimestamp" in ms, "isFavorite", "folderData": {"folderId", "position"}, …}], "folders":
//! [{"id", "name", "isOpened"}]}`. Time-based codes only. A folder becomes a tag, a favourite a pin. Not kept: its approvals by push,
//! the order, the names from before a change. Source: files of the app, as Aegis and 2FAS read them.

use std::collections::HashMap;

use super::draft::{Kind, Numbers};
use super::draft::{base32_key, number_of, params, text_of};
use super::{Draft, Entry, Format, FormatError, Given, Import, Json, Key, LeftOut, MAX_ENTRIES};
use crate::domain::UnixTime;

/// See the module.
pub struct LastPass;

/// The newest version seen.
const VERSION: i128 = 3;

impl Format for LastPass {
    fn id(&self) -> &'static str {
        "lastpass"
    }

    fn name(&self) -> &'static str {
        "LastPass Authenticator"
    }

    fn hint(&self) -> &'static str {
        "Settings > Transfer accounts > Export accounts to file"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        let Ok(json) = given.json() else { return false };
        json.get("accounts").and_then(Json::list).is_some()
            && ["deviceId", "localDeviceId", "deviceName"].iter().any(|key| json.has(key))
    }

    fn read(&self, given: &Given<'_>, _: &Key) -> Result<Import, FormatError> {
        let json = given.json()?;
        let accounts = json.get("accounts").and_then(Json::list).ok_or(FormatError::NotThisFormat)?;
        match json.get("version").map(Json::whole) {
            Some(Some(version)) if version > VERSION => return Err(FormatError::TooNew),
            Some(None) => return Err(FormatError::Damaged),
            _ => {}
        }
        if accounts.len() > MAX_ENTRIES {
            return Err(FormatError::TooManyEntries);
        }
        let mut folders = HashMap::new();
        for folder in json.get("folders").and_then(Json::list).unwrap_or_default() {
            if let (Some(id), Some(name)) = (folder.get("id").and_then(Json::whole), folder.get("name").and_then(Json::text)) {
                folders.entry(id).or_insert(name);
            }
        }
        Ok(Import { entries: accounts.iter().map(|account| entry(account, &folders)).collect(), ..Import::default() })
    }
}

fn entry(account: &Json, folders: &HashMap<i128, &str>) -> Entry {
    let mut draft = Draft {
        issuer: text_of(account, "issuerName").unwrap_or_default().to_owned(),
        name: text_of(account, "userName").unwrap_or_default().to_owned(),
        tags: folder(account, folders).into_iter().collect(),
        pinned: account.get("isFavorite").and_then(Json::bool).unwrap_or(false),
        created: account
            .get("creationTimestamp")
            .and_then(Json::whole)
            .and_then(|ms| u64::try_from(ms / 1000).ok())
            .filter(|secs| *secs > 0)
            .map(UnixTime::from_secs),
        ..Draft::default()
    };
    let read = || -> Result<_, LeftOut> {
        let (_, _) = (text_of(account, "issuerName")?, text_of(account, "userName")?);
        Ok((
            text_of(account, "secret")?,
            Numbers {
                algorithm: account.get("algorithm").map(|name| name.text().ok_or(LeftOut::Algorithm)).transpose()?,
                digits: number_of(account, "digits", LeftOut::Digits)?,
                period: number_of(account, "timeStep", LeftOut::Period)?,
                counter: None,
            },
        ))
    };
    match read() {
        Ok((secret, numbers)) => {
            let params = params(Kind::Totp, numbers, &mut draft);
            draft.entry(base32_key(secret), params)
        }
        Err(why) => draft.left_out(why),
    }
}

/// The name of the folder that the account is in.
fn folder(account: &Json, folders: &HashMap<i128, &str>) -> Option<String> {
    folders.get(&account.at(&["folderData", "folderId"])?.whole()?).map(|name| (*name).to_owned())
}
