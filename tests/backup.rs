//! Backups: the file that `age` opens too, what is read from bad ones, and what restoring does to the document.
#![allow(clippy::unwrap_used, reason = "what a test calls is a test too")]

#[path = "backup/bad.rs"]
mod bad;
#[path = "backup/file.rs"]
mod file;
#[path = "backup/merge.rs"]
mod merge;
#[cfg(target_os = "linux")]
#[path = "backup/other.rs"]
mod other;

use halfminute::app::document::Document;

/// A document as JSON: two accounts, one of them in the trash, a test user, unknown fields everywhere, an entry nobody can read.
pub const FULL: &str = concat!(
    r#"{"schema":1,"generation":7,"accounts":["#,
    r#"{"id":"01010101010101010101010101010101","issuer":"Acme","name":"alice","secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","type":"totp","algorithm":"SHA1","digits":6,"period":30,"tags":["work"],"note":"by hand","pinned":true,"created":5,"icon":"a.png"},"#,
    r#"{"id":"odd","shape":[1,2]},"#,
    r#"{"id":"02020202020202020202020202020202","issuer":"Bank","name":"bob","secret":"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP","type":"hotp","algorithm":"SHA256","digits":8,"counter":9,"tags":[],"note":"","pinned":false,"created":6,"trashed":8}],"#,
    r#""users":[{"name":"alice","accounts":["01010101010101010101010101010101"],"role":"admin"},"odd"],"#,
    r#""groups":{"work":[1]}}"#
);

/// The document of `json`.
pub fn document(json: &str) -> Document {
    Document::from_json(json).unwrap()
}
