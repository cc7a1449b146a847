//! How long another app's file takes: read, listed beside as many accounts as it has, and saved; ten times as much for ten times as many.

use std::sync::Arc;

use halfminute::app::change::{Change, Merging};
use halfminute::app::document::{Document, Record};
use halfminute::app::export::{outgoing, write};
use halfminute::app::import::Table;
use halfminute::app::ports::{Entropy, NoEntropy};
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};
use halfminute::formats::exchange::{Given, Import, Key, by_id};

fn main() {
    divan::main();
}

/// App and number of accounts, for the apps whose files are written here.
fn cases() -> impl Iterator<Item = (&'static str, u32)> {
    let apps = ["otpauth", "aegis"].into_iter().filter(|app| file(app, 1).is_some());
    apps.flat_map(|app| [(app, 1_000), (app, 10_000)])
}

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

/// Counts up, so that no two ids are the same.
struct Counting(std::sync::atomic::AtomicU64);

impl Counting {
    fn from(start: u64) -> Self {
        Self(start.into())
    }
}

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed).to_be_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
        Ok(())
    }
}

/// Accounts of which every key is another one.
fn document(accounts: u32, from: u32) -> Document {
    let record = |n: u32| {
        let id = AccountId::from_bytes((u128::from(n) << 64 | 1).to_be_bytes());
        let account = Account {
            id,
            issuer: format!("Example Bank {}", n % 500),
            name: format!("person{n}@example.org"),
            params: OtpParams::default(),
            tags: Vec::new(),
            note: String::new(),
            pinned: false,
            uses: 0,
            created: NOW,
        };
        let key = [&n.to_be_bytes()[..], b"0123456789abcdef"].concat();
        Some(Record { account, secret: Secret::new(key).ok()?, trashed: None })
    };
    Document { generation: 1, accounts: (from..from + accounts).filter_map(record).collect(), ..Document::default() }
}

/// Such accounts as a file of the app, without encryption.
fn file(app: &str, accounts: u32) -> Option<Vec<u8>> {
    let document = document(accounts, 0);
    let written = write(by_id(app)?, &outgoing(&document, None), None, &Counting::from(1 << 40), NOW).ok()?;
    Some(written.file.to_vec())
}

fn import(app: &str, file: &[u8]) -> Option<Import> {
    by_id(app)?.read(&Given::new(file).ok()?, &Key::default()).ok()
}

#[divan::bench(args = cases())]
fn read(bencher: divan::Bencher<'_, '_>, (app, accounts): (&str, u32)) {
    let Some(file) = file(app, accounts) else { return };
    bencher.bench_local(|| import(app, &file).map(|import| import.entries.len()));
}

#[divan::bench(args = cases())]
fn list(bencher: divan::Bencher<'_, '_>, (app, accounts): (&str, u32)) {
    let Some(file) = file(app, accounts) else { return };
    // Half of them are here.
    let here = document(accounts, accounts / 2);
    bencher.with_inputs(|| import(app, &file)).bench_local_values(|import| import.map(|import| Table::new(import, &here)));
}

/// What is ticked as a document, merged into what is here, and written as the vault writes it.
#[divan::bench(args = cases())]
fn save(bencher: divan::Bencher<'_, '_>, (app, accounts): (&str, u32)) {
    let Some(file) = file(app, accounts) else { return };
    let here = document(accounts, accounts);
    let Some(table) = import(app, &file).map(|import| Table::new(import, &here)) else { return };
    bencher.with_inputs(|| here.duplicate()).bench_local_values(|mut document| {
        let ticked = table.document(&Counting::from(1 << 41), NOW).ok()?;
        document.apply(&Change::Merge(Arc::new(Merging::new(ticked)))).ok()?;
        Some(document.to_json())
    });
}
