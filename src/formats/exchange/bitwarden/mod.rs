//! Bitwarden and Bitwarden Authenticator: JSON, CSV, and JSON encrypted with a password; read, and written as JSON.
//!
//! Facts from the sources of bitwarden/clients (`libs/tools/export`, `libs/importer`) and bitwarden/android, and from exported files. JSON: `encrypted` false, `folders` (or
//! `collections`), `items`; a login has `totp`: an `otpauth://` address, `steam://KEY`, or a bare key in base32, whose issuer is the
//! item's name and whose account is the user name. The Authenticator writes the same without folders and user name. CSV: told by its
//! header; the Authenticator quotes nothing, so a name with a comma spoils its row, which is then left out.
//!
//! Encrypted: see [`sealed`]. A file that was encrypted for one account (`passwordProtected` is not true) opens nowhere else.
//!
//! Not kept of an entry: passwords, addresses of sites, own fields, when it was changed. Items without a code are counted.

use std::collections::HashMap;

use super::draft::{Kind, Numbers, base32_key, params, text_of};
use super::json::{Json, inside};
use super::{
    Draft, Entry, Format, FormatError, Given, How, Import, Key, LeftOut, MAX_ENTRIES, Outgoing, WriteError, Writes, Written,
    civil, shape,
};
use crate::domain::UnixTime;
use crate::formats::otpauth;

mod sealed;
mod sheet;
mod write;

/// See the module.
pub struct Bitwarden;

/// The type of an item that is a login.
const LOGIN: i128 = 1;
const STEAM: &str = "steam://";
const ADDRESS: &str = "otpauth://";

impl Format for Bitwarden {
    fn id(&self) -> &'static str {
        "bitwarden"
    }

    fn name(&self) -> &'static str {
        "Bitwarden"
    }

    fn hint(&self) -> &'static str {
        "Tools > Export, or in Bitwarden Authenticator Settings > Export; JSON or CSV"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        match given.json() {
            Ok(root) => is_of_it(root),
            Err(FormatError::NotThisFormat) => given.text().is_some_and(sheet::is_sheet),
            Err(_) => given.text().is_some_and(|text| {
                [
                    "{\"encrypted\":false,\"folders\":[",
                    "{\"encrypted\":false,\"items\":[",
                    "{\"encrypted\":true,\"passwordProtected\":",
                ]
                .iter()
                .any(|start| shape::begins(text, start))
            }),
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        let root = match given.json() {
            Err(FormatError::NotThisFormat) => return sheet::read(given.text().ok_or(FormatError::NotThisFormat)?),
            root => root?,
        };
        if !is_of_it(root) {
            return Err(FormatError::NotThisFormat);
        }
        match root.get("encrypted").and_then(Json::bool) {
            Some(false) => content(root),
            Some(true) if root.get("passwordProtected").and_then(Json::bool) == Some(true) => {
                content(&inside(&sealed::open(root, key)?)?)
            }
            Some(true) => Err(FormatError::ForOneAccount),
            None => Err(FormatError::Damaged),
        }
    }

    fn way_in(&self) -> &'static str {
        "among its tools, import data, as Bitwarden (json)"
    }

    fn writes(&self) -> Writes {
        Writes::Plain("json")
    }

    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        write::write(accounts, how)
    }
}

fn is_of_it(root: &Json) -> bool {
    root.has("encrypted") && (root.has("items") || root.has("data") || root.has("encKeyValidation_DO_NOT_EDIT"))
}

fn content(root: &Json) -> Result<Import, FormatError> {
    let items = root.get("items").and_then(Json::list).ok_or(FormatError::Damaged)?;
    let mut names = HashMap::new();
    for list in ["folders", "collections"] {
        for group in root.get(list).and_then(Json::list).into_iter().flatten() {
            if let (Some(id), Some(name)) = (group.get("id").and_then(Json::text), group.get("name").and_then(Json::text)) {
                names.insert(id, name);
            }
        }
    }
    let mut import = Import::default();
    for item in items {
        take(&mut import, item_entry(item, &names))?;
    }
    Ok(import)
}

/// Takes an entry in, or counts an item without a code.
fn take(import: &mut Import, entry: Option<Entry>) -> Result<(), FormatError> {
    match entry {
        None => import.without_code += 1,
        Some(_) if import.entries.len() == MAX_ENTRIES => return Err(FormatError::TooManyEntries),
        Some(entry) => import.entries.push(entry),
    }
    Ok(())
}

/// `None` for an item without a code.
fn item_entry(item: &Json, names: &HashMap<&str, &str>) -> Option<Entry> {
    if item.fields().is_none() {
        return Some(Draft::default().left_out(LeftOut::Unreadable));
    }
    let login = item.get("login");
    let totp = login.and_then(|login| login.get("totp"));
    let mut draft = Draft::default();
    let filled = fill(item, names, &mut draft);
    let totp = match totp {
        None => return None,
        Some(Json::Text(totp)) if totp.trim().is_empty() => return None,
        Some(Json::Text(totp)) => totp,
        Some(_) => return Some(draft.left_out(LeftOut::Unreadable)),
    };
    Some(match (filled, item.get("type").map(Json::whole)) {
        (Ok(()), None | Some(Some(LOGIN))) => code(draft, totp),
        _ => draft.left_out(LeftOut::Unreadable),
    })
}

fn fill(item: &Json, names: &HashMap<&str, &str>, draft: &mut Draft) -> Result<(), LeftOut> {
    draft.issuer = text_of(item, "name")?.to_owned();
    draft.name = item.get("login").map_or(Ok(""), |login| text_of(login, "username"))?.to_owned();
    draft.note = text_of(item, "notes")?.to_owned();
    draft.pinned = item.get("favorite").map_or(Ok(false), |value| value.bool().ok_or(LeftOut::Unreadable))?;
    draft.created = item.get("creationDate").and_then(Json::text).and_then(moment);
    draft.in_trash = item.get("deletedDate").is_some();
    let folder = item.get("folderId").into_iter();
    let collections = item.get("collectionIds").and_then(Json::list).into_iter().flatten();
    let named = folder.chain(collections).filter_map(Json::text).filter_map(|id| names.get(id));
    draft.tags = named.map(|name| (*name).to_owned()).collect();
    Ok(())
}

/// `2024-02-29T12:34:56.789Z`; the part of the second is let go.
fn moment(text: &str) -> Option<UnixTime> {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    civil::read(&format!("{}Z", whole.trim_end_matches('Z')))
}

/// The entry of what stands in `totp`; the draft's issuer is the item's name.
fn code(mut draft: Draft, totp: &str) -> Entry {
    let totp = totp.trim();
    let begins = |scheme: &str| totp.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if begins(ADDRESS) {
        return address(draft, totp);
    }
    let (kind, text) =
        if begins(STEAM) { (Kind::Steam, totp.get(STEAM.len()..).unwrap_or_default()) } else { (Kind::Totp, totp) };
    let params = params(kind, Numbers::default(), &mut draft);
    let mut entry = draft.entry(base32_key(text), params);
    without_doubled(&mut entry);
    entry
}

/// Names in the address count, and the item's where it has none.
fn address(draft: Draft, address: &str) -> Entry {
    let mut entry = draft.address(address);
    let own = otpauth::read_of_file(address).is_ok_and(|read| !read.entry.issuer.is_empty());
    if !own {
        without_doubled(&mut entry);
    }
    entry
}

/// An account that is called like its item has no issuer: every item must have a name.
fn without_doubled(entry: &mut Entry) {
    if let Ok(found) = &mut entry.outcome
        && found.account.issuer == found.account.name
    {
        found.account.issuer.clear();
        entry.title.clone_from(&found.account.name);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Unheld, testing};
    use super::*;
    use crate::domain::OtpKind;

    #[test]
    fn what_is_written_is_read_back() {
        testing::written_is_read_back(&Bitwarden, None, |params| {
            matches!(params.kind(), OtpKind::Hotp { .. }).then_some(Unheld::Kind)
        });
        testing::without_randomness(&Bitwarden, None);
    }

    #[test]
    fn when_an_item_was_made() {
        let made = Some(UnixTime::from_secs(1_709_210_096));
        let rows = [
            ("2024-02-29T12:34:56.789Z", made),
            ("2024-02-29T12:34:56Z", made),
            ("2024-02-30T12:34:56.789Z", None),
            ("yesterday", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(moment(text), expected, "{text}");
        }
    }

    #[test]
    fn what_stands_in_totp() {
        let rows = [
            ("JBSW Y3DP", Ok("Item (user)")),
            (" jbswy3dp ", Ok("Item (user)")),
            ("steam://JBSWY3DP", Ok("Item (user)")),
            ("STEAM://jbswy3dp", Ok("Item (user)")),
            ("steam://", Err(LeftOut::NoKey)),
            ("otpauth://totp/alice?secret=JBSWY3DP", Ok("Item (alice)")),
            ("otpauth://totp/Acme:alice?secret=JBSWY3DP", Ok("Acme (alice)")),
            ("otpauth://totp/?secret=JBSWY3DP", Ok("Item (user)")),
            ("otpauth://totp/Item?secret=JBSWY3DP", Ok("Item")),
            ("otpauth://totp/Item:Item?secret=JBSWY3DP&issuer=Item", Ok("Item (Item)")),
        ];
        for (totp, expected) in rows {
            let draft = Draft { issuer: "Item".into(), name: "user".into(), ..Draft::default() };
            let made = code(draft, totp);
            assert_eq!(made.outcome.map(|_| made.title.as_str()), expected, "{totp}");
        }
    }
}
