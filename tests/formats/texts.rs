//! What must hold of any text that is pasted, scanned or opened as a vault. Shared by the tests over the corpora and the fuzz targets (fuzz/).

use halfminute::app::Document;
use halfminute::domain::name::clean;
use halfminute::formats::base32;
use halfminute::formats::otpauth::{self, AddressError};
use halfminute::formats::pasted::{self, Pasted, PastedError};
use halfminute::formats::scanned::{Scanned, classify};

/// As an address, a key in base32, and whatever is pasted, each as itself and written again.
pub fn address(input: &[u8]) {
    let scanned = classify(input);
    let Ok(text) = std::str::from_utf8(input) else { return };
    let address = otpauth::read(text);
    let of_file = otpauth::read_of_file(text);
    if address.is_ok() {
        assert!(of_file.is_ok() && matches!(pasted::read(text), Ok(Pasted::Address(_))));
    }
    if let Ok(read) = of_file {
        assert!(text.len() <= otpauth::MAX_BYTES);
        // What stands in the middle of something else is no address of a code.
        assert!(matches!(scanned, Scanned::Address(_)) || text.contains('<'));
        let entry = read.entry;
        assert!(clean(&entry.issuer).text == entry.issuer && clean(&entry.name).text == entry.name);
        let written = otpauth::write(&entry.issuer, &entry.name, &entry.params, &entry.secret);
        match otpauth::read_of_file(&written) {
            // Names grow when they are encoded.
            Err(why) => assert!(why == AddressError::TooLong && written.len() > otpauth::MAX_BYTES, "{why}"),
            Ok(again) => {
                let again = again.entry;
                assert_eq!((again.issuer, again.name, again.params), (entry.issuer, entry.name, entry.params));
                assert!(again.secret.same_as(&entry.secret));
            }
        }
    }
    match pasted::read(text) {
        Ok(Pasted::Key(read)) => canonical(&read),
        Err(PastedError::Key(why)) => assert_eq!(base32::decode(text).err(), Some(why)),
        Ok(Pasted::Address(_)) | Err(PastedError::Address(_)) => {}
    }
    if let Ok(read) = base32::decode(text) {
        canonical(&read);
    }
}

/// What is written of a key reads as the same key, and is written the same way again.
fn canonical(read: &base32::Decoded) {
    for written in [base32::encode(&read.secret), base32::encode_grouped(&read.secret)] {
        let again = base32::decode(&written).unwrap();
        assert!(again.secret.same_as(&read.secret));
        assert!(!again.notes.contains(&base32::KeyNote::TrailingBits));
    }
}

/// As what a vault or a backup holds: what is read is written and read again.
pub fn document(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(document) = Document::from_json(text) else { return };
    let written = document.to_json();
    assert!(written.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    let again = Document::from_json(&written).unwrap();
    assert_eq!((again.entries(), again.odd()), (document.entries(), document.odd()), "an entry is lost or changed");
    assert!(*again.to_json() == *written, "what was written reads as something else");
    let duplicate = document.duplicate();
    assert!(*duplicate.to_json() == *written);
}
