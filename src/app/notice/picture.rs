//! Words for pictures of codes: why one cannot be read, and what a code is that is no authenticator code.

use crate::app::ports::{OtherPicture, PictureError, Unreadable};
use crate::formats::scanned::Other;

use super::Notice;

/// Why there are no codes.
#[must_use]
pub fn picture_error(error: &PictureError) -> Notice {
    match error {
        PictureError::Unreadable(unreadable) => unreadable_picture(unreadable),
        PictureError::NothingFound => Notice::new(
            "No QR code was found in the picture",
            "Make the code larger on the screen, show all of it with some space around, and try again",
        ),
        PictureError::TooLong => {
            Notice::new("Reading the picture took too long and was given up", "Cut out the code alone, and try again")
        }
        PictureError::Failed => Notice::new("The picture cannot be read", "Show the code on the screen and read it from there"),
        PictureError::NotStarted => Notice::new(
            "The part of Halfminute that reads pictures cannot be started",
            "If Halfminute was updated a moment ago, close it and open it again",
        ),
    }
}

fn unreadable_picture(unreadable: &Unreadable) -> Notice {
    match unreadable {
        Unreadable::NotAPicture => {
            Notice::new("This is not a picture", "Choose a PNG, JPEG, WebP, GIF, BMP or SVG file with the QR code in it")
        }
        Unreadable::Other(other) => {
            let (text, advice) = other_picture(*other);
            Notice::new(text, advice)
        }
        Unreadable::TooManyBytes => Notice::new("The file is larger than 20 MiB", "Cut out the code alone, and try again"),
        Unreadable::TooManyPixels { width, height } => {
            Notice::new(format!("The picture is too large: {width} × {height} pixels"), "Cut out the code alone, and try again")
        }
        Unreadable::TooMuchMemory => {
            Notice::new("The picture takes too much memory", "Cut out the code alone and save it as PNG, and try again")
        }
        Unreadable::Broken => Notice::new("The picture is damaged", "Save or download it once more"),
    }
}

fn other_picture(other: OtherPicture) -> (&'static str, &'static str) {
    const PNG: &str = "Save it as PNG or JPEG, or show it on the screen and make a picture of that";
    match other {
        OtherPicture::Pdf => (
            "This is a PDF document, not a picture",
            "Open it so that the QR code is seen, and scan the screen, or make a picture of the page",
        ),
        OtherPicture::Heif => ("This is a HEIF picture, which is not read here", PNG),
        OtherPicture::Avif => ("This is an AVIF picture, which is not read here", PNG),
        OtherPicture::Tiff => ("This is a TIFF picture, which is not read here", PNG),
        OtherPicture::JpegXl => ("This is a JPEG XL picture, which is not read here", PNG),
        OtherPicture::Jpeg2000 => ("This is a JPEG 2000 picture, which is not read here", PNG),
        OtherPicture::Icon => ("This is a Windows icon, which is not read here", PNG),
        OtherPicture::Photoshop => ("This is a Photoshop file, which is not read here", PNG),
        OtherPicture::Gimp => ("This is a GIMP file, which is not read here", PNG),
        OtherPicture::Gzip => ("This is a compressed file, not a picture", "Unpack it first"),
        OtherPicture::Zip => {
            ("This is an archive or a document, not a picture", "Unpack or open it, and choose the picture itself")
        }
        OtherPicture::Film => {
            ("This is a film, not a picture", "Stop it where the code is seen, and make a picture of the screen")
        }
    }
}

/// What a code is that is no authenticator code. Its content is not shown: it comes from a stranger.
#[must_use]
pub fn other_code(other: Other) -> Notice {
    let (what, advice) = other_kind(other);
    Notice::new(format!("This is not an authenticator code: it {what}"), advice)
}

/// The end of "It …", and what to do.
pub(super) const fn other_kind(other: Other) -> (&'static str, &'static str) {
    const ELSEWHERE: &str = "Choose the code that the service shows for an authenticator app";
    const ANOTHER_APP: &str = "On the service's page, choose that you use another authenticator app";
    match other {
        Other::Empty => ("is empty", ELSEWHERE),
        Other::Wifi => ("is for a Wi-Fi network", ELSEWHERE),
        Other::Web => ("is the address of a web page; it was not opened", ELSEWHERE),
        Other::Contact => ("is a contact", ELSEWHERE),
        Other::Email => ("is an e-mail address", ELSEWHERE),
        Other::Phone => ("is a phone number", ELSEWHERE),
        Other::Message => ("is a text message", ELSEWHERE),
        Other::Place => ("is a place on a map", ELSEWHERE),
        Other::Event => ("is an event for a calendar", ELSEWHERE),
        Other::Payment => ("is a payment", ELSEWHERE),
        Other::Passkey => ("is a passkey that waits for a phone", "Scan it with the phone that has the passkey"),
        Other::Microsoft => ("is for Microsoft Authenticator alone", ANOTHER_APP),
        Other::Duo => ("is for Duo Mobile alone", ANOTHER_APP),
        Other::Steam => ("logs in with the Steam app", "Scan it with the Steam app"),
        Other::Okta => ("is for Okta Verify alone", ANOTHER_APP),
        Other::Symantec => ("is for Symantec VIP Access alone", ANOTHER_APP),
        Other::Rsa => ("is for RSA SecurID alone", ANOTHER_APP),
        Other::Ping => ("is for PingID alone", ANOTHER_APP),
        Other::Entrust => ("is for Entrust Identity alone", ANOTHER_APP),
        Other::Messenger => ("links a device to a messenger", "Scan it with the messenger's own app"),
        Other::App => ("is for another app", ANOTHER_APP),
        Other::Number => ("is a number", ELSEWHERE),
        Other::Text => ("is plain text", ELSEWHERE),
        Other::Binary => ("holds no text", ELSEWHERE),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_has_its_own_words_and_a_way_out() {
        let codes = Other::ALL.map(other_code);
        let unreadable = [
            Unreadable::NotAPicture,
            Unreadable::TooManyBytes,
            Unreadable::TooManyPixels { width: 1, height: 2 },
            Unreadable::TooMuchMemory,
            Unreadable::Broken,
        ];
        let unreadable = unreadable.into_iter().chain(OtherPicture::ALL.map(Unreadable::Other)).map(PictureError::from);
        let errors = [PictureError::NothingFound, PictureError::TooLong, PictureError::Failed, PictureError::NotStarted];
        let notices: Vec<_> = codes.into_iter().chain(unreadable.chain(errors).map(|error| picture_error(&error))).collect();
        assert_eq!(notices.iter().map(|notice| &notice.text).collect::<HashSet<_>>().len(), notices.len());
        for notice in notices {
            assert!(
                !notice.advice.is_empty() && !notice.text.ends_with('.') && !notice.advice.ends_with('.'),
                "{}",
                notice.line()
            );
        }
    }
}
