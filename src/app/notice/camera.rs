//! Words for the camera: why there is no picture, and what it waits for.

use crate::app::ports::CameraError;
use crate::formats::exchange::Parts;

use super::Notice;

/// Why there is no picture.
#[must_use]
pub fn error(error: CameraError) -> Notice {
    const BY_HAND: &str = "Take a picture of the code with the phone and choose it as a file";
    match error {
        CameraError::None => {
            Notice::new("No camera was found", "Connect one and try again, or use a picture of the code as a file")
        }
        CameraError::NotHere => Notice::new("Halfminute cannot use the camera on this system yet", BY_HAND),
        CameraError::Busy => Notice::new("Another program uses the camera", "Close it there and try again"),
        CameraError::NotAllowed => Notice::new(
            "The system does not let Halfminute use the camera",
            "Allow it for your user (group “video”) and try again",
        ),
        CameraError::Unknown => Notice::new("The camera's pictures come in a form that Halfminute does not read", BY_HAND),
        CameraError::Failed => Notice::new("The camera gives no picture", "Disconnect it, connect it again and try again"),
        CameraError::GivenUp => Notice::plain("The camera was turned off"),
    }
}

/// What a person does now.
#[must_use]
pub const fn help() -> &'static str {
    "Hold the QR code in front of the camera, as large as the picture. Nothing of it is kept"
}

/// How far an export in several parts is seen, while the camera waits for the next one; `None` where there are no parts.
#[must_use]
pub fn parts(parts: &Parts) -> Option<Notice> {
    let mut said = super::parts(parts).into_iter().filter(|said| !said.advice.is_empty());
    said.next().map(|said| Notice::new(said.text, "Show the next code"))
}

/// Several codes at once, none of which is of an account.
#[must_use]
pub fn none_of(codes: usize) -> Notice {
    Notice::plain(format!("{codes} QR codes, none of an account"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own_words_and_a_way_out() {
        let errors = [
            CameraError::None,
            CameraError::NotHere,
            CameraError::Busy,
            CameraError::NotAllowed,
            CameraError::Unknown,
            CameraError::Failed,
        ];
        let said = errors.map(error);
        assert!(said.iter().all(|said| !said.advice.is_empty() && !said.advice.ends_with('.')), "{said:?}");
        let texts: std::collections::HashSet<_> = said.iter().map(|said| &said.text).collect();
        assert_eq!(texts.len(), errors.len());
    }
}
