//! How long a letter in the search takes, what a change of the vault costs before it, and a frame of the window: with few accounts and
//! with as many as there may be. The ratios say whether it grows with the accounts; a frame must not.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench has no callers, its inputs are constants, and it tells what it has measured"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use halfminute::app::document::{Document, Record};
use halfminute::app::job::VaultJob;
use halfminute::app::listing::{Index, Listing, Query};
use halfminute::app::ports::{Clock, Opened, Place, Protection};
use halfminute::app::settings::{Order, Settings, View};
use halfminute::app::uses::Uses;
use halfminute::app::{Done, Job};
use halfminute::domain::{Account, AccountId, Moment, OtpParams, Secret, UnixTime};
use halfminute::gui::Shell;
use halfminute::gui::worker::Engine;

/// Few, more, and the most.
const SIZES: [u32; 3] = [50, 1_000, 10_000];
/// What is typed, letter by letter: found everywhere, at the beginning, letter by letter, in two words, nowhere.
const TYPED: [&str; 7] = ["e", "ex", "exam", "xmpl", "exb 9", "person77", "qqqq"];
/// A frame on a screen of 60 Hz: a letter must show in the next one.
const FRAME: Duration = Duration::from_millis(16);
const RUNS: usize = 31;

fn document(accounts: u32) -> Document {
    let issuers = ["Example Bank", "GitHub", "Städtische Bücherei", "Mailbox", "Amazon Web Services", "例示銀行"];
    let record = |n: u32| {
        let account = Account {
            id: AccountId::from_bytes((u128::from(n) << 64 | 1).to_be_bytes()),
            issuer: format!("{} {}", issuers[n as usize % issuers.len()], n / 7),
            name: format!("person{n}@example.org"),
            params: OtpParams::default(),
            tags: vec![["work", "private", "servers"][n as usize % 3].to_owned()],
            note: String::new(),
            pinned: n.is_multiple_of(100),
            uses: 0,
            created: UnixTime::from_secs(1_700_000_000),
        };
        Record { account, secret: Secret::new(vec![7; 20]).unwrap(), trashed: None }
    };
    Document { generation: 1, accounts: (0..accounts).map(record).collect(), ..Document::default() }
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            run();
            begun.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// One line: the median for each size, and how much the last is of the one before.
fn report(what: &str, times: &[Duration]) {
    let ms = |time: &Duration| time.as_secs_f64() * 1e3;
    let row: Vec<String> = times.iter().map(|time| format!("{:>9.3} ms", ms(time))).collect();
    let ratio = ms(&times[times.len() - 1]) / ms(&times[times.len() - 2]).max(1e-6);
    println!("{what:<34} {}   {ratio:>6.1} times", row.join(" "));
}

fn search(index: &mut Index, uses: &Uses, search: &str) -> Listing {
    index.find(&Query { search, tags: &[], order: Order::MostUsed, uses, fuzzy: true })
}

/// A window whose vault is open at once and whose other work is never done.
struct Still(Vec<Done>, Option<Arc<Document>>);

impl Engine for Still {
    fn submit(&mut self, job: Job) {
        if let (Job::Vault(VaultJob::Open), Some(document)) = (job, self.1.take()) {
            let place = Place::Keyring { provider: "bench".into(), protection: Protection::Yes };
            self.0.push(Done::Opened(Ok(Opened { document, place, notes: vec![], passphrase: false })));
        }
    }

    fn finished(&mut self) -> Vec<Done> {
        std::mem::take(&mut self.0)
    }

    fn cancel_prompt(&mut self) {}
}

struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> UnixTime {
        UnixTime::from_secs(1_728_000_007)
    }

    fn moment(&self) -> Moment {
        Moment::of_wall(self.now())
    }

    fn synchronised(&self) -> Option<bool> {
        Some(true)
    }
}

/// The time of one frame with so many accounts, laid out and tessellated.
fn frame(accounts: u32, view: View) -> Duration {
    let ctx = egui::Context::default();
    let settings = Settings { view, ..Settings::default() };
    let engine = Still(Vec::new(), Some(Arc::new(document(accounts))));
    let mut shell = Shell::new(&ctx, Arc::new(Stopped), settings, Box::new(engine));
    let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1_280.0, 900.0));
    let mut draw = || {
        let input = egui::RawInput { screen_rect: Some(screen), ..egui::RawInput::default() };
        let output = ctx.run_ui(input, |ui| {
            shell.before(ui.ctx());
            shell.draw(ui);
        });
        black_box(ctx.tessellate(output.shapes, output.pixels_per_point));
    };
    (0..10).for_each(|_| draw());
    median(draw)
}

fn main() {
    println!("{:<34} {}   the last to the one before", "medians of 31 runs", SIZES.map(|many| format!("{many:>12}")).join(" "));
    let uses = Uses::default();
    let documents = SIZES.map(document);
    report(
        "a change: the index anew",
        &documents.each_ref().map(|document| median(|| drop(black_box(Index::of(document, false))))),
    );
    let mut slowest = Duration::ZERO;
    for typed in TYPED {
        let times = documents.each_ref().map(|document| {
            let mut index = Index::of(document, false);
            median(|| drop(black_box(search(&mut index, &uses, typed))))
        });
        report(&format!("a letter: “{typed}”"), &times);
        slowest = slowest.max(times[SIZES.len() - 1]);
    }
    for (view, name) in [(View::Cards, "a frame of cards"), (View::List, "a frame of the list")] {
        report(name, &SIZES.map(|many| frame(many, view)));
    }
    println!("the slowest letter takes {:.1} % of a frame's {FRAME:?}", 100.0 * slowest.as_secs_f64() / FRAME.as_secs_f64());
}
