//! What must hold of every file that any reader reads, counted and compared by code that the readers do not share.
//!
//! The tests use it over fixtures, over mutations of them and over the corpora; the fuzz targets (fuzz/) over anything.

use halfminute::domain::account::title;
use halfminute::domain::name::clean;
use halfminute::domain::{AccountId, OtpKind, UnixTime};
use halfminute::formats::exchange::{
    Format, FormatError, Found, Given, How, Import, Key, LeftOut, MAX_ENTRIES, MAX_TEXT, Outgoing, Unheld, Writes,
};
use serde_json::Value;

/// The most tags of an entry.
const MAX_TAGS: usize = 32;

/// What is said of a file or an entry is a word of a list: no type in it could hold a piece of the file.
fn says_nothing_of_the_file<T: Copy + std::fmt::Display + 'static>(why: T) {
    assert!(!why.to_string().is_empty());
}

/// Reads `bytes` with `format` and checks what comes of it. `None` where it is refused.
pub fn read(format: &dyn Format, bytes: &[u8], key: &Key) -> Option<Import> {
    let given = match Given::new(bytes) {
        Ok(given) => given,
        Err(why) => {
            says_nothing_of_the_file::<FormatError>(why);
            return None;
        }
    };
    format.sniff(&given);
    match format.read(&given, key) {
        Err(why) => {
            says_nothing_of_the_file::<FormatError>(why);
            None
        }
        Ok(import) => {
            checked(&import);
            if let Some(count) = entries_in(format.id(), bytes) {
                let told = import.entries.len() + import.without_code;
                assert_eq!(told, count, "{}: {told} entries are accounted for, {count} are in the file", format.id());
            }
            Some(import)
        }
    }
}

/// What holds of every entry, whatever the file said.
fn checked(import: &Import) {
    assert!(import.entries.len() <= MAX_ENTRIES);
    import.notes.iter().copied().for_each(says_nothing_of_the_file);
    for entry in &import.entries {
        assert!(!entry.title.chars().any(char::is_control), "a title goes over one line");
        match &entry.outcome {
            Err(why) => says_nothing_of_the_file::<LeftOut>(*why),
            Ok(found) => {
                let account = &found.account;
                assert_eq!(entry.title, title(&account.issuer, &account.name), "the title is another");
                for name in [&account.issuer, &account.name].into_iter().chain(&found.tags) {
                    assert_eq!(clean(name).text, *name, "a name is not clean");
                }
                assert!(found.tags.len() <= MAX_TAGS, "{} tags", found.tags.len());
                let different: std::collections::BTreeSet<_> = found.tags.iter().collect();
                assert!(
                    different.len() == found.tags.len() && !found.tags.iter().any(String::is_empty),
                    "tags are doubled or empty"
                );
                assert!(found.note.len() <= MAX_TEXT, "a note of {} bytes", found.note.len());
                let hidden = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
                assert!(!found.note.chars().any(hidden), "a note holds control characters");
                if let OtpKind::Hotp { counter } = account.params.kind() {
                    assert!(counter < 1 << 63, "counter {counter}");
                }
                assert!((1..=128).contains(&account.secret.expose().len()));
                found.notes.iter().for_each(|note| assert!(!note.to_string().is_empty()));
            }
        }
    }
}

/// How many entries there are in a file that is not encrypted; `None` where only the reader itself could tell.
pub fn entries_in(id: &str, bytes: &[u8]) -> Option<usize> {
    let text = text(bytes)?;
    let json = || serde_json::from_str::<Value>(&text).ok();
    let list = |value: &Value| value.as_array().map(Vec::len);
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let rows = || Some(csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes()).records().count());
    match id {
        "2fas" => list(json()?.get("services")?).filter(|_| json().is_some_and(|root| root["servicesEncrypted"].is_null())),
        "aegis" => list(json()?.get("db")?.get("entries")?),
        "andotp" | "duo" | "raivo" => list(&json()?),
        "authy" => {
            let lists = strings(&text)?.into_iter().filter(|(name, _)| {
                name == "com.authy.storage.tokens.authenticator.key" || name == "com.authy.storage.tokens.authy.key"
            });
            lists.map(|(_, value)| list(&serde_json::from_str(&value).ok()?)).sum()
        }
        "battlenet" => Some(
            strings(&text)?
                .iter()
                .filter(|(name, _)| {
                    let name = name.trim();
                    name == "com.blizzard.bma.AUTH_STORE.HASH" || name == "com.blizzard.messenger.AUTHENTICATOR_DEVICE_SECRET"
                })
                .count(),
        ),
        "bitwarden" if text.trim_start().starts_with('{') => {
            list(json()?.get("items")?).filter(|_| json().is_some_and(|root| root["encrypted"] == false))
        }
        "bitwarden" | "keepassxc-csv" => rows(),
        "ente" if !text.trim_start().starts_with(['{', '[']) => Some(lines().count()),
        "freeotp" => Some(strings(&text)?.iter().filter(|(name, _)| name != "tokenOrder").count()),
        "freeotp-plus" => list(json()?.get("tokens")?),
        "lastpass" => list(json()?.get("accounts")?),
        "proton" => list(json()?.get("entries")?),
        "steam" => match json()? {
            Value::Object(root) if root.contains_key("shared_secret") => Some(1),
            root => root.get("accounts").and_then(Value::as_object).map(serde_json::Map::len),
        },
        "stratum" => list(json()?.get("Authenticators")?),
        "otpauth" | "winauth" => Some(lines().count()),
        _ => None,
    }
}

/// The texts of Android's preferences.
fn strings(xml: &str) -> Option<Vec<(String, String)>> {
    let document = roxmltree::Document::parse(xml).ok()?;
    let strings = document.root_element().children().filter(|node| node.has_tag_name("string"));
    let text =
        |node: roxmltree::Node<'_, '_>| node.children().filter_map(|child| child.is_text().then(|| child.text())?).collect();
    Some(strings.map(|node| (node.attribute("name").unwrap_or_default().to_owned(), text(node))).collect())
}

/// UTF-8 or marked UTF-16.
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        String::from_utf16(&units).ok()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] | rest => String::from_utf8(rest.to_vec()).ok(),
    }
}

/// Writes `accounts` in the form of `format` and reads them back: the same ones, less what was said to be left out or reduced.
/// `false` where nothing was written.
pub fn written_and_read_back(format: &dyn Format, accounts: &[&Found], password: Option<&str>) -> bool {
    if format.writes() == Writes::Nothing || (password.is_some() && !matches!(format.writes(), Writes::Both(_))) {
        return false;
    }
    let outgoing: Vec<Outgoing<'_>> = accounts.iter().enumerate().map(|(at, found)| outgoing(at, found)).collect();
    let mut next = 0_u64;
    let mut random = |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            next += 1;
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
        true
    };
    let how = &mut How { password, random: &mut random, now: UnixTime::from_secs(1_800_000_000) };
    let Ok(written) = format.write(&outgoing, how) else { return false };
    let id = format.id();
    let given = Given::new(&written.file).unwrap();
    assert!(format.sniff(&given), "{id} does not know what was written for it");
    let key = Key { password: password.map(|password| password.to_owned().into()), long: false };
    let import = format.read(&given, &key).unwrap();
    let kept: Vec<usize> = (0..accounts.len()).filter(|at| !written.left_out.iter().any(|(left, _)| left == at)).collect();
    assert_eq!(import.entries.len() + import.without_code, kept.len(), "{id}");
    for (at, entry) in kept.into_iter().zip(&import.entries) {
        let before = accounts[at];
        let after = entry.outcome.as_ref().unwrap();
        let reduced = |what: Unheld| written.reduced.contains(&(at, what));
        // Ente cuts an issuer there: PR 77 of the app.
        let cut = id == "ente" && clean(before.account.issuer.split("period=").next().unwrap()).text == after.account.issuer;
        assert!(cut || after.account.issuer == before.account.issuer, "{id}: the issuer is another");
        assert_eq!(after.account.name, before.account.name, "{id}: the name is another");
        assert!(after.account.secret.same_as(&before.account.secret), "{id}: the key is another");
        assert_eq!(after.account.params, before.account.params, "{id}: the parameters are others");
        let one = reduced(Unheld::MoreTags) && after.tags.first() == before.tags.first() && after.tags.len() == 1;
        assert!(after.tags == before.tags || one || reduced(Unheld::Tags), "{id}: tags {:?}, were {:?}", after.tags, before.tags);
        assert!(after.note == before.note || reduced(Unheld::Note), "{id}: note {:?}, was {:?}", after.note, before.note);
    }
    true
}

/// An account on its way out.
pub fn outgoing(at: usize, found: &Found) -> Outgoing<'_> {
    let mut id = [1; 16];
    id[..8].copy_from_slice(&(at as u64).to_le_bytes());
    Outgoing {
        id: AccountId::from_bytes(id),
        issuer: &found.account.issuer,
        name: &found.account.name,
        params: found.account.params,
        secret: &found.account.secret,
        tags: &found.tags,
        note: &found.note,
        pinned: found.pinned,
        uses: found.uses,
        created: found.created.unwrap_or(UnixTime::from_secs(1_700_000_000)),
    }
}
