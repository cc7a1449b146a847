//! How long a change takes until it is durable, the journal's sync shown apart, and how long a start takes.
//!
//! The keyring is one in memory, so that the figures are ours: what a real one adds is measured by `tests/cli/speed.sh`.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use halfminute::adapters::atomic_file::Folder;
use halfminute::adapters::boot::BootId;
use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::fake_keyring::FakeKeyring;
use halfminute::adapters::keyring::LONGEST;
use halfminute::adapters::vault::KeyringVault;
use halfminute::app::change::Change;
use halfminute::app::ports::Vault;
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};

fn main() {
    divan::main();
}

const SIZES: [u32; 2] = [100, 10_000];

fn account(n: u32) -> Option<(Account, Secret)> {
    let account = Account {
        id: AccountId::from_bytes((u128::from(n) << 64 | 1).to_be_bytes()),
        issuer: "Example Bank".to_owned(),
        name: format!("person{n}@example.org"),
        params: OtpParams::default(),
        tags: vec!["work".to_owned()],
        note: String::new(),
        pinned: false,
        uses: 0,
        created: UnixTime::from_secs(1_700_000_000),
    };
    Some((account, Secret::new(vec![7; 20]).ok()?))
}

/// A vault with `accounts` accounts, its journal in a new folder below `place`.
fn vault(place: &Path, accounts: u32) -> Option<(tempfile::TempDir, FakeKeyring, KeyringVault<FakeKeyring>)> {
    let dir = tempfile::tempdir_in(place).ok()?;
    let keyring = FakeKeyring::new(LONGEST);
    let mut vault = open(&dir, &keyring)?;
    vault.change(&Change::Add((0..accounts).filter_map(account).collect())).ok()?;
    Some((dir, keyring, vault))
}

fn open(dir: &tempfile::TempDir, keyring: &FakeKeyring) -> Option<KeyringVault<FakeKeyring>> {
    let data = DataDir::open(dir.path()).ok()?;
    let mut vault = KeyringVault::new(keyring.clone(), data, BootId::named("bench")).locking_in(None);
    vault.open().ok()?;
    Some(vault)
}

/// One account is pinned and unpinned, in turn: the whole way from the wish to "saved", keyring and reading back included.
fn change(bencher: divan::Bencher<'_, '_>, place: &Path, accounts: u32) {
    let Some((_dir, _keyring, mut vault)) = vault(place, accounts) else { return };
    let id = AccountId::from_bytes((1_u128).to_be_bytes());
    let turn = Arc::new(AtomicU32::new(0));
    bencher.bench_local(|| {
        let pinned = turn.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        vault.change(&Change::Pin { id, pinned }).map(|document| document.generation)
    });
}

#[divan::bench(args = SIZES)]
fn change_on_disk(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    change(bencher, &std::env::temp_dir(), accounts);
}

/// The same where a sync costs nothing: what is left is ours.
#[divan::bench(args = SIZES)]
fn change_in_memory(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        change(bencher, memory, accounts);
    }
}

/// A file of the journal's size, replaced and synced: what the disk takes of `change_on_disk`.
#[divan::bench(args = SIZES)]
fn journal_sync_alone(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let Ok(dir) = tempfile::tempdir() else { return };
    let folder = Folder::new(dir.path());
    let bytes = vec![7; 260 * accounts as usize];
    bencher.bench_local(|| folder.put("journal", &bytes).is_ok());
}

/// A program that starts: the keyring's document read, checked and taken, the journal compared with it.
#[divan::bench(args = SIZES)]
fn start(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let Some((dir, keyring, _vault)) = vault(&std::env::temp_dir(), accounts) else { return };
    bencher.bench_local(|| open(&dir, &keyring).is_some());
}

/// A thousand accounts in one change.
#[divan::bench]
fn import_1_000(bencher: divan::Bencher<'_, '_>) {
    let place = std::env::temp_dir();
    bencher.with_inputs(|| vault(&place, 0)).bench_local_values(|made| {
        let (_dir, _keyring, mut vault) = made?;
        vault.change(&Change::Add((0..1_000).filter_map(account).collect())).ok().map(|document| document.generation)
    });
}
