//! How long another app's file takes: read, listed beside as many accounts as it has, and saved: for every app whose files
//! have many accounts and no encryption, ten times as much for ten times as many.

use std::sync::Arc;

use halfminute::app::change::{Change, Merging};
use halfminute::app::document::{Document, Record};
use halfminute::app::import::Table;
use halfminute::app::ports::{Entropy, NoEntropy};
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};
use halfminute::formats::exchange::{Given, Import, Key, by_id, recognise};
use zeroize::Zeroizing;

#[path = "import/files.rs"]
mod files;

fn main() {
    divan::main();
}

/// App and number of accounts.
fn cases() -> impl Iterator<Item = (&'static str, u32)> {
    files::apps().flat_map(|app| [(app, 1_000), (app, 10_000)])
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
fn file(app: &str, accounts: u32) -> Vec<u8> {
    files::file(app, &document(accounts, 0)).unwrap_or_default()
}

/// All of the file, which has so many accounts.
fn import(app: &str, file: &[u8], accounts: u32) -> Option<Import> {
    let import = by_id(app)?.read(&Given::new(file).ok()?, &Key::default()).ok()?;
    assert_eq!(import.entries.iter().filter(|entry| entry.outcome.is_ok()).count(), accounts as usize, "{app}");
    Some(import)
}

/// Recognised by its content, and read.
#[divan::bench(args = cases(), sample_count = 20)]
fn read(bencher: divan::Bencher<'_, '_>, (app, accounts): (&str, u32)) {
    let file = file(app, accounts);
    assert!(import(app, &file, accounts).is_some(), "{app} is not read");
    bencher.bench_local(|| {
        let given = Given::new(&file).ok()?;
        recognise(&given).first()?.read(&given, &Key::default()).ok()
    });
}

/// Beside as many as the file has, half of them the same.
#[divan::bench(args = [1_000, 10_000], sample_count = 20)]
fn list(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let file = file("aegis", accounts);
    let here = document(accounts, accounts / 2);
    let read = || import("aegis", &file, accounts);
    bencher.with_inputs(read).bench_local_values(|import| import.map(|import| Table::new(import, &here)));
}

/// What is ticked as a document, merged into what is here, and written as the vault writes it.
#[divan::bench(args = [1_000, 10_000], sample_count = 20)]
fn save(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let (file, here) = (file("aegis", accounts), document(accounts, accounts));
    let Some(table) = import("aegis", &file, accounts).map(|import| Table::new(import, &here)) else { return };
    bencher.with_inputs(|| here.duplicate()).bench_local_values(|here| saved(&table, here));
}

/// From the bytes of the file to those of the vault, which has as many other accounts.
#[divan::bench(args = cases(), sample_count = 20)]
fn whole(bencher: divan::Bencher<'_, '_>, (app, accounts): (&str, u32)) {
    let (file, here) = (file(app, accounts), document(accounts, accounts));
    bencher.with_inputs(|| here.duplicate()).bench_local_values(|here| {
        let given = Given::new(&file).ok()?;
        let import = recognise(&given).first()?.read(&given, &Key::default()).ok()?;
        let table = Table::new(import, &here);
        saved(&table, here)
    });
}

fn saved(table: &Table, mut here: Document) -> Option<Zeroizing<String>> {
    let ticked = table.document(&Counting::from(1 << 41), NOW).ok()?;
    here.apply(&Change::Merge(Arc::new(Merging::new(ticked)))).ok()?;
    Some(here.to_json())
}
