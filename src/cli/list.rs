//! `list`: the accounts, without secrets.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::domain::{Account, Algorithm, Digits, OtpKind, Period, name};

use super::Common;
use super::exit::{DONE, End, REFUSED};
use super::session::{Among, Session, rows};
use super::shape::{AccountShape, SCHEMA};

const LONG: &str = "\
List the accounts, without secrets and codes: pinned ones (marked *) first, then the best match, then from A to Z.

The last column is the id, which names an account for ever and can be given to every other command.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"accounts\":[{\"id\",\"issuer\",\"account\",\"type\",\"algorithm\",\"digits\",\"period\" or \"counter\",\"tags\",\"pinned\"}]}
  `type` is totp, hotp or steam; `period` is in seconds.

Exit codes: 0 listed, 1 nothing matches QUERY, 4 the vault cannot be reached.

Examples:
  halfminute list
  halfminute list work
  halfminute list --json | jq -r '.accounts[].issuer'
  halfminute list --trash";

/// List the accounts, without secrets
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct List {
    /// Only those with every one of these words in issuer, account name or a tag
    query: Option<String>,
    /// Show what is in the trash instead
    #[arg(long)]
    trash: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape {
    schema: u32,
    accounts: Vec<AccountShape>,
}

impl List {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let open = session.open(false)?;
        let among = if self.trash { Among::Trash } else { Among::Active };
        let query = self.query.as_deref().unwrap_or("");
        let found: Vec<&Account> = rows(&open.document, query, among)
            .iter()
            .filter_map(|row| open.document.accounts.get(row.index))
            .map(|record| &record.account)
            .collect();
        if session.json {
            session.print_json(&Shape { schema: SCHEMA, accounts: found.iter().map(|&account| account.into()).collect() })?;
        } else if found.is_empty() {
            session.say(match (self.query.is_some(), among) {
                (true, Among::Active) => "No account matches",
                (true, Among::Trash) => "Nothing in the trash matches",
                (false, Among::Active) => "There are no accounts yet. `halfminute add` makes one",
                (false, Among::Trash) => "The trash is empty",
            });
        } else {
            let terminals = session.world.terminals();
            let width = if terminals.output { terminals.width } else { None };
            let colours = session.colours();
            session.print(&table(&found, width, colours))?;
        }
        Ok(if found.is_empty() && self.query.is_some() { REFUSED } else { DONE })
    }
}

fn table(accounts: &[&Account], width: Option<u16>, colours: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["", "ISSUER", "ACCOUNT", "CODES", "TAGS", "ID"]);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for account in accounts {
        let clean = |text: &str| name::clean(text).text;
        let tags = account.tags.iter().map(|tag| clean(tag)).collect::<Vec<_>>().join(", ");
        let mark = if account.pinned { "*" } else { "" };
        table.add_row([mark, &clean(&account.issuer), &clean(&account.name), &codes(account), &tags, &account.id.to_string()]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for (at, line) in table.lines().enumerate() {
        let line = line.trim_end();
        match (at, colours) {
            (0, true) => text.push_str(&format!("\x1b[1m{line}\x1b[0m")),
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// What is unusual about the codes of an account, after what they are: `TOTP`, `HOTP 7`, `TOTP SHA256 8 digits 60 s`.
fn codes(account: &Account) -> String {
    let params = &account.params;
    let mut words = vec![params.kind().name().to_owned()];
    if let OtpKind::Hotp { counter } = params.kind() {
        words.push(counter.to_string());
    }
    if params.algorithm() != Algorithm::Sha1 {
        words.push(params.algorithm().name().to_owned());
    }
    if params.digits() != Digits::SIX && !matches!(params.kind(), OtpKind::Steam { .. }) {
        words.push(format!("{} digits", params.digits().get()));
    }
    if let Some(period) = params.period().filter(|&period| period != Period::DEFAULT) {
        words.push(format!("{} s", period.secs()));
    }
    words.join(" ")
}
