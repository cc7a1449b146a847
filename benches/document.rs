//! How long it takes to write and to read the document, and to copy it before a change.

use halfminute::app::document::{Document, Record};
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};

fn main() {
    divan::main();
}

const SIZES: [u32; 2] = [100, 10_000];

fn document(accounts: u32) -> Document {
    let record = |n: u32| {
        let id = AccountId::from_bytes((u128::from(n) << 64 | 1).to_be_bytes());
        let account = Account {
            id,
            issuer: "Example Bank".to_owned(),
            name: format!("person{n}@example.org"),
            params: OtpParams::default(),
            tags: vec!["work".to_owned()],
            note: String::new(),
            pinned: false,
            created: UnixTime::from_secs(1_700_000_000),
        };
        Some(Record { account, secret: Secret::new(vec![7; 20]).ok()?, trashed: None })
    };
    Document { generation: 1, accounts: (0..accounts).filter_map(record).collect(), ..Document::default() }
}

#[divan::bench(args = SIZES)]
fn write(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let document = document(accounts);
    bencher.bench_local(|| document.to_json());
}

#[divan::bench(args = SIZES)]
fn read(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let text = document(accounts).to_json();
    bencher.bench_local(|| Document::from_json(&text));
}

#[divan::bench(args = SIZES)]
fn duplicate(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let document = document(accounts);
    bencher.bench_local(|| document.duplicate());
}
