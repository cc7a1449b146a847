//! What the system says of a file, in words for people.

use std::io::ErrorKind;
use std::path::Path;

use super::Notice;

/// A file that could not be written.
#[must_use]
pub fn not_written(path: &Path, kind: ErrorKind) -> Notice {
    Notice::new(format!("{} cannot be written: {}", path.display(), reason(kind)), way_out(kind, "Choose another place"))
}

/// A file that could not be read.
#[must_use]
pub fn not_read(path: &Path, kind: ErrorKind) -> Notice {
    Notice::new(format!("{} cannot be read: {}", path.display(), reason(kind)), way_out(kind, "Check the name"))
}

/// A file or folder of ours that cannot be used.
#[must_use]
pub fn unusable(path: &Path, kind: ErrorKind) -> Notice {
    let path = path.display();
    match kind {
        ErrorKind::NotFound => Notice::new(format!("There is no {path}"), "Check the name, or make the folder it is to stand in"),
        ErrorKind::AlreadyExists => Notice::new(format!("There is a file {path} already"), way_out(kind, "")),
        ErrorKind::NotADirectory => Notice::new(format!("{path} cannot be used: {}", reason(kind)), "Check the name"),
        _ => Notice::new(format!("{path} cannot be used: {}", reason(kind)), way_out(kind, "Check the disk, and try again")),
    }
}

/// Why the system did not do it: the rest of a sentence.
#[must_use]
pub fn reason(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::PermissionDenied => "this user may not",
        ErrorKind::AlreadyExists => "there is one already",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "a part of its path is no folder",
        ErrorKind::DirectoryNotEmpty => "the folder is not empty",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "this user's share of the disk is used up",
        ErrorKind::FileTooLarge => "it is too large for the disk",
        ErrorKind::InvalidFilename | ErrorKind::InvalidInput => "the name is not possible there",
        ErrorKind::InvalidData => "it is not what it should be",
        ErrorKind::UnexpectedEof => "it ends too early",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "another program uses it",
        ErrorKind::TimedOut | ErrorKind::NetworkDown | ErrorKind::HostUnreachable | ErrorKind::StaleNetworkFileHandle => {
            "its server does not answer"
        }
        ErrorKind::BrokenPipe => "whoever read it has gone",
        ErrorKind::OutOfMemory => "there is not enough memory",
        _ => "the system refused",
    }
}

/// What to do about it, or else `other`.
fn way_out(kind: ErrorKind, other: &'static str) -> &'static str {
    match kind {
        ErrorKind::PermissionDenied => "Correct its permissions, or name another",
        ErrorKind::AlreadyExists => "Move it away, or name another",
        ErrorKind::ReadOnlyFilesystem => "Choose a place on another disk, or make this one writable",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Make room on the disk, and try again",
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => "Close that program, and try again",
        ErrorKind::IsADirectory => "Name a file",
        _ => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_said_in_our_words() {
        let path = Path::new("x.png");
        let rows = [
            (
                not_written(path, ErrorKind::NotFound),
                "x.png cannot be written: there is no such file or folder. Choose another place",
            ),
            (
                not_written(path, ErrorKind::PermissionDenied),
                "x.png cannot be written: this user may not. Correct its permissions, or name another",
            ),
            (not_read(path, ErrorKind::NotFound), "x.png cannot be read: there is no such file or folder. Check the name"),
            (unusable(path, ErrorKind::NotFound), "There is no x.png. Check the name, or make the folder it is to stand in"),
            (unusable(path, ErrorKind::AlreadyExists), "There is a file x.png already. Move it away, or name another"),
            (
                unusable(path, ErrorKind::ReadOnlyFilesystem),
                "x.png cannot be used: the disk is read-only. Choose a place on another disk, or make this one writable",
            ),
            (unusable(path, ErrorKind::Other), "x.png cannot be used: the system refused. Check the disk, and try again"),
        ];
        for (notice, line) in rows {
            assert_eq!(notice.line(), line);
        }
    }
}
