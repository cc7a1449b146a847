//! What kind of file the first bytes say it is. Names and their endings say nothing.

use image::ImageFormat;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Pixels in a format that is read.
    Pixels(ImageFormat),
    /// An SVG picture.
    Vector,
    /// Known, and not read.
    Other(Other),
    /// Anything else.
    Unknown,
}

/// Kinds that are known and not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// A PDF document.
    Pdf,
    /// HEIC or HEIF, of an iPhone.
    Heif,
    /// AVIF.
    Avif,
    /// TIFF.
    Tiff,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// A Windows icon.
    Icon,
    /// An Adobe Photoshop file.
    Photoshop,
    /// A GIMP file.
    Gimp,
    /// A file that is packed with gzip: a compressed SVG (`.svgz`), for example.
    Gzip,
    /// A zip archive, and whatever is one inside: documents of office programs, for example.
    Zip,
    /// A film.
    Film,
}

impl Other {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Pdf,
        Self::Heif,
        Self::Avif,
        Self::Tiff,
        Self::JpegXl,
        Self::Jpeg2000,
        Self::Icon,
        Self::Photoshop,
        Self::Gimp,
        Self::Gzip,
        Self::Zip,
        Self::Film,
    ];
}

/// How far into a file the beginning of a PDF or SVG may be, in bytes.
const BEGINNING: usize = 4096;

/// What the first bytes say.
pub(super) fn kind(file: &[u8]) -> Kind {
    let starts: &[(&[u8], Kind)] = &[
        (b"\x89PNG\r\n\x1a\n", Kind::Pixels(ImageFormat::Png)),
        (b"\xff\xd8\xff", Kind::Pixels(ImageFormat::Jpeg)),
        (b"GIF87a", Kind::Pixels(ImageFormat::Gif)),
        (b"GIF89a", Kind::Pixels(ImageFormat::Gif)),
        (b"BM", Kind::Pixels(ImageFormat::Bmp)),
        (b"II*\0", Kind::Other(Other::Tiff)),
        (b"MM\0*", Kind::Other(Other::Tiff)),
        (b"\xff\x0a", Kind::Other(Other::JpegXl)),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Kind::Other(Other::JpegXl)),
        (b"\0\0\0\x0cjP  \r\n\x87\n", Kind::Other(Other::Jpeg2000)),
        (b"\0\0\x01\0", Kind::Other(Other::Icon)),
        (b"8BPS", Kind::Other(Other::Photoshop)),
        (b"gimp xcf", Kind::Other(Other::Gimp)),
        (b"\x1f\x8b", Kind::Other(Other::Gzip)),
        (b"PK\x03\x04", Kind::Other(Other::Zip)),
        (b"\x1aE\xdf\xa3", Kind::Other(Other::Film)),
    ];
    if let Some((_, kind)) = starts.iter().find(|(start, _)| file.starts_with(start)) {
        return *kind;
    }
    if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        return Kind::Pixels(ImageFormat::WebP);
    }
    if file.get(4..8) == Some(b"ftyp") {
        return Kind::Other(match file.get(8..12) {
            Some(b"avif" | b"avis") => Other::Avif,
            Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => Other::Heif,
            _ => Other::Film,
        });
    }
    let beginning = &file[..file.len().min(BEGINNING)];
    let has = |text: &[u8]| beginning.windows(text.len()).any(|window| window == text);
    if has(b"%PDF-") {
        return Kind::Other(Other::Pdf);
    }
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning).trim_ascii_start();
    if text.starts_with(b"<") && (has(b"<svg") || has(b":svg")) { Kind::Vector } else { Kind::Unknown }
}
