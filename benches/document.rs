//! How long it takes to write and to read the document, and to copy it before a change; how much memory it takes, beside its text.

use halfminute::app::document::{Document, Record};
use halfminute::domain::{Account, AccountId, OtpParams, Secret, UnixTime};

/// Shows what each of these allocates: `read`'s "max alloc" is the size of the document in memory, its throughput's unit that of the text.
#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

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
            uses: 0,
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
    let bencher = bencher.counter(divan::counter::BytesCount::of_str(text.as_str()));
    bencher.bench_local(|| Document::from_json(&text));
}

#[divan::bench(args = SIZES)]
fn duplicate(bencher: divan::Bencher<'_, '_>, accounts: u32) {
    let document = document(accounts);
    bencher.bench_local(|| document.duplicate());
}
