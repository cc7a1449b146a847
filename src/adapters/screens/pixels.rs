//! The pixels of an X11 server, of any depth and order of bytes, as red, green, blue and opacity.

use zeroize::Zeroizing;

/// How a server's picture lies in memory: the format ZPixmap of the X protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// Bits of a pixel: 16, 24 or 32.
    pub bits: u8,
    /// A row is filled up to a multiple of so many bits.
    pub pad: u8,
    /// The byte that counts most comes first.
    pub most_first: bool,
    /// Which bits of a pixel are red, green and blue.
    pub masks: [u32; 3],
}

impl Format {
    /// `data` of so many pixels; `None` if it is too short, or in a format that no screen has.
    pub fn rgba(&self, width: usize, height: usize, data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = usize::from(self.bits / 8);
        let pad = usize::from(self.pad / 8).max(1);
        if !(2..=4).contains(&bytes) || self.masks.contains(&0) {
            return None;
        }
        let row = width.checked_mul(bytes)?.checked_next_multiple_of(pad)?;
        let data = data.get(..row.checked_mul(height)?)?;
        let parts = self.masks.map(Part::of);
        let mut rgba = Zeroizing::new(Vec::with_capacity(width * height * 4));
        for row in data.chunks_exact(row.max(1)) {
            for pixel in row.chunks_exact(bytes).take(width) {
                let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
                let number = if self.most_first { pixel.iter().fold(0, add) } else { pixel.iter().rev().fold(0, add) };
                let [r, g, b] = parts.map(|part| part.byte(number));
                rgba.extend_from_slice(&[r, g, b, u8::MAX]);
            }
        }
        Some(rgba)
    }
}

/// Where one colour stands in a pixel.
#[derive(Clone, Copy)]
struct Part {
    shift: u32,
    most: u32,
}

impl Part {
    const fn of(mask: u32) -> Self {
        Self { shift: mask.trailing_zeros(), most: mask >> mask.trailing_zeros() }
    }

    /// From 0 to 255, whatever its bits hold at most.
    fn byte(self, number: u32) -> u8 {
        let value = (number >> self.shift) & self.most;
        if self.most == 255 { value as u8 } else { (u64::from(value) * 255 / u64::from(self.most)) as u8 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RGB: [u32; 3] = [0xff_0000, 0xff00, 0xff];

    #[test]
    fn formats_of_screens() {
        let format = |bits, most_first, masks| Format { bits, pad: 32, most_first, masks };
        let wide = [0x3ff0_0000, 0xf_fc00, 0x3ff];
        let high = [0xf800, 0x7e0, 0x1f];
        // (the format, two pixels: orange (255, 128 or near, 0) and blue, and what is before the next row)
        let rows: [(Format, &[u8], [u8; 6]); 8] = [
            (format(32, false, RGB), &[0, 128, 255, 0, 255, 0, 0, 99], [255, 128, 0, 0, 0, 255]),
            (format(32, true, RGB), &[0, 255, 128, 0, 99, 0, 0, 255], [255, 128, 0, 0, 0, 255]),
            (format(32, false, [0xff, 0xff00, 0xff_0000]), &[255, 128, 0, 0, 0, 0, 255, 0], [255, 128, 0, 0, 0, 255]),
            (format(24, false, RGB), &[0, 128, 255, 255, 0, 0, 7, 7], [255, 128, 0, 0, 0, 255]),
            (format(24, true, RGB), &[255, 128, 0, 0, 0, 255, 7, 7], [255, 128, 0, 0, 0, 255]),
            // ten bits of each
            (format(32, false, wide), &[0x00, 0x04, 0xf8, 0x3f, 0xff, 0x03, 0, 0], [255, 127, 0, 0, 0, 255]),
            (format(16, false, high), &[0xe0, 0xfb, 0x1f, 0x00], [255, 125, 0, 0, 0, 255]),
            (format(16, true, high), &[0xfb, 0xe0, 0x00, 0x1f], [255, 125, 0, 0, 0, 255]),
        ];
        for (format, row, [r, g, b, r2, g2, b2]) in rows {
            let data = [row, row].concat();
            let both = [r, g, b, 255, r2, g2, b2, 255];
            assert_eq!(*format.rgba(2, 2, &data).unwrap(), [both, both].concat(), "{format:?}");
            assert!(format.rgba(2, 3, &data).is_none(), "too short");
            assert!(format.rgba(usize::MAX, 2, &data).is_none());
        }
        assert!(format(8, false, RGB).rgba(1, 1, &[0; 4]).is_none());
        assert!(format(32, false, [0, 0, 0]).rgba(1, 1, &[0; 4]).is_none(), "a palette");
    }

    #[test]
    fn rows_are_filled_up() {
        let format = Format { bits: 24, pad: 32, most_first: false, masks: RGB };
        let data = [1, 2, 3, 99, 4, 5, 6, 99];
        assert_eq!(*format.rgba(1, 2, &data).unwrap(), [3, 2, 1, 255, 6, 5, 4, 255]);
        assert!(format.rgba(0, 0, &[]).unwrap().is_empty());
    }
}
