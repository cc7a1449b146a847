//! Pixels as cameras send them: packed and planar YUV, grey, RGB, and JPEG without its Huffman tables. To red, green and blue by
//! ITU-R BT.601 with the full range, which is near enough to look at; codes are read from the brightness alone.

use image::ImageFormat;
use zeroize::Zeroizing;

use crate::app::ports::MOST_SIDE;

/// The forms that are read, best first, by their names in V4L2.
pub(super) const FORMS: [[u8; 4]; 9] = [*b"MJPG", *b"YUYV", *b"NV12", *b"YU12", *b"UYVY", *b"JPEG", *b"RGB3", *b"BGR3", *b"GREY"];

/// A frame as it came.
pub(super) struct Raw<'a> {
    pub form: [u8; 4],
    pub width: usize,
    pub height: usize,
    /// Bytes from one row to the next; 0 where rows have none of their own.
    pub stride: usize,
    pub bytes: &'a [u8],
}

/// A frame to read codes from and to look at.
pub(super) struct Seen {
    pub width: usize,
    pub height: usize,
    /// One byte for each pixel.
    pub grey: Vec<u8>,
    pub small_width: usize,
    pub small_height: usize,
    /// Three bytes for each pixel of the small picture.
    pub small: Zeroizing<Vec<u8>>,
}

/// Brightness and colour of one pixel.
type Yuv = (u8, u8, u8);

impl Raw<'_> {
    /// The frame, or `None` if its bytes are not what its form says: cameras send broken ones from time to time.
    pub(super) fn read(&self) -> Option<Seen> {
        match &self.form {
            b"MJPG" | b"JPEG" => self.jpeg(),
            b"RGB3" => self.packed(3, |[r, g, b]| [r, g, b]),
            b"BGR3" => self.packed(3, |[b, g, r]| [r, g, b]),
            _ => {
                let stride = self.stride.max(self.least_stride()?);
                let fits = self.bytes.len() >= self.needs(stride)?;
                fits.then(|| seen(self.width, self.height, |x, y| rgb(self.yuv(stride, x, y)), |x, y| self.yuv(stride, x, y).0))
            }
        }
    }

    fn least_stride(&self) -> Option<usize> {
        match &self.form {
            b"YUYV" | b"UYVY" => Some(self.width * 2),
            b"NV12" | b"YU12" | b"GREY" => Some(self.width),
            _ => None,
        }
    }

    /// The last rows of some drivers are not filled up.
    fn needs(&self, stride: usize) -> Option<usize> {
        let (rows, half) = (self.height.checked_mul(stride)?, self.height.div_ceil(2));
        Some(match &self.form {
            b"NV12" => rows + half * stride,
            b"YU12" => rows + 2 * half * stride.div_ceil(2),
            _ => rows,
        })
    }

    fn at(&self, place: usize) -> u8 {
        self.bytes.get(place).copied().unwrap_or_default()
    }

    fn yuv(&self, stride: usize, x: usize, y: usize) -> Yuv {
        let (row, pair) = (y * stride, x / 2 * 4);
        let planes = self.height * stride;
        match &self.form {
            b"YUYV" => (self.at(row + x * 2), self.at(row + pair + 1), self.at(row + pair + 3)),
            b"UYVY" => (self.at(row + x * 2 + 1), self.at(row + pair), self.at(row + pair + 2)),
            b"NV12" => {
                let colour = planes + y / 2 * stride + x / 2 * 2;
                (self.at(row + x), self.at(colour), self.at(colour + 1))
            }
            b"YU12" => {
                let half = stride.div_ceil(2);
                let colour = planes + y / 2 * half + x / 2;
                (self.at(row + x), self.at(colour), self.at(colour + half * self.height.div_ceil(2)))
            }
            _ => (self.at(row + x), 128, 128),
        }
    }

    fn packed(&self, bytes: usize, order: fn([u8; 3]) -> [u8; 3]) -> Option<Seen> {
        let stride = self.stride.max(self.width * bytes);
        if self.bytes.len() < self.height.checked_mul(stride)? {
            return None;
        }
        let at = |x: usize, y: usize| {
            let place = y * stride + x * bytes;
            order([self.at(place), self.at(place + 1), self.at(place + 2)])
        };
        Some(seen(self.width, self.height, at, |x, y| grey(at(x, y))))
    }

    fn jpeg(&self) -> Option<Seen> {
        let picture = image::load_from_memory_with_format(&with_tables(self.bytes)?, ImageFormat::Jpeg).ok()?.into_rgb8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let (rgb, row) = (picture.as_raw(), width * 3);
        let at = |x: usize, y: usize| {
            let pixel = rgb.get(y * row + x * 3..y * row + x * 3 + 3);
            pixel.and_then(|pixel| <[u8; 3]>::try_from(pixel).ok()).unwrap_or_default()
        };
        Some(seen(width, height, at, |x, y| grey(at(x, y))))
    }
}

/// A JPEG with the mark by which readers know that the tables of Motion JPEG are meant where it has none of its own.
fn with_tables(bytes: &[u8]) -> Option<Vec<u8>> {
    const MARK: [u8; 10] = [0xff, 0xe0, 0, 8, b'A', b'V', b'I', b'1', 0, 0];
    let rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    let mut marked = vec![0xff, 0xd8];
    if !rest.windows(2).any(|two| two == [0xff, 0xc4]) {
        marked.extend_from_slice(&MARK);
    }
    marked.extend_from_slice(rest);
    Some(marked)
}

fn seen(width: usize, height: usize, rgb: impl Fn(usize, usize) -> [u8; 3], grey: impl Fn(usize, usize) -> u8) -> Seen {
    let longer = width.max(height).max(1);
    let small = |side: usize| (side * MOST_SIDE.min(longer) / longer).clamp(1, MOST_SIDE);
    let (small_width, small_height) = (small(width), small(height));
    let mut picture = Zeroizing::new(Vec::with_capacity(small_width * small_height * 3));
    for y in 0..small_height {
        for x in 0..small_width {
            picture.extend_from_slice(&rgb(x * width / small_width, y * height / small_height));
        }
    }
    let grey = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| grey(x, y)).collect();
    Seen { width, height, grey, small_width, small_height, small: picture }
}

fn rgb((y, u, v): Yuv) -> [u8; 3] {
    let (y, u, v) = (i32::from(y), i32::from(u) - 128, i32::from(v) - 128);
    let part = |value: i32| u8::try_from(value.clamp(0, 255)).unwrap_or_default();
    [part(y + v * 359 / 256), part(y - (u * 88 + v * 183) / 256), part(y + u * 454 / 256)]
}

fn grey([r, g, b]: [u8; 3]) -> u8 {
    let sum = u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29;
    u8::try_from(sum / 256).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &[u8; 4], (width, height): (usize, usize), stride: usize, bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let seen = Raw { form: *form, width, height, stride, bytes }.read()?;
        assert_eq!((seen.width, seen.height), (width, height));
        Some((seen.grey, seen.small.to_vec()))
    }

    #[test]
    fn every_form_gives_the_same_pixels() {
        // Two by two: white, black; grey, light grey.
        let (grey, colour) = ([255, 0, 100, 200], 128);
        let [a, b, c, d] = grey;
        let k = colour;
        let rows: &[(&[u8; 4], usize, &[u8])] = &[
            (b"YUYV", 0, &[a, k, b, k, c, k, d, k]),
            (b"YUYV", 6, &[a, k, b, k, 9, 9, c, k, d, k, 9, 9]),
            (b"UYVY", 0, &[k, a, k, b, k, c, k, d]),
            (b"NV12", 0, &[a, b, c, d, k, k]),
            (b"NV12", 4, &[a, b, 9, 9, c, d, 9, 9, k, k, 9, 9]),
            (b"YU12", 0, &[a, b, c, d, k, k]),
            (b"GREY", 3, &[a, b, 9, c, d, 9]),
            (b"RGB3", 0, &[a, a, a, b, b, b, c, c, c, d, d, d]),
            (b"BGR3", 7, &[a, a, a, b, b, b, 9, c, c, c, d, d, d, 9]),
        ];
        for (form, stride, bytes) in rows {
            let (seen, small) = read(form, (2, 2), *stride, bytes).unwrap();
            assert_eq!(seen, grey, "{form:?}");
            assert_eq!(small, [a, a, a, b, b, b, c, c, c, d, d, d], "{form:?}");
            let least = if *stride == 0 { bytes.len() } else { bytes.len() - stride };
            assert!(read(form, (2, 2), *stride, &bytes[..least - 1]).is_none(), "{form:?}");
        }
        assert!(read(b"H264", (2, 2), 0, &[0; 64]).is_none());
    }

    #[test]
    fn colours_are_those_of_the_standard() {
        let rows: &[(Yuv, [u8; 3])] = &[
            ((76, 85, 255), [254, 0, 0]),
            ((150, 44, 21), [0, 254, 0]),
            ((29, 255, 107), [0, 0, 254]),
            ((255, 128, 128), [255, 255, 255]),
        ];
        for (yuv, expected) in rows {
            let near = rgb(*yuv).iter().zip(expected).all(|(is, wanted)| is.abs_diff(*wanted) <= 3);
            assert!(near, "{yuv:?}: {:?}", rgb(*yuv));
        }
    }

    #[test]
    fn jpeg_is_read_without_its_tables() {
        let mut whole = Vec::new();
        let picture = image::RgbImage::from_fn(32, 16, |x, _| image::Rgb(if x < 16 { [0; 3] } else { [255; 3] }));
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut whole, 95).encode_image(&picture).unwrap();
        let mut bare = Vec::new();
        let mut at = 0;
        // The marked segments before the scan, but for the tables.
        while whole[at + 1] != 0xda {
            let length =
                if whole[at + 1] == 0xd8 { 2 } else { 2 + usize::from(u16::from_be_bytes([whole[at + 2], whole[at + 3]])) };
            if whole[at + 1] != 0xc4 {
                bare.extend_from_slice(&whole[at..at + length]);
            }
            at += length;
        }
        bare.extend_from_slice(&whole[at..]);
        assert!(bare.len() + 200 < whole.len(), "tables were there");
        for bytes in [&whole, &bare] {
            let (grey, _) = read(b"MJPG", (32, 16), 0, bytes).unwrap();
            assert!(grey[0] < 20 && grey[31] > 235, "{} {}", grey[0], grey[31]);
        }
        assert!(read(b"MJPG", (32, 16), 0, b"\xff\xd8\xff").is_none());
        assert!(read(b"MJPG", (32, 16), 0, b"").is_none());
    }

    #[test]
    fn what_is_looked_at_is_small() {
        let bytes = vec![7; 1920 * 1080];
        let seen = Raw { form: *b"GREY", width: 1920, height: 1080, stride: 0, bytes: &bytes }.read().unwrap();
        assert_eq!((seen.small_width, seen.small_height, seen.small.len()), (640, 360, 640 * 360 * 3));
        assert_eq!(seen.grey.len(), bytes.len());
    }
}
