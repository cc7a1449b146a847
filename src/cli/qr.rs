//! `qr`: the address of an account as a QR code, in the terminal or as a picture.

use std::path::PathBuf;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::notice::{self, Notice};
use crate::formats::otpauth;
use crate::formats::qr::{QUIET, QrMatrix};

use super::Common;
use super::exit::{DONE, End, Failure};
use super::session::{Among, Session};
use super::shape::SCHEMA;

/// The side of one module of a picture, in pixels: what the window takes.
const MODULE_PX: u32 = 8;

const LONG: &str = "\
Show the QR code of an account, for a phone to scan. Whoever sees it has the secret.

On a terminal it is drawn dark on light, whatever the terminal's colours are. Into a pipe, and with NO_COLOR, it is drawn without \
colours and looks right on a dark background; --invert makes it right on a light one.";

const AFTER: &str = "\
JSON:
  {\"schema\":1,\"issuer\",\"account\",\"uri\",\"modules\":[\"0101…\", one text per row, 1 is dark, without the quiet zone]}
  with --png: {\"schema\":1,\"issuer\",\"account\",\"file\"}

Exit codes: 0 shown or written, 1 no account or several, 3 the picture cannot be written, 4 the vault cannot be reached.

Examples:
  halfminute qr github
  halfminute qr github --png github.png";

/// Show the QR code of an account
#[derive(Debug, clap::Args)]
#[command(long_about = LONG, after_long_help = AFTER)]
pub struct Qr {
    /// Which account
    query: String,
    /// Write a picture to FILE, readable by you alone; one that is there already is replaced
    #[arg(long, value_name = "FILE")]
    png: Option<PathBuf>,
    /// Without colours, draw for a light background
    #[arg(long, conflicts_with = "png")]
    invert: bool,
    #[command(flatten)]
    pub(super) common: Common,
}

#[derive(Serialize)]
struct Shape<'a> {
    schema: u32,
    issuer: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modules: Option<Vec<&'a str>>,
}

impl Qr {
    pub(super) fn run(self, session: &mut Session<'_>) -> Result<u8, End> {
        let open = session.open(false)?;
        let record = open.find(&self.query, Among::Active)?;
        let account = &record.account;
        let address = otpauth::write(&account.issuer, &account.name, &account.params, &record.secret);
        let refused = |error: crate::formats::qr::QrError| Failure::input(Notice::plain(sentence(&error.to_string())));
        let matrix = QrMatrix::new(&address).map_err(refused)?;
        let rows: Vec<_> = (0..matrix.size()).map(|y| row(&matrix, y)).collect();
        let mut shape =
            Shape { schema: SCHEMA, issuer: &account.issuer, account: &account.name, file: None, uri: None, modules: None };
        if let Some(path) = &self.png {
            let png = matrix.png(MODULE_PX).map_err(refused)?;
            session.world.write_file(path, &png)?;
            if session.json {
                shape.file = Some(path.display().to_string());
                session.print_json(&shape)?;
            } else {
                session.note(&notice::png_saved(path));
            }
        } else if session.json {
            shape.uri = Some(&address);
            shape.modules = Some(rows.iter().map(|row| row.as_str()).collect());
            session.print_json(&shape)?;
        } else {
            self.draw(session, &matrix)?;
        }
        Ok(DONE)
    }

    fn draw(&self, session: &mut Session<'_>, matrix: &QrMatrix) -> Result<(), End> {
        let needed = matrix.size() + 2 * QUIET;
        let terminals = session.world.terminals();
        if let Some(width) = terminals.width.map(usize::from).filter(|&width| terminals.output && width < needed) {
            let text = format!("The code needs {needed} columns, and the terminal has {width}");
            session.note(&Notice::new(text, "Make it wider, or write a picture with --png"));
        }
        let ink = match (session.colours(), self.invert) {
            (true, _) => Ink::Black,
            (false, false) => Ink::Light,
            (false, true) => Ink::Dark,
        };
        session.print(&half_blocks(matrix, ink))
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn row(matrix: &QrMatrix, y: usize) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(matrix.size()));
    text.extend((0..matrix.size()).map(|x| if matrix.dark(x, y) { '1' } else { '0' }));
    text
}

/// What the blocks stand for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ink {
    /// Dark modules, black on white by colours of their own.
    Black,
    /// Light modules, in the terminal's colours: right on a dark background.
    Light,
    /// Dark modules, in the terminal's colours: right on a light background.
    Dark,
}

/// The code with its quiet zone, two modules in each character.
fn half_blocks(matrix: &QrMatrix, ink: Ink) -> Zeroizing<String> {
    let side = matrix.size() + 2 * QUIET;
    let mut text = Zeroizing::new(String::with_capacity((side * 3 + 32) * (side / 2 + 1)));
    // outside of the quiet zone nothing is drawn
    let inked = |x: usize, y: usize| {
        let dark = x >= QUIET && y >= QUIET && matrix.dark(x - QUIET, y - QUIET);
        if ink == Ink::Light { !dark && y < side } else { dark }
    };
    for y in (0..side).step_by(2) {
        if ink == Ink::Black {
            text.push_str("\x1b[38;5;16;48;5;231m");
        }
        text.extend((0..side).map(|x| match (inked(x, y), inked(x, y + 1)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        }));
        text.push_str(if ink == Ink::Black { "\x1b[0m\n" } else { "\n" });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is dark in a drawing, read back as a phone would see it.
    fn seen(drawing: &str, ink: Ink) -> Vec<Vec<bool>> {
        let plain = drawing.replace("\x1b[38;5;16;48;5;231m", "").replace("\x1b[0m", "");
        let half = |lower: bool| {
            move |c: char| {
                let inked = c == '█' || c == if lower { '▄' } else { '▀' };
                if ink == Ink::Light { !inked } else { inked }
            }
        };
        plain.lines().flat_map(|line| [false, true].map(|lower| line.chars().map(half(lower)).collect())).collect()
    }

    #[test]
    fn every_drawing_shows_the_same_code_with_its_quiet_zone() {
        let matrix = QrMatrix::new("otpauth://totp/Example:alice?secret=JBSWY3DPEHPK3PXP&issuer=Example").unwrap();
        let side = matrix.size() + 2 * QUIET;
        for ink in [Ink::Black, Ink::Light, Ink::Dark] {
            let rows = seen(&half_blocks(&matrix, ink), ink);
            assert!(rows.len() >= side);
            for (y, row) in rows.iter().take(side).enumerate() {
                assert_eq!(row.len(), side);
                for (x, &dark) in row.iter().enumerate() {
                    assert_eq!(dark, x >= QUIET && y >= QUIET && matrix.dark(x - QUIET, y - QUIET), "{x} {y}");
                }
            }
        }
    }
}
