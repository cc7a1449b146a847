//! Document to JSON text: one line of printable ASCII, in a buffer that is wiped and does not move while it grows.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::domain::{AccountId, OtpKind, Rules};

use super::{Document, Odd, Pairs, Record, SCHEMA, TestUser};

pub(super) fn document(document: &Document, backup_passphrase: Option<&String>) -> Zeroizing<String> {
    let room = room(document) + 32 + backup_passphrase.map_or(0, |text| 6 * text.len());
    let mut out = Out(Zeroizing::new(String::with_capacity(room)));
    let kept = &document.kept;
    out.raw("{\"schema\":").number(u64::from(SCHEMA));
    out.raw(",\"generation\":").number(document.generation);
    out.raw(",\"accounts\":");
    out.list(&document.accounts, &kept.accounts, |out, record| {
        out.record(record, kept.account_fields.get(&record.account.id));
    });
    out.raw(",\"users\":");
    out.list(&document.users, &kept.users, |out, user| out.user(user, kept.user_fields.get(&user.name)));
    for (name, ids) in [("purged", &document.purged), ("returned", &document.returned)] {
        if !ids.is_empty() {
            out.raw(",").text(name).raw(":").ids(ids);
        }
    }
    let mut written = vec!["schema", "generation", "accounts", "users", "purged", "returned"];
    if let Some(passphrase) = backup_passphrase {
        out.raw(",\"backup_passphrase\":").text(passphrase);
        written.push("backup_passphrase");
    }
    out.pairs(Some(&kept.fields), &written);
    out.raw("}");
    out.0
}

/// One record as it is written.
pub(super) fn record(record: &Record, rest: Option<&Pairs>) -> Zeroizing<String> {
    let account = &record.account;
    let tags: usize = account.tags.iter().map(|tag| 6 * tag.len() + 3).sum();
    // expose: its length alone
    let long = 400 + 2 * record.secret.expose().len() + 6 * (account.issuer.len() + account.name.len() + account.note.len());
    let mut out = Out(Zeroizing::new(String::with_capacity(long + tags + rest.map_or(0, long_pairs))));
    out.record(record, rest);
    out.0
}

/// One test user as it is written.
pub(super) fn user(user: &TestUser, rest: Option<&Pairs>) -> Zeroizing<String> {
    let mut out = Out(Zeroizing::default());
    out.user(user, rest);
    out.0
}

/// JSON text that was kept, as it is written.
pub(super) fn kept(json: &str) -> Zeroizing<String> {
    let mut out = Out(Zeroizing::new(String::with_capacity(6 * json.len())));
    out.kept(json);
    out.0
}

fn long_pairs(pairs: &Pairs) -> usize {
    pairs.iter().map(|(name, text)| 8 + 6 * (name.len() + text.len())).sum()
}

/// Enough bytes for the text: a buffer that grew would leave copies of secrets behind. An escaped byte takes six at most.
fn room(document: &Document) -> usize {
    let pairs = long_pairs;
    let odd = |odd: &[Odd]| odd.iter().map(|odd| 2 + 6 * odd.text.len()).sum::<usize>();
    let record = |record: &Record| {
        let account = &record.account;
        let tags: usize = account.tags.iter().map(|tag| tag.len() + 1).sum();
        // expose: its length alone
        400 + 2 * record.secret.expose().len() + 6 * (account.issuer.len() + account.name.len() + account.note.len() + tags)
    };
    let user = |user: &TestUser| {
        let password = user.password.as_ref().map_or(0, |hash| hash.as_str().len());
        let key = user.key.as_ref().map_or(0, String::len);
        160 + 6 * (user.name.len() + password + key) + 40 * user.accounts.len()
    };
    let kept = &document.kept;
    160 + 40 * (document.purged.len() + document.returned.len())
        + document.accounts.iter().map(record).sum::<usize>()
        + document.users.iter().map(user).sum::<usize>()
        + odd(&kept.accounts)
        + odd(&kept.users)
        + pairs(&kept.fields)
        + kept.account_fields.values().map(pairs).sum::<usize>()
        + kept.user_fields.values().map(pairs).sum::<usize>()
}

struct Out(Zeroizing<String>);

impl Out {
    fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    fn number(&mut self, number: u64) -> &mut Self {
        // writing to a String cannot fail
        let _ = write!(self.0, "{number}");
        self
    }

    fn escape(&mut self, c: char) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            // writing to a String cannot fail
            let _ = write!(self.0, "\\u{unit:04x}");
        }
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                ' '..='~' => self.0.push(c),
                _ => self.escape(c),
            }
        }
        self.0.push('"');
        self
    }

    /// JSON text that was kept: outside strings only white space can be other than printable ASCII, inside them everything but
    /// line breaks and other control characters.
    fn kept(&mut self, json: &str) {
        for c in json.chars() {
            match c {
                ' '..='~' => self.0.push(c),
                '\n' | '\r' | '\t' => self.0.push(' '),
                _ => self.escape(c),
            }
        }
    }

    /// The list with its odd entries where they stood, as far as the list still reaches there.
    fn list<T>(&mut self, items: &[T], odd: &[Odd], mut item: impl FnMut(&mut Self, &T)) {
        self.raw("[");
        let (mut items, mut odd) = (items.iter(), odd.iter().peekable());
        for at in 0.. {
            let before = self.0.len();
            if let Some(entry) = odd.next_if(|odd| odd.at <= at || items.as_slice().is_empty()) {
                self.kept(&entry.text);
            } else if let Some(entry) = items.next() {
                item(self, entry);
            } else {
                break;
            }
            if self.0.len() > before && (odd.peek().is_some() || !items.as_slice().is_empty()) {
                self.raw(",");
            }
        }
        self.raw("]");
    }

    /// Unknown fields, but none that was just written under the same name.
    fn pairs(&mut self, pairs: Option<&Pairs>, written: &[&str]) {
        for (name, text) in pairs.into_iter().flatten().filter(|(name, _)| !written.contains(&name.as_str())) {
            self.raw(",").text(name).raw(":").kept(text);
        }
    }

    fn record(&mut self, record: &Record, rest: Option<&Pairs>) {
        let account = &record.account;
        let (kind, moving, value) = match account.params.kind() {
            OtpKind::Totp { period } => ("totp", "period", u64::from(period.secs())),
            OtpKind::Steam { period } => ("steam", "period", u64::from(period.secs())),
            OtpKind::Hotp { counter } => ("hotp", "counter", counter),
        };
        self.raw("{\"id\":").id(account.id);
        self.raw(",\"issuer\":").text(&account.issuer);
        self.raw(",\"name\":").text(&account.name);
        self.raw(",\"secret\":\"");
        // expose: the vault is where secrets are kept
        data_encoding::BASE32_NOPAD.encode_append(record.secret.expose(), &mut self.0);
        self.raw("\",\"type\":").text(kind);
        self.raw(",\"algorithm\":").text(account.params.algorithm().name());
        self.raw(",\"digits\":").number(u64::from(account.params.digits().get()));
        self.raw(",").text(moving).raw(":").number(value);
        self.raw(",\"tags\":[");
        for (at, tag) in account.tags.iter().enumerate() {
            self.raw(if at == 0 { "" } else { "," }).text(tag);
        }
        self.raw("],\"note\":").text(&account.note);
        self.raw(",\"pinned\":").raw(if account.pinned { "true" } else { "false" });
        // What was never used is not written: it costs no room then.
        if account.uses > 0 {
            self.raw(",\"uses\":").number(account.uses);
        }
        self.raw(",\"created\":").number(account.created.secs());
        if let Some(at) = record.trashed {
            self.raw(",\"trashed\":").number(at.secs());
        }
        let written = [
            "id",
            "issuer",
            "name",
            "secret",
            "type",
            "algorithm",
            "digits",
            moving,
            "tags",
            "note",
            "pinned",
            "uses",
            "created",
            "trashed",
        ];
        self.pairs(rest, &written);
        self.raw("}");
    }

    fn user(&mut self, user: &TestUser, rest: Option<&Pairs>) {
        self.raw("{\"name\":").text(&user.name);
        if let Some(hash) = &user.password {
            self.raw(",\"password\":").text(hash.as_str());
        }
        self.raw(",\"accounts\":").ids(&user.accounts);
        if let Some(key) = &user.key {
            self.raw(",\"key\":").text(key);
        }
        // What is as recommended is not written: an older version that knows no rules reads the same then.
        let (rules, usual) = (user.rules, Rules::default());
        if rules != usual {
            self.raw(",\"window\":").number(u64::from(rules.policy.window()));
            self.raw(",\"one_time\":").raw(if rules.policy.one_time() { "true" } else { "false" });
            self.raw(",\"guard\":").text(rules.guard.key());
        }
        self.pairs(rest, &["name", "password", "accounts", "key", "window", "one_time", "guard"]);
        self.raw("}");
    }

    fn ids(&mut self, ids: &[AccountId]) -> &mut Self {
        self.raw("[");
        for (at, id) in ids.iter().enumerate() {
            self.raw(if at == 0 { "" } else { "," }).id(*id);
        }
        self.raw("]")
    }

    fn id(&mut self, id: AccountId) -> &mut Self {
        // writing to a String cannot fail
        let _ = write!(self.0, "\"{id}\"");
        self
    }
}
