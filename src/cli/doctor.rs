//! `doctor`: how the vault and the machine are, and what to do.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::app::doctor::{Finding, Report, State};
use crate::app::notice::{self, Notice};
use crate::app::ports::{TimeAnswer, TimeServer};

use super::Common;
use super::exit::{DONE, End, Failure, REFUSED, VAULT};
use super::session::Session;
use super::shape::SCHEMA;

const LONG: &str = "\
Look at the vault and the machine: which keyring program answers and whether it has a password, whether the accounts are complete \
in it, what the journal holds, who can read the data folder, how much room is on the disk, whether the clock is kept right, and how \
old the last backup is. For whatever is not as it should be it says what to do.

It changes nothing and asks nothing. A vault file is decrypted only if its passphrase comes from a file.

With --time-server, and only then, it uses the network: it sends a question (SNTP) to that server and says how far off this \
computer's clock is. The answer sets no clock.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"findings\":[{\"topic\",\"state\",\"message\",\"advice\"}]}
  `topic` is keyring, protection, key, document, journal, vault-file, folder, disk, clock, backup or time-server; `state` is good, look, \
bad or unknown. With --time-server, and an answer, there is \"time\":{\"server\",\"behind_seconds\",\"uncertainty_seconds\"} as well; \
`behind_seconds` is negative if this computer's clock is ahead.

Exit codes: 0 nothing has to be done, 1 something has to be done, 4 the time server gave no answer that counts.

Examples:
  halfminute doctor
  halfminute doctor --json | jq -r '.findings[] | select(.state == \"bad\") | .message'
  halfminute doctor --vault work.age --password-file passphrase.txt
  halfminute doctor --time-server time.example.org";

/// Look at the vault and the machine, and say what to do
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Doctor {
    /// Ask this time server how far off the clock is: a name or an address, with `:PORT` where it is not 123
    #[arg(long, value_name = "HOST")]
    time_server: Option<String>,

    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    findings: Vec<FindingShape<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<TimeShape>,
}

#[derive(Serialize)]
struct TimeShape {
    server: String,
    behind_seconds: f64,
    uncertainty_seconds: f64,
}

impl From<&TimeAnswer> for TimeShape {
    fn from(answer: &TimeAnswer) -> Self {
        let off = answer.off().as_secs_f64();
        Self {
            server: answer.server.to_string(),
            behind_seconds: if answer.behind < 0 { -off } else { off },
            uncertainty_seconds: answer.uncertainty.as_secs_f64(),
        }
    }
}

#[derive(Serialize)]
struct FindingShape<'a> {
    topic: &'static str,
    state: &'static str,
    message: &'a str,
    advice: &'a str,
}

impl<'a> From<&'a Finding> for FindingShape<'a> {
    fn from(finding: &'a Finding) -> Self {
        let (topic, state) = (finding.topic.key(), finding.state.key());
        Self { topic, state, message: &finding.notice.text, advice: &finding.notice.advice }
    }
}

impl Doctor {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        // what names no server is said before anything is looked at
        let server = self.time_server.as_deref().map(TimeServer::parse).transpose().map_err(|error| {
            let Notice { text, advice } = notice::server_error(error);
            Failure::usage(text, advice)
        })?;
        let vault = session.examine()?;
        let machine = session.world.machine().look();
        let mut report = Report::of(&vault, &machine);
        // of a vault file that only this command knows nothing is noted
        if !session.has_own_vault()
            && let Some(mut log) = session.world.backup_log()
        {
            let now = session.world.now();
            report = report.with_backups(log.load().standing(usize::from(vault.is_used()), now));
        }
        let said = server.map(|server| {
            let said = session.world.time_servers().ask(&server);
            (server, said)
        });
        if let Some((server, said)) = &said {
            report = report.with_time(server, said, machine.synchronised);
        }
        if session.json {
            let findings = report.findings.iter().map(FindingShape::from).collect();
            let time = said.as_ref().and_then(|(_, said)| said.as_ref().ok()).map(TimeShape::from);
            session.print_json(&Shape { schema: SCHEMA, findings, time })?;
        } else {
            let terminals = session.world.terminals();
            let width = if terminals.output { terminals.width } else { None };
            let colours = session.colours();
            session.print(&table(&report, width, colours))?;
        }
        Ok(match said {
            _ if report.is_bad() => REFUSED,
            Some((_, Err(_))) => VAULT,
            _ => DONE,
        })
    }
}

fn table(report: &Report, width: Option<u16>, colours: bool) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    for Finding { topic, state, notice } in &report.findings {
        table.add_row([word(*state), topic.title(), &notice.line()]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for line in table.lines() {
        let line = line.trim_end();
        let state = [State::Look, State::Bad].into_iter().find(|state| line.starts_with(word(*state)));
        match state.filter(|_| colours) {
            // the word itself says it, too
            Some(State::Bad) => text.push_str(&format!("\x1b[31m{line}\x1b[0m")),
            Some(_) => text.push_str(&format!("\x1b[33m{line}\x1b[0m")),
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

const fn word(state: State) -> &'static str {
    match state {
        State::Good => "good",
        State::Look => "look",
        State::Bad => "BAD",
        State::Unknown => "?",
    }
}
