//! Words for pictures of accounts and icon packs.

use crate::app::icons::IconError;
use crate::app::ports::{FileError, PictureError, Unreadable};
use crate::formats::icons::pack::PackError;

use super::{Notice, counted, file_error, not_read};

/// An account has another sign.
#[must_use]
pub fn taken(usual: bool) -> Notice {
    Notice::plain(if usual { "The usual picture is back" } else { "The picture was changed" })
}

/// A pack was installed.
#[must_use]
pub fn installed(name: &str, icons: usize) -> Notice {
    Notice::plain(format!("“{name}” is installed: {}", counted(icons, "icon")))
}

/// A pack was removed.
#[must_use]
pub fn removed() -> Notice {
    Notice::new("The icon pack was removed", "Icons of it that you chose by hand stay")
}

/// How many icons a pack has; `None`: it cannot be read.
#[must_use]
pub fn count(icons: Option<usize>) -> String {
    icons.map_or_else(|| "cannot be read".to_owned(), |icons| counted(icons, "icon"))
}

/// Why it could not be done.
#[must_use]
pub fn error(error: &IconError) -> Notice {
    const ANOTHER: &str = "Choose a PNG, JPEG, WebP, GIF, BMP or SVG file";
    const PACK: &str = "Choose a zip file that was made as an icon pack for Aegis";
    match error {
        IconError::Kept(error) | IconError::Chosen(error @ FileError::NoDialog) => file_error(error),
        IconError::Chosen(FileError::Refused { path, kind }) => not_read(path, *kind),
        IconError::Gone => Notice::new("The icon is not there any more", "Choose another one"),
        IconError::Picture(error) => match error {
            PictureError::Unreadable(Unreadable::NotAPicture | Unreadable::Other(_)) => {
                Notice::new("This is not a picture that can be used", ANOTHER)
            }
            PictureError::Unreadable(Unreadable::TooManyBytes) => {
                Notice::new("The file is larger than 20 MiB", "Make the picture smaller, and try again")
            }
            PictureError::Unreadable(Unreadable::TooManyPixels { width, height }) => {
                Notice::new(format!("The picture is too large: {width} × {height} pixels"), "Make it smaller, and try again")
            }
            PictureError::Unreadable(Unreadable::TooMuchMemory) => {
                Notice::new("The picture takes too much memory", "Make it smaller and save it as PNG, and try again")
            }
            PictureError::Unreadable(Unreadable::Broken) | PictureError::Failed | PictureError::NothingFound => {
                Notice::new("The picture is damaged", "Save or download it once more")
            }
            PictureError::TooLong => {
                Notice::new("Reading the picture took too long and was given up", "Save it as PNG, and try again")
            }
            error @ PictureError::NotStarted => super::picture_error(error),
        },
        IconError::Pack(error) => match error {
            PackError::NotAPack => Notice::new("This is not an icon pack", PACK),
            PackError::Damaged => Notice::new("The icon pack is damaged", "Download it once more"),
            PackError::TooLarge => {
                Notice::new("The icon pack is too large", "Up to 5 000 icons of 256 KiB each are installed, 32 MiB together")
            }
            PackError::Unsafe => Notice::new(
                "The icon pack was refused: it names files outside of itself",
                "Nothing was installed. Get it from somewhere else",
            ),
            PackError::Empty => Notice::new("There is no icon in it that can be shown", PACK),
        },
    }
}
