//! What the desktop says of the person's session: the screen is locked, the computer goes to sleep.

/// Listens to the desktop, on a thread of its own.
pub trait SessionWatch: Send {
    /// Waits for the next event; the first says what is listened to. `None`: nothing will come any more.
    fn next(&mut self) -> Option<SessionEvent>;
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEvent {
    /// It is listened to this.
    Listening(Watched),
    /// The screen is locked, or the computer goes to sleep.
    Locked,
}

/// What is listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// The computer goes to sleep, or somebody locks the session through the system (logind).
    pub system: bool,
    /// The desktop locks its screen.
    pub screen: bool,
}
