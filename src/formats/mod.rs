//! Bytes to accounts and back. No paths, no dialogs, no clock.
