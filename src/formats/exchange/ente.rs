//! Ente Auth: its export as a list of addresses, plain or encrypted with a password; read, and written plain.
//!
//! Facts from the sources of ente-io/ente (`code.dart`, `code_display.dart`, `encrypted_export.dart`) and from exported files. Plain: an
//! `otpauth://` address a line, as strict readers do not take them: `algorithm=sha256` or `algorithm=Algorithm.sha256`, a `#` as it is in the name, an
//! issuer with `period=…` glued to it, the kind `steam`. `codeDisplay` is JSON with pin, trash, tags, note and use count. Encrypted:
//! `kdfParams`, `encryptedData`, `encryptionNonce`; Argon2id, then libsodium's secret stream of one message over the plain list.
//! The app spends 4 GiB of memory times passes, 1 GiB and 4 or on small phones 256 MiB and 16, and halves and doubles them until the
//! phone has that much memory. It is asked about.
//!
//! Not kept of an entry: icon, position, when it was last used.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;
use zeroize::Zeroizing;

use super::address_list::{self, is_address, lines};
use super::crypt::{self, Argon2Cost, Argon2Kind};
use super::draft::base64;
use super::json::{Json, parse};
use super::{
    Draft, Entry, EntryNote, Format, FormatError, Given, How, Import, Key, Outgoing, WriteError, Writes, Written, shape,
};
use crate::formats::otpauth;

/// See the module.
pub struct Ente;

const VERSION: i128 = 1;
const DISPLAY: &str = "codeDisplay=";

impl Format for Ente {
    fn id(&self) -> &'static str {
        "ente"
    }

    fn name(&self) -> &'static str {
        "Ente Auth"
    }

    fn hint(&self) -> &'static str {
        "Settings > Data > Export codes, encrypted or as plain text"
    }

    fn sniff(&self, given: &Given<'_>) -> bool {
        match given.json() {
            Ok(root) => root.has("kdfParams") && root.has("encryptedData") && root.has("encryptionNonce"),
            Err(_) => given.text().is_some_and(|text| is_list(text) || shape::begins(text, "{\"version\":1,\"kdfParams\":{")),
        }
    }

    fn read(&self, given: &Given<'_>, key: &Key) -> Result<Import, FormatError> {
        match given.json() {
            Err(none @ FormatError::NotThisFormat) => address_list::read(given.text().ok_or(none)?, none, entry),
            Err(error) => Err(error),
            Ok(root) if root.has("kdfParams") && root.has("encryptedData") => {
                let opened = open(root, key)?;
                let text = shape::text(&opened).ok_or(FormatError::Damaged)?;
                // All codes may have been deleted before.
                if text.trim().is_empty() {
                    Ok(Import::default())
                } else {
                    address_list::read(&text, FormatError::Damaged, entry)
                }
            }
            Ok(_) => Err(FormatError::NotThisFormat),
        }
    }

    fn way_in(&self) -> &'static str {
        "in its settings, import codes from a file"
    }

    fn writes(&self) -> Writes {
        Writes::Plain("txt")
    }

    fn write(&self, accounts: &[Outgoing<'_>], how: &mut How<'_>) -> Result<Written, WriteError> {
        if how.password.is_some() {
            return Err(WriteError::CannotEncrypt);
        }
        if accounts.is_empty() {
            return Err(WriteError::NothingLeft);
        }
        let lines: Vec<Zeroizing<String>> = accounts.iter().map(line).collect();
        Ok(Written { file: address_list::write(&lines), left_out: Vec::new(), reduced: Vec::new() })
    }
}

/// Whether `text` is a list of addresses with a mark of this app.
pub(super) fn is_list(text: &str) -> bool {
    let marked = |line: &str| line.contains("&codeDisplay=") || line.contains("?codeDisplay=") || line.contains("=Algorithm.");
    lines(text).next().is_some_and(is_address) && lines(text).any(|line| is_address(line) && marked(line))
}

fn open(root: &Json, key: &Key) -> Result<Zeroizing<Vec<u8>>, FormatError> {
    match root.get("version").and_then(Json::whole) {
        Some(VERSION) => {}
        Some(version) if version > VERSION => return Err(FormatError::TooNew),
        _ => return Err(FormatError::Damaged),
    }
    let bytes = |keys: &[&str]| root.at(keys).and_then(Json::text).and_then(base64).ok_or(FormatError::Damaged);
    let number = |name| root.at(&["kdfParams", name]).and_then(Json::whole).ok_or(FormatError::Damaged);
    let salt = bytes(&["kdfParams", "salt"])?;
    let sealed = bytes(&["encryptedData"])?;
    let header: [u8; 24] = bytes(&["encryptionNonce"])?.as_slice().try_into().map_err(|_| FormatError::Damaged)?;
    if sealed.len() < crypt::STREAM_EXTRA {
        return Err(FormatError::Damaged);
    }
    // libsodium counts memory in bytes and has one lane.
    let cost = Argon2Cost { kib: number("memLimit")? / 1024, passes: number("opsLimit")?, lanes: 1 };
    let derived = crypt::argon2(Argon2Kind::Argon2id, key.password()?, &salt, cost, key)?;
    crypt::stream_open(&derived, &header, &sealed).ok_or(FormatError::WrongOrDamaged)
}

/// One line: what strict readers do not take is put right, and `codeDisplay` is read apart.
fn entry(line: &str) -> Entry {
    if !is_address(line) {
        return Draft::default().address(line);
    }
    // Ente reads its own addresses so.
    let line = Zeroizing::new(line.replace('#', "%23"));
    let (place, query) = line.split_once('?').unwrap_or((&line, ""));
    let mut draft = Draft::default();
    let mut address = Zeroizing::new(String::with_capacity(line.len() + 1));
    address.push_str(place);
    let mut separator = '?';
    let several = query.split('&').filter(|piece| piece.starts_with(DISPLAY)).nth(1).is_some();
    for piece in query.split('&') {
        if let Some(display) = piece.strip_prefix(DISPLAY) {
            let note = EntryNote::NotKept("pin, tags and note");
            // Where it stands twice nobody can say which one counts.
            if (several || shown(display, &mut draft).is_none()) && !draft.notes.contains(&note) {
                draft.notes.push(note);
            }
            continue;
        }
        let piece = match piece.split_once('=') {
            // PR 77 of the app: an issuer had what followed glued to it.
            Some(("issuer", value)) => piece.split_at("issuer=".len() + glued(value)).0,
            _ => piece,
        };
        address.push(separator);
        separator = '&';
        match piece.strip_prefix("algorithm=Algorithm.") {
            Some(algorithm) => {
                address.push_str("algorithm=");
                address.push_str(algorithm);
            }
            None => address.push_str(piece),
        }
    }
    draft.address(&address)
}

/// Where the issuer ends.
fn glued(value: &str) -> usize {
    ["period=", "period%3D", "period%3d"].iter().filter_map(|mark| value.find(mark)).min().unwrap_or(value.len())
}

/// What `codeDisplay` says; `None` if it is not the JSON that it should be.
fn shown(display: &str, draft: &mut Draft) -> Option<()> {
    let text = Zeroizing::new(percent_decode_str(display).decode_utf8().ok()?.into_owned());
    let display = parse(&text).ok()?;
    let flag = |name| display.get(name).map_or(Some(false), Json::bool);
    let (pinned, in_trash) = (flag("pinned")?, flag("trashed")?);
    let uses = display.get("tapCount").map_or(Some(0), Json::whole).and_then(|uses| u64::try_from(uses).ok())?;
    let note = display.get("note").map_or(Some(""), Json::text)?;
    let tags = match display.get("tags") {
        None => Vec::new(),
        Some(tags) => tags.list()?.iter().map(|tag| tag.text().map(str::to_owned)).collect::<Option<_>>()?,
    };
    draft.pinned = pinned;
    draft.in_trash = in_trash;
    draft.uses = uses;
    draft.note = note.to_owned();
    draft.tags = tags;
    Some(())
}

/// An account as the app writes it: every parameter said.
fn line(account: &Outgoing<'_>) -> Zeroizing<String> {
    let address = otpauth::write(account.issuer, account.name, &account.params, account.secret);
    let display = json!({
        "pinned": account.pinned,
        "trashed": false,
        "lastUsedAt": 0,
        "tapCount": account.uses,
        "tags": account.tags,
        "note": account.note,
    });
    let display = Zeroizing::new(display.to_string());
    let encoded = utf8_percent_encode(&display, NON_ALPHANUMERIC);
    let mut out = Zeroizing::new(String::with_capacity(address.len() + 3 * display.len() + DISPLAY.len() + 1));
    out.push_str(&address);
    out.push('&');
    out.push_str(DISPLAY);
    out.extend(encoded);
    out
}

#[cfg(test)]
mod tests {
    use super::super::{LeftOut, testing};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        testing::written_is_read_back(&Ente, None, |_| None);
        let mut random = |_: &mut [u8]| true;
        let mut how = How { password: Some("p"), random: &mut random, now: crate::domain::UnixTime::from_secs(0) };
        assert_eq!(Ente.write(&[], &mut how).err(), Some(WriteError::CannotEncrypt));
        how.password = None;
        assert_eq!(Ente.write(&[], &mut how).err(), Some(WriteError::NothingLeft));
    }

    #[test]
    fn one_code_of_the_app_is_one_line() {
        let rows = [
            ("otpauth://totp/a#b?secret=MA&issuer=Aperiod=30", Ok("A (a#b)")),
            ("otpauth://totp/a?secret=MA&issuer=period%3D30", Ok("a")),
            ("otpauth://totp/a?secret=MA&codeDisplay=%7B", Ok("a")),
            ("otpauth://totp/a?secret=MA&codeDisplay=%7B%7D&codeDisplay=%7B%7D", Ok("a")),
            ("otpauth://totp/a?codeDisplay=%7B%7D", Err(LeftOut::Address(otpauth::AddressError::SecretMissing))),
            ("otpauth://totp/a?secret=MA&algorithm=Algorithm.md5", Err(LeftOut::Address(otpauth::AddressError::Algorithm))),
            ("otpauth://totp/a", Err(LeftOut::Address(otpauth::AddressError::SecretMissing))),
        ];
        for (line, expected) in rows {
            let made = entry(line);
            assert_eq!(made.outcome.map(|_| made.title.as_str()), expected, "{line}");
        }
    }
}
