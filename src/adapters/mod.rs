//! The outside world behind the app's ports: keyring, files, database, clock, clipboard.
