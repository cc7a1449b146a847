//! Time servers: answers right, wrong and hostile, from a server of our own on this computer, and a real one, chrony. Nothing here leaves
//! this computer.
#![allow(clippy::unwrap_used, clippy::explicit_write, reason = "a test that says what it skips")]

use std::io::Write as _;
use std::net::{Ipv6Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use halfminute::adapters::system_clock::SystemClock;
use halfminute::adapters::time_server::Sntp;
use halfminute::app::ports::{TimeAnswer, TimeError, TimeServer, TimeServers};

/// What is waited for where an answer comes, on a busy machine too.
const LONG: Duration = Duration::from_secs(30);
/// What is waited for where none comes.
const SHORT: Duration = Duration::from_millis(400);

/// A packet as it stands on the wire (RFC 5905 section 7.3).
type Packet = [u8; 48];

fn ask(server: &str, wait: Duration) -> Result<TimeAnswer, TimeError> {
    Sntp::new(Arc::new(SystemClock::new())).waiting(wait).ask(&TimeServer::parse(server).unwrap())
}

fn stamp(packet: &mut Packet, place: usize, time: u64) {
    packet[place..place + 8].copy_from_slice(&time.to_be_bytes());
}

/// The right answer to `question`, of a server whose clock is `offset` seconds ahead of who asks.
fn right(question: &Packet, offset: f64) -> Packet {
    let asked = u64::from_be_bytes(question[40..48].try_into().unwrap());
    let theirs = asked.wrapping_add_signed((offset * 2f64.powi(32)) as i64);
    let mut answer = [0; 48];
    // No leap second, version 4, a server; stratum 2.
    (answer[0], answer[1], answer[3]) = (0b00_100_100, 2, 0xec);
    answer[12..16].copy_from_slice(&[192, 0, 2, 1]);
    stamp(&mut answer, 16, theirs.wrapping_sub(60 << 32));
    answer[24..32].copy_from_slice(&question[40..48]);
    stamp(&mut answer, 32, theirs);
    stamp(&mut answer, 40, theirs);
    answer
}

/// The same with something changed.
fn spoilt(question: &Packet, spoil: impl FnOnce(&mut Packet)) -> Vec<u8> {
    let mut answer = right(question, 0.0);
    spoil(&mut answer);
    answer.to_vec()
}

/// A server on this computer that answers one question with these packets, and stays silent after that.
fn serve(at: impl std::net::ToSocketAddrs, answers: impl FnOnce(&Packet) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind(at).unwrap();
    let address = socket.local_addr().unwrap();
    socket.set_read_timeout(Some(LONG)).unwrap();
    let work = move || {
        let mut question = [0; 64];
        let Ok((length, who)) = socket.recv_from(&mut question) else { return };
        assert_eq!((length, question[0]), (48, 0b00_100_011), "version 4, a client, and nothing else in it");
        assert!(question[1..40].iter().all(|byte| *byte == 0), "{question:?}");
        for packet in answers(question[..48].try_into().unwrap()) {
            socket.send_to(&packet, who).unwrap();
        }
        // As long as who asked is there: a socket that is closed refuses.
        std::thread::park_timeout(LONG);
    };
    std::thread::Builder::new().name("time server".to_owned()).spawn(work).unwrap();
    address
}

fn one(answer: impl FnOnce(&Packet) -> Vec<u8> + Send + 'static) -> String {
    serve("127.0.0.1:0", |question| vec![answer(question)]).to_string()
}

#[track_caller]
fn is_behind(answer: &Result<TimeAnswer, TimeError>, seconds: f64) {
    let answer = answer.as_ref().unwrap();
    let off = answer.behind as f64 / 1e6 - seconds;
    // The server answers as if no time had passed on the way: the error is half of that time, and the stamps' last digit.
    assert!(off.abs() <= answer.uncertainty.as_secs_f64() + 1e-5, "{answer:?} instead of {seconds}");
    assert!(answer.uncertainty <= LONG / 2, "{answer:?}");
}

#[test]
fn by_how_much_the_clock_is_off() {
    // The last ones lie beyond 2036, when the numbers on the wire begin anew, and before 1970.
    for seconds in [0.0, 3.2, -3.2, 0.001, 29.9, 86_400.0, -86_400.0, 6.3e8, -2.0e9] {
        let answer = ask(&one(move |question| right(question, seconds).to_vec()), LONG);
        is_behind(&answer, seconds);
    }
}

#[test]
fn names_and_both_kinds_of_address() {
    let port = serve("127.0.0.1:0", |question| vec![right(question, 7.0).to_vec()]).port();
    // The name may mean ::1 first, where nobody listens.
    let answer = ask(&format!("localhost:{port}"), LONG);
    is_behind(&answer, 7.0);
    assert_eq!(answer.unwrap().server.to_string(), format!("localhost:{port}"));
    if UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return skipped("no IPv6 on this computer");
    }
    let server = serve((Ipv6Addr::LOCALHOST, 0), |question| vec![right(question, -7.0).to_vec()]);
    is_behind(&ask(&server.to_string(), LONG), -7.0);
}

#[test]
fn answers_that_do_not_count_have_their_reasons() {
    type Spoil = fn(&mut Packet);
    type Row = (&'static str, Box<dyn FnOnce(&mut Packet) + Send>, TimeError);
    let kiss = |code: &'static [u8; 4]| {
        move |packet: &mut Packet| {
            packet[1] = 0;
            packet[12..16].copy_from_slice(code);
        }
    };
    let rows: Vec<Row> = vec![
        ("kiss: too often", Box::new(kiss(b"RATE")), TimeError::TooOften),
        ("kiss: go away", Box::new(kiss(b"DENY")), TimeError::Denied),
        ("kiss: not for you", Box::new(kiss(b"RSTR")), TimeError::Denied),
        ("kiss: not known", Box::new(kiss(b"\xff\0\x1b[")), TimeError::Denied),
        ("kiss: just begun", Box::new(kiss(b"INIT")), TimeError::Unsynchronised),
        ("stratum 0 without a code", Box::new(kiss(b"\0\0\0\0")), TimeError::Unsynchronised),
        ("leap 3", Box::new((|p| p[0] |= 0b11 << 6) as Spoil), TimeError::Unsynchronised),
        ("stratum 16", Box::new((|p| p[1] = 16) as Spoil), TimeError::Unsynchronised),
        ("stratum 255", Box::new((|p| p[1] = 255) as Spoil), TimeError::Unsynchronised),
        ("16 s from its source", Box::new((|p| p[9] = 16) as Spoil), TimeError::Unsynchronised),
        ("a client's mode", Box::new((|p| p[0] = 0b00_100_011) as Spoil), TimeError::Invalid),
        ("broadcast", Box::new((|p| p[0] = 0b00_100_101) as Spoil), TimeError::Invalid),
        ("version 0", Box::new((|p| p[0] = 0b00_000_100) as Spoil), TimeError::Invalid),
        ("version 7", Box::new((|p| p[0] = 0b00_111_100) as Spoil), TimeError::Invalid),
        ("no moment", Box::new((|p| p[40..].fill(0)) as Spoil), TimeError::Invalid),
        ("sent an hour before it came", Box::new((|p| p[34] = p[34].wrapping_add(1)) as Spoil), TimeError::Invalid),
        ("set in the future", Box::new((|p| p[17] = p[17].wrapping_add(1)) as Spoil), TimeError::Invalid),
    ];
    for (what, spoil, error) in rows {
        let answer = ask(&one(|question| spoilt(question, spoil)), LONG);
        assert_eq!(answer, Err(error), "{what}");
    }
}

#[test]
fn what_answers_no_question_of_ours_is_passed_over() {
    type Make = fn(&Packet) -> Vec<u8>;
    let rows: &[(&str, Make)] = &[
        ("nothing at all", |_| vec![]),
        ("a byte short", |question| right(question, 99.0)[..47].to_vec()),
        ("another question's answer", |question| spoilt(question, |packet| packet[31] ^= 1)),
        ("no question's answer", |question| spoilt(question, |packet| packet[24..32].fill(0))),
        ("our own question", |question| question.to_vec()),
        ("text", |_| b"HTTP/1.1 400 Bad Request\r\n\r\n<html>This is no time server at all</html>".to_vec()),
        ("much more than fits", |_| vec![0xff; 9_000]),
        ("somebody else's kiss", |question| {
            spoilt(question, |packet| {
                packet[1] = 0;
                packet[12..16].copy_from_slice(b"DENY");
                packet[31] ^= 1;
            })
        }),
    ];
    for (what, make) in rows {
        let make = *make;
        let before = serve("127.0.0.1:0", move |question| vec![make(question), make(question), right(question, 3.0).to_vec()]);
        is_behind(&ask(&before.to_string(), LONG), 3.0);
        assert_eq!(ask(&one(make), SHORT), Err(TimeError::Invalid), "{what}, and nothing else");
    }
    // What follows the 48 bytes, a signature for instance, is not read.
    is_behind(&ask(&one(|question| [right(question, 3.0).as_slice(), &[7; 20]].concat()), LONG), 3.0);
}

#[test]
fn an_answer_from_elsewhere_does_not_arrive() {
    let server = serve("127.0.0.1:0", |question| vec![right(question, 3.0).to_vec()]);
    let middle = UdpSocket::bind("127.0.0.1:0").unwrap();
    middle.set_read_timeout(Some(LONG)).unwrap();
    let address = middle.local_addr().unwrap().to_string();
    // It hands the question on, and another socket answers in its place, with the right question's number.
    let other = UdpSocket::bind("127.0.0.1:0").unwrap();
    let work = move || {
        let mut question = [0; 48];
        let (_, who) = middle.recv_from(&mut question).unwrap();
        other.send_to(&right(&question, 99.0), who).unwrap();
        other.send_to(&right(&question, 3.0), server).unwrap();
        std::thread::park_timeout(LONG);
    };
    std::thread::Builder::new().name("forger".to_owned()).spawn(work).unwrap();
    assert_eq!(ask(&address, SHORT), Err(TimeError::Silent));
}

#[test]
fn nothing_makes_it_wait_longer() {
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let begun = Instant::now();
    assert_eq!(ask(&silent.local_addr().unwrap().to_string(), SHORT), Err(TimeError::Silent));
    assert!(begun.elapsed() >= SHORT);
    // Garbage without an end.
    let flood = UdpSocket::bind("127.0.0.1:0").unwrap();
    flood.set_read_timeout(Some(LONG)).unwrap();
    let address = flood.local_addr().unwrap().to_string();
    let work = move || {
        let mut question = [0; 48];
        let (_, who) = flood.recv_from(&mut question).unwrap();
        let garbage = spoilt(&question, |packet| packet[31] ^= 1);
        while flood.send_to(&garbage, who).is_ok() {
            std::thread::yield_now();
        }
    };
    std::thread::Builder::new().name("flood".to_owned()).spawn(work).unwrap();
    let begun = Instant::now();
    assert_eq!(ask(&address, SHORT), Err(TimeError::Invalid));
    assert!(begun.elapsed() < LONG / 3, "{:?}", begun.elapsed());
}

#[test]
fn a_port_that_nobody_listens_on_and_a_name_that_nobody_has() {
    // On an address that no other test of this program listens on: what is free again is given to the next who asks.
    let gone = UdpSocket::bind("127.0.0.2:0").unwrap().local_addr().unwrap();
    assert_eq!(ask(&gone.to_string(), LONG), Err(TimeError::Refused));
    // No name below this one exists (RFC 6761); where nobody can be asked about names, that takes as long as it takes.
    let unknown = ask("no-time.invalid", Duration::from_secs(5));
    assert!(matches!(unknown, Err(TimeError::NoSuchName | TimeError::LookupSilent)), "{unknown:?}");
}

fn skipped(what: &str) {
    // Past the test harness, which would swallow it.
    writeln!(std::io::stderr(), "skipped: {what}").unwrap();
}

/// chrony's server: `HALFMINUTE_CHRONYD`, or where Debian puts it.
fn chronyd() -> Option<PathBuf> {
    let named = std::env::var_os("HALFMINUTE_CHRONYD").map(PathBuf::from);
    let usual = ["/usr/sbin/chronyd", "/usr/bin/chronyd", "/usr/local/sbin/chronyd"].map(PathBuf::from);
    let runs = |path: &PathBuf| Command::new(path).arg("--version").output().is_ok_and(|ran| ran.status.success());
    named.into_iter().chain(usual).find(runs)
}

/// chrony as an ordinary user, with a configuration and a port of its own. It sets no clock, and asks nobody.
struct Chrony(Child);

impl Chrony {
    fn start(program: &Path, folder: &Path, more: &str) -> (Self, String) {
        let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = folder.join("chrony.conf");
        let pid = folder.join("chronyd.pid");
        let text = format!(
            "port {port}\nbindaddress 127.0.0.1\nallow 127.0.0.1\ncmdport 0\nbindcmdaddress /\npidfile {}\n{more}\n",
            pid.display()
        );
        std::fs::write(&file, text).unwrap();
        let me = Command::new("id").arg("-un").output().unwrap().stdout;
        let me = String::from_utf8(me).unwrap();
        let mut command = Command::new(program);
        command.args(["-x", "-d", "-U", "-u", me.trim(), "-f"]).arg(&file);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        (Self(child), format!("127.0.0.1:{port}"))
    }

    /// Asks until it listens.
    fn ask(&mut self, server: &str) -> Result<TimeAnswer, TimeError> {
        let begun = Instant::now();
        loop {
            match ask(server, Duration::from_secs(5)) {
                Err(TimeError::Refused) if begun.elapsed() < LONG => {
                    assert!(self.0.try_wait().unwrap().is_none(), "chronyd has ended");
                    std::thread::yield_now();
                }
                other => return other,
            }
        }
    }
}

impl Drop for Chrony {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_real_server_agrees_with_its_own_clock_and_says_when_it_has_none() {
    let Some(program) = chronyd() else { return skipped("no chronyd (HALFMINUTE_CHRONYD names it)") };
    let folder = tempfile::tempdir().unwrap();
    let (mut set, server) = Chrony::start(&program, folder.path(), "local stratum 8");
    // It goes by the same clock as we do.
    is_behind(&set.ask(&server), 0.0);
    drop(set);
    let folder = tempfile::tempdir().unwrap();
    let (mut unset, server) = Chrony::start(&program, folder.path(), "");
    assert_eq!(unset.ask(&server), Err(TimeError::Unsynchronised));
}

/// The program with a vault file of its own, which has nothing that is bad.
fn doctor(folder: &Path, server: &str, json: bool) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_halfminute"));
    command.args(["doctor", "--time-server", server]).args(json.then_some("--json"));
    command.env_clear().env("HALFMINUTE_DATA_DIR", folder.join("data")).env("HOME", folder);
    command.env("HALFMINUTE_VAULT", folder.join("vault.age")).current_dir(folder);
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn doctor_says_what_a_server_has_said() {
    let folder = tempfile::tempdir().unwrap();
    // There, and locked: doctor opens none without a passphrase.
    std::fs::write(folder.path().join("vault.age"), "x").unwrap();
    std::fs::write(folder.path().join("vault.key.age"), "x").unwrap();
    let rows: [(f64, i32, &str, &str); 4] = [
        (0.0, 0, "good", "agrees with 127.0.0.1:"),
        (3.2, 0, "good", "This computer is 3.2 s behind 127.0.0.1:"),
        (-12.0, 0, "look", "This computer is 12 s ahead of 127.0.0.1:"),
        (300.0, 1, "bad", "This computer is 5 min behind 127.0.0.1:"),
    ];
    for (seconds, code, state, text) in rows {
        let server = one(move |question| right(question, seconds).to_vec());
        let ran = doctor(folder.path(), &server, true);
        let said: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{said}");
        let last = said["findings"].as_array().unwrap().last().unwrap();
        assert_eq!((last["topic"].as_str(), last["state"].as_str()), (Some("time-server"), Some(state)), "{said}");
        assert!(last["message"].as_str().unwrap().contains(text), "{said}");
        let off = said["time"]["behind_seconds"].as_f64().unwrap() - seconds;
        let uncertainty = said["time"]["uncertainty_seconds"].as_f64().unwrap();
        assert!(off.abs() <= uncertainty + 1e-5 && said["time"]["server"] == server.as_str(), "{said}");
    }
    let server = one(|question| spoilt(question, |packet| packet[0] |= 0b11 << 6));
    let ran = doctor(folder.path(), &server, false);
    let said = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(4), "{said}");
    assert!(said.contains(&format!("?     Time server  {server} says that its own clock is not set")), "{said}");
}
