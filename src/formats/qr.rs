//! QR codes of addresses: text to squares, squares to a picture. Both are as secret as the text.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use qrcode::types::QrError as EncodeError;
use qrcode::{Color, EcLevel, QrCode};
use zeroize::Zeroizing;

/// How many modules stay white on every side: the quiet zone of ISO/IEC 18004.
pub const QUIET: usize = 4;
/// The largest module of a picture, in pixels: the largest code is then 11 840 pixels wide.
pub const MAX_MODULE_PX: u32 = 64;

const DARK: u8 = 0;
const LIGHT: u8 = 255;

/// The modules of one QR code, without the quiet zone around them. Wiped when dropped.
pub struct QrMatrix {
    size: usize,
    modules: Zeroizing<Vec<bool>>,
}

/// Why there is no QR code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// The text does not fit: more than 2 953 bytes, or a little less for some mixtures of letters.
    #[error("this is too long for a QR code; a shorter name may fit")]
    TooLong,
    /// Modules of no pixels, or of more than [`MAX_MODULE_PX`].
    #[error("a module of the QR code can have from 1 to 64 pixels")]
    ModuleSize,
    /// The picture could not be made.
    #[error("the picture of the QR code could not be made")]
    Picture,
}

impl QrMatrix {
    /// The QR code of `text` (ISO/IEC 18004): error correction M, 15 %, or L, 7 %, where the text does not fit with M.
    ///
    /// # Errors
    /// [`QrError::TooLong`] when it does not fit with L either. Never echoes the text.
    pub fn new(text: &str) -> Result<Self, QrError> {
        let code = match QrCode::with_error_correction_level(text, EcLevel::M) {
            Err(EncodeError::DataTooLong) => QrCode::with_error_correction_level(text, EcLevel::L),
            code => code,
        };
        // Length is the only thing that can be wrong with bytes.
        let code = code.map_err(|_| QrError::TooLong)?;
        let size = code.width();
        let modules = code.into_colors().into_iter().map(|color| color == Color::Dark).collect();
        Ok(Self { size, modules: Zeroizing::new(modules) })
    }

    /// Modules on one side, without the quiet zone: 21 to 177.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Whether the module in column `x` and row `y`, counted from 0 at the top left, is dark. Outside the code all is light.
    #[must_use]
    pub fn dark(&self, x: usize, y: usize) -> bool {
        x < self.size && y < self.size && self.modules.get(y * self.size + x).copied().unwrap_or(false)
    }

    /// The picture with its quiet zone: its width and height in pixels, and its pixels row by row, 0 for dark and 255 for light.
    /// `module_px` is the side of one module in pixels; with 0 the picture is empty.
    #[must_use]
    pub fn to_luma(&self, module_px: u32) -> (usize, Zeroizing<Vec<u8>>) {
        let scale = module_px as usize;
        let width = (self.size + 2 * QUIET) * scale;
        let mut pixels = Zeroizing::new(vec![LIGHT; width * width]);
        for y in 0..self.size {
            for x in (0..self.size).filter(|&x| self.dark(x, y)) {
                for row in (y + QUIET) * scale..(y + QUIET + 1) * scale {
                    let start = row * width + (x + QUIET) * scale;
                    pixels[start..start + scale].fill(DARK);
                }
            }
        }
        (width, pixels)
    }

    /// The picture as a PNG file: 8-bit grey, dark on white, quiet zone, no text and no other metadata.
    /// `module_px` is the side of one module in pixels, 1..=64.
    ///
    /// # Errors
    /// [`QrError::ModuleSize`] outside that range; [`QrError::Picture`] if the encoder fails.
    pub fn png(&self, module_px: u32) -> Result<Zeroizing<Vec<u8>>, QrError> {
        if !(1..=MAX_MODULE_PX).contains(&module_px) {
            return Err(QrError::ModuleSize);
        }
        let (width, pixels) = self.to_luma(module_px);
        let side = u32::try_from(width).map_err(|_| QrError::Picture)?;
        let mut file = Zeroizing::new(Vec::new());
        PngEncoder::new(&mut *file).write_image(&pixels, side, side, ExtendedColorType::L8).map_err(|_| QrError::Picture)?;
        Ok(file)
    }
}

impl std::fmt::Debug for QrMatrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("QrMatrix(…)")
    }
}

#[cfg(test)]
mod tests;
