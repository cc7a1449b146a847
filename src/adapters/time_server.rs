//! The one file that uses the network: it sends a question to a time server, when it is called, and to nobody else.
//!
//! Whoever answers is not trusted. The socket is connected, so that the system drops what comes from elsewhere; what answers no question
//! of ours (too short, of another time, garbage) is passed over, and the wait goes on; nothing makes it longer than the deadline.

use std::cell::Cell;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use sntpc::{Error, KissOfDeathCode, NtpContext, NtpTimestampGenerator, NtpUdpSocket};

use crate::app::ports::{Clock, TimeAnswer, TimeError, TimeServer, TimeServers, WAIT};
use crate::domain::UnixTime;

/// A name may have many addresses: so many of them are tried.
const ADDRESSES: usize = 4;
/// A question has 48 bytes and so has an answer; what follows (a signature, extensions) is not read.
const PACKET: usize = 48;
/// Two clocks of one computer may differ by that.
const TOLERANCE: Duration = Duration::from_millis(5);

/// Time servers, asked over the network (SNTP, RFC 4330 and RFC 5905).
pub struct Sntp {
    clock: Arc<dyn Clock>,
    wait: Duration,
}

impl Sntp {
    /// Nothing is sent yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, wait: WAIT }
    }

    /// The same with another deadline, for tests.
    #[must_use]
    pub fn waiting(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }
}

impl TimeServers for Sntp {
    fn ask(&mut self, server: &TimeServer) -> Result<TimeAnswer, TimeError> {
        let until = Instant::now() + self.wait;
        let mut addresses = look_up(server, self.wait)?;
        addresses.truncate(ADDRESSES);
        let mut worst = TimeError::NoSuchName;
        let count = addresses.len();
        for (tried, address) in addresses.into_iter().enumerate() {
            // Each gets its share of what is left: the first may be one that nothing answers on, of a network that is not there.
            let left = until.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(count - tried).unwrap_or(1);
            match exchange(server, address, Instant::now() + share, self.clock.as_ref()) {
                Ok(answer) => return Ok(answer),
                Err(error) if tells_more(error) >= tells_more(worst) => worst = error,
                Err(_) => {}
            }
        }
        Err(worst)
    }
}

/// Of several addresses that fail in several ways, the one is said that tells most about the server.
fn tells_more(error: TimeError) -> u8 {
    match error {
        TimeError::NoSuchName | TimeError::LookupSilent => 0,
        TimeError::Unreachable => 1,
        TimeError::Silent => 2,
        TimeError::Refused => 3,
        TimeError::Invalid => 4,
        TimeError::Unsynchronised | TimeError::TooOften | TimeError::Denied => 5,
    }
}

/// The system's lookup cannot be given up: it goes on in a thread of its own, and ends by itself.
fn look_up(server: &TimeServer, wait: Duration) -> Result<Vec<SocketAddr>, TimeError> {
    let (tell, told) = channel();
    let (host, port) = (server.host().to_owned(), server.port());
    let ask = move || {
        let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>).unwrap_or_default();
        // Nobody waits any more after the deadline.
        let _ = tell.send(found);
    };
    std::thread::Builder::new().name("name lookup".to_owned()).spawn(ask).map_err(|_| TimeError::LookupSilent)?;
    match told.recv_timeout(wait) {
        Ok(found) if found.is_empty() => Err(TimeError::NoSuchName),
        Ok(found) => Ok(found),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(TimeError::LookupSilent),
    }
}

/// One question, and what answers it before `until`.
fn exchange(server: &TimeServer, address: SocketAddr, until: Instant, clock: &dyn Clock) -> Result<TimeAnswer, TimeError> {
    let own = if address.is_ipv4() { IpAddr::V4(Ipv4Addr::UNSPECIFIED) } else { IpAddr::V6(Ipv6Addr::UNSPECIFIED) };
    let socket = UdpSocket::bind((own, 0)).and_then(|socket| socket.connect(address).map(|()| socket));
    let line = Line { socket: socket.map_err(|error| not_sent(error.kind()))?, address, until, trouble: Cell::new(None) };
    let begun = Instant::now();
    let context = NtpContext::new(Stamp { wall: clock.now(), begun, now: Duration::ZERO });
    let Some(asked) = at_once(sntpc::sntp_send_request(address, &line, context)) else { return Err(TimeError::Invalid) };
    let asked = asked.map_err(|_| line.trouble.get().map_or(TimeError::Unreachable, not_sent))?;
    let mut nothing_of_use = TimeError::Silent;
    loop {
        let Some(answer) = at_once(sntpc::sntp_process_response(address, &line, context, asked)) else {
            return Err(TimeError::Invalid);
        };
        match answer {
            Ok(said) => {
                let took = Duration::from_micros(said.roundtrip);
                if took > begun.elapsed() + TOLERANCE {
                    // Longer on its way than it was waited for: the server's two moments stand in the wrong order.
                    return Err(TimeError::Invalid);
                }
                return Ok(TimeAnswer { server: server.clone(), at: clock.moment(), behind: said.offset, uncertainty: took / 2 });
            }
            Err(Error::KissOfDeath(KissOfDeathCode::Rate)) => return Err(TimeError::TooOften),
            // chrony without a clock of its own gives no code: stratum 0 is then "not set", no kiss.
            Err(Error::KissOfDeath(
                KissOfDeathCode::Init | KissOfDeathCode::Step | KissOfDeathCode::Experimental([0, 0, 0, 0]),
            )) => return Err(TimeError::Unsynchronised),
            Err(Error::KissOfDeath(_)) => return Err(TimeError::Denied),
            Err(Error::UnsynchronizedClock | Error::IncorrectStratumHeaders | Error::ExcessiveRootDistance) => {
                return Err(TimeError::Unsynchronised);
            }
            // No answer to our question: the right one may still come.
            Err(Error::IncorrectOriginTimestamp | Error::IncorrectPayload | Error::ResponseAddressMismatch) => {
                nothing_of_use = TimeError::Invalid;
            }
            Err(Error::Network) => {
                return Err(match line.trouble.get() {
                    Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) | None => nothing_of_use,
                    Some(kind) => not_sent(kind),
                });
            }
            Err(_) => return Err(TimeError::Invalid),
        }
    }
}

/// Why a packet did not arrive, as the system says.
fn not_sent(kind: ErrorKind) -> TimeError {
    match kind {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => TimeError::Refused,
        _ => TimeError::Unreachable,
    }
}

/// The library asks in futures that wait for nothing but our socket, which waits by itself: they are done when they are asked first.
fn at_once<T>(work: impl Future<Output = T>) -> Option<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    }
}

/// A socket that is connected to one address, and waits until a moment.
struct Line {
    socket: UdpSocket,
    address: SocketAddr,
    until: Instant,
    /// What the system said when it went wrong: the library has one word for all of it.
    trouble: Cell<Option<ErrorKind>>,
}

impl Line {
    fn noted<T>(&self, result: io::Result<T>) -> sntpc::Result<T> {
        result.map_err(|error| {
            self.trouble.set(Some(error.kind()));
            Error::Network
        })
    }

    fn receive(&self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        self.socket.set_read_timeout(Some(left))?;
        // With room for more than is read: some systems take a packet that does not fit for an error.
        let mut packet = [0; 2_048];
        let length = loop {
            match self.socket.recv(&mut packet) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let length = length.min(into.len()).min(PACKET);
        into.iter_mut().zip(packet).take(length).for_each(|(to, from)| *to = from);
        Ok(length)
    }
}

impl NtpUdpSocket for Line {
    async fn send_to(&self, packet: &[u8], _address: SocketAddr) -> sntpc::Result<usize> {
        self.noted(self.socket.send(packet))
    }

    async fn recv_from(&self, into: &mut [u8]) -> sntpc::Result<(usize, SocketAddr)> {
        // The socket is connected: what came, came from there.
        self.noted(self.receive(into)).map(|length| (length, self.address))
    }
}

/// The wall clock as it stood at the start, moved on by the clock that cannot be set.
#[derive(Clone, Copy)]
struct Stamp {
    wall: UnixTime,
    begun: Instant,
    now: Duration,
}

impl NtpTimestampGenerator for Stamp {
    fn init(&mut self) {
        self.now = self.wall.since_epoch().saturating_add(self.begun.elapsed());
    }

    fn timestamp_sec(&self) -> u64 {
        self.now.as_secs()
    }

    fn timestamp_subsec_micros(&self) -> u32 {
        self.now.subsec_micros()
    }
}
