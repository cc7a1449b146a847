//! Accounts on their way out to another app's file.

use std::collections::HashSet;

use crate::domain::{AccountId, UnixTime};
use crate::formats::exchange::{Format, How, Outgoing, WriteError, Written};

use super::document::Document;
use super::ports::Entropy;

mod desk;

pub use desk::{Desk, Draft, ExportAction, Put, Ready, Target};

/// The accounts of `document` that are not in the trash, those in `only` if it is given, in their order.
#[must_use]
pub fn outgoing<'a>(document: &'a Document, only: Option<&[AccountId]>) -> Vec<Outgoing<'a>> {
    let only: Option<HashSet<&AccountId>> = only.map(|ids| ids.iter().collect());
    let wanted = |id: &AccountId| only.as_ref().is_none_or(|only| only.contains(id));
    let records = document.accounts.iter().filter(|record| record.trashed.is_none() && wanted(&record.account.id));
    records
        .map(|record| {
            let account = &record.account;
            Outgoing {
                id: account.id,
                issuer: &account.issuer,
                name: &account.name,
                params: account.params,
                secret: &record.secret,
                tags: &account.tags,
                note: &account.note,
                pinned: account.pinned,
                uses: account.uses,
                created: account.created,
            }
        })
        .collect()
}

/// Writes them as a file of `format`, encrypted where there is a password.
///
/// # Errors
/// [`WriteError`].
pub fn write(
    format: &dyn Format,
    accounts: &[Outgoing<'_>],
    password: Option<&str>,
    entropy: &dyn Entropy,
    now: UnixTime,
) -> Result<Written, WriteError> {
    let mut random = |bytes: &mut [u8]| entropy.fill(bytes).is_ok();
    format.write(accounts, &mut How { password, random: &mut random, now })
}
