//! Bitwarden's JSON, written in the clear. An item has one folder: of several tags the first one is kept.

use std::collections::BTreeMap;

use serde_json::json;
use zeroize::Zeroizing;

use super::super::{How, Outgoing, Unheld, WriteError, Written, civil};
use super::{LOGIN, STEAM};
use crate::domain::{OtpKind, Period};
use crate::formats::{base32, otpauth};

/// Writes it.
///
/// # Errors
/// [`WriteError`].
pub(super) fn write(accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
    if how.password.is_some() {
        return Err(WriteError::CannotEncrypt);
    }
    let (mut left_out, mut reduced, mut items) = (Vec::new(), Vec::new(), Vec::new());
    let mut folders: BTreeMap<&str, String> = BTreeMap::new();
    for (at, account) in accounts.iter().enumerate() {
        let totp = match totp(account) {
            Ok(totp) => totp,
            Err(why) => {
                left_out.push((at, why));
                continue;
            }
        };
        if account.tags.len() > 1 {
            reduced.push((at, Unheld::Tags));
        }
        let folder = match account.tags.first() {
            None => None,
            Some(tag) => Some(match folders.get(tag.as_str()) {
                Some(id) => id.clone(),
                None => folders.entry(tag).or_insert(how.uuid()?).clone(),
            }),
        };
        let text = |text: &str| if text.is_empty() { None } else { Some(text.to_owned()) };
        items.push(json!({
            "id": how.uuid()?,
            "organizationId": null,
            "folderId": folder,
            "type": LOGIN,
            "reprompt": 0,
            // Every item has a name.
            "name": if account.issuer.is_empty() { account.name } else { account.issuer },
            "notes": text(account.note),
            "favorite": account.pinned,
            "login": {"uris": [], "username": text(account.name), "password": null, "totp": totp.as_str()},
            "collectionIds": null,
            "creationDate": civil::write(account.created),
        }));
    }
    if items.is_empty() {
        return Err(WriteError::NothingLeft);
    }
    let folders: Vec<_> = folders.iter().map(|(name, id)| json!({"id": id, "name": name})).collect();
    let root = json!({"encrypted": false, "folders": folders, "items": items});
    let file = Zeroizing::new(format!("{root:#}").into_bytes());
    Ok(Written { file, left_out, reduced })
}

/// What stands in `totp`. Bitwarden knows no counters, and Steam with its own period only.
fn totp(account: &Outgoing<'_>) -> Result<Zeroizing<String>, Unheld> {
    match account.params.kind() {
        OtpKind::Hotp { .. } => Err(Unheld::Kind),
        OtpKind::Steam { period } if period != Period::DEFAULT => Err(Unheld::Period),
        OtpKind::Steam { .. } => Ok(Zeroizing::new(format!("{STEAM}{}", base32::encode(account.secret).as_str()))),
        OtpKind::Totp { .. } => Ok(otpauth::write(account.issuer, account.name, &account.params, account.secret)),
    }
}
