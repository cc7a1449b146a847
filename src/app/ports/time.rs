//! A time server that the person has named: what it is asked, what it says, and how that goes wrong.

use std::fmt;
use std::time::Duration;

use crate::domain::Moment;

/// The port of the network time protocol (RFC 5905).
pub const PORT: u16 = 123;
/// No name is longer (RFC 1035).
const LONGEST: usize = 253;

/// Which server is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeServer {
    host: String,
    port: u16,
}

/// Why what was typed names no server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// What follows the colon is no port.
    #[error("this is no port")]
    Port,
    /// It is neither a name nor an address.
    #[error("this is neither a name nor an address")]
    Name,
}

impl TimeServer {
    /// Reads `host`, `host:port`, an IPv6 address, or one in brackets with a port. Spaces around it do not matter.
    ///
    /// # Errors
    /// [`ServerError`]; nobody is asked then.
    pub fn parse(typed: &str) -> Result<Self, ServerError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(ServerError::Empty);
        }
        if let Some(rest) = typed.strip_prefix('[') {
            let (host, port) = rest.split_once(']').ok_or(ServerError::Name)?;
            let port = if port.is_empty() { PORT } else { port.strip_prefix(':').ok_or(ServerError::Port).and_then(number)? };
            return Self::checked(host, port, is_ipv6);
        }
        match typed.split_once(':') {
            None => Self::checked(typed, PORT, is_name),
            Some((_, rest)) if rest.contains(':') => Self::checked(typed, PORT, is_ipv6),
            Some((host, port)) => Self::checked(host, number(port)?, is_name),
        }
    }

    fn checked(host: &str, port: u16, fits: fn(&str) -> bool) -> Result<Self, ServerError> {
        if fits(host) { Ok(Self { host: host.to_owned(), port }) } else { Err(ServerError::Name) }
    }

    /// Its name or address, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port, never 0.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

fn number(port: &str) -> Result<u16, ServerError> {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|port| digits && *port != 0).ok_or(ServerError::Port)
}

fn is_name(host: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let edge = |edge: Option<u8>| edge.is_some_and(|byte| byte.is_ascii_alphanumeric());
    host.len() <= LONGEST && host.bytes().all(fits) && edge(host.bytes().next())
}

/// Whether it looks like one; the system reads it. What follows `%` names one of the computer's networks.
fn is_ipv6(host: &str) -> bool {
    let (address, zone) = host.split_once('%').unwrap_or((host, "0"));
    let fits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    address.len() <= 45 && address.matches(':').count() >= 2 && address.bytes().all(fits) && is_name(zone)
}

/// As it is typed, without the usual port.
impl fmt::Display for TimeServer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.port, self.host.contains(':')) {
            (PORT, _) => out.write_str(&self.host),
            (port, true) => write!(out, "[{}]:{port}", self.host),
            (port, false) => write!(out, "{}:{port}", self.host),
        }
    }
}

/// What a server has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeAnswer {
    /// Who was asked.
    pub server: TimeServer,
    /// When the answer came, by this computer's clocks.
    pub at: Moment,
    /// By how many microseconds this computer's clock is behind the server's; negative if it is ahead.
    pub behind: i64,
    /// How far that may be from the truth, if the server is right: half of the time that question and answer took.
    pub uncertainty: Duration,
}

/// What a difference means for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Under ten seconds: codes count.
    Fine,
    /// From ten seconds on: a code is late or early at one end of its step.
    Noticeable,
    /// From a step of half a minute on: codes are those of other steps (RFC 6238 section 5.2).
    Serious,
}

impl TimeAnswer {
    /// By how much the two clocks differ.
    #[must_use]
    pub const fn off(&self) -> Duration {
        Duration::from_micros(self.behind.unsigned_abs())
    }

    /// What that means for codes.
    #[must_use]
    pub const fn weight(&self) -> Weight {
        match self.off().as_secs() {
            0..10 => Weight::Fine,
            10..30 => Weight::Noticeable,
            _ => Weight::Serious,
        }
    }
}

/// Why there is no answer that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// No address belongs to the name.
    #[error("the name was not found")]
    NoSuchName,
    /// Looking the name up took longer than is waited.
    #[error("the name could not be looked up in time")]
    LookupSilent,
    /// No way leads there.
    #[error("the server cannot be reached")]
    Unreachable,
    /// Nothing listens on that port.
    #[error("nothing listens there")]
    Refused,
    /// Nothing came back in time.
    #[error("no answer came in time")]
    Silent,
    /// What came back answers no question of ours, or says what cannot be.
    #[error("the answer is not valid")]
    Invalid,
    /// The server says that its own clock is not right.
    #[error("the server's own clock is not set")]
    Unsynchronised,
    /// The server asks to be asked less often (kiss code RATE).
    #[error("the server is asked too often")]
    TooOften,
    /// The server answers others, not us (any other kiss code).
    #[error("the server does not answer us")]
    Denied,
}

/// Asks time servers. Nothing is sent by anything else, and nothing unless it is called.
pub trait TimeServers: Send {
    /// Sends a question to `server`, to its next address if one does not answer, and waits for the answer, [`WAIT`] at most.
    ///
    /// # Errors
    /// [`TimeError`].
    fn ask(&mut self, server: &TimeServer) -> Result<TimeAnswer, TimeError>;
}

/// How long an answer is waited for, the name's lookup included.
pub const WAIT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_as_they_are_typed() {
        type Read = Result<(&'static str, u16, &'static str), ServerError>;
        let rows: &[(&str, Read)] = &[
            ("time.example.org", Ok(("time.example.org", 123, "time.example.org"))),
            ("  time.example.org\n", Ok(("time.example.org", 123, "time.example.org"))),
            ("time.example.org:1123", Ok(("time.example.org", 1123, "time.example.org:1123"))),
            ("time.example.org:123", Ok(("time.example.org", 123, "time.example.org"))),
            ("localhost.", Ok(("localhost.", 123, "localhost."))),
            ("192.0.2.7:1", Ok(("192.0.2.7", 1, "192.0.2.7:1"))),
            ("::1", Ok(("::1", 123, "::1"))),
            ("[::1]", Ok(("::1", 123, "::1"))),
            ("[2001:db8::7]:1123", Ok(("2001:db8::7", 1123, "[2001:db8::7]:1123"))),
            ("fe80::1%eth0", Ok(("fe80::1%eth0", 123, "fe80::1%eth0"))),
            ("", Err(ServerError::Empty)),
            (" \t", Err(ServerError::Empty)),
            ("time.example.org:", Err(ServerError::Port)),
            ("time.example.org:0", Err(ServerError::Port)),
            ("time.example.org:65536", Err(ServerError::Port)),
            ("time.example.org:+5", Err(ServerError::Port)),
            ("time.example.org:ntp", Err(ServerError::Port)),
            ("[::1]1123", Err(ServerError::Port)),
            ("[::1]:x", Err(ServerError::Port)),
            ("[::1", Err(ServerError::Name)),
            ("[time.example.org]:1123", Err(ServerError::Name)),
            (":1123", Err(ServerError::Name)),
            ("ntp://time.example.org", Err(ServerError::Port)),
            ("time example.org", Err(ServerError::Name)),
            ("-time", Err(ServerError::Name)),
            ("zeit.müller.example", Err(ServerError::Name)),
            ("me@time.example.org", Err(ServerError::Name)),
            ("::g", Err(ServerError::Name)),
        ];
        for (typed, expected) in rows {
            let read = TimeServer::parse(typed);
            let brief = read.as_ref().map(|server| (server.host(), server.port(), server.to_string())).map_err(|error| *error);
            assert_eq!(brief, expected.map(|(host, port, shown)| (host, port, shown.to_owned())), "{typed}");
        }
        assert_eq!(TimeServer::parse(&"a".repeat(254)), Err(ServerError::Name));
    }
}
