//! A page to be printed: one QR code an account with its names, to be cut out and scanned. HTML that loads and runs nothing.
//!
//! The codes are the only place where a secret stands. Title and metadata name no account.

use std::fmt::Write;

use zeroize::Zeroizing;

use super::exchange::{Outgoing, Unheld, WriteError, Written};
use super::otpauth;
use super::qr::{QUIET, QrMatrix};

/// The paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::A4, Self::Letter];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A4 => "A4",
            Self::Letter => "Letter",
        }
    }

    /// Its name in CSS.
    const fn css(self) -> &'static str {
        match self {
            Self::A4 => "A4",
            Self::Letter => "letter",
        }
    }

    /// The height of a card in millimetres: three of them fill a page.
    const fn card(self) -> u32 {
        match self {
            Self::A4 => 88,
            Self::Letter => 84,
        }
    }
}

/// The page of `accounts`, in their order.
///
/// # Errors
/// [`WriteError::NothingLeft`] when there is no account, or every address is too long for a QR code.
pub fn write(accounts: &[Outgoing<'_>], paper: Paper) -> Result<Written, WriteError> {
    let mut left_out = Vec::new();
    let mut reduced = Vec::new();
    let mut page = Zeroizing::new(String::with_capacity(4_096 * (accounts.len() + 1)));
    head(&mut page, paper);
    for (at, account) in accounts.iter().enumerate() {
        let address = otpauth::write(account.issuer, account.name, &account.params, account.secret);
        let Ok(matrix) = QrMatrix::new(&address) else {
            left_out.push((at, Unheld::Names));
            continue;
        };
        card(&mut page, account, &matrix);
        reduced.extend((!account.tags.is_empty()).then_some((at, Unheld::Tags)));
        reduced.extend((!account.note.is_empty()).then_some((at, Unheld::Note)));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    if left_out.len() == accounts.len() {
        return Err(WriteError::NothingLeft);
    }
    Ok(Written { file: Zeroizing::new(std::mem::take(&mut *page).into_bytes()), left_out, reduced })
}

/// Nothing may be loaded or run, says the page itself, whatever a name tries.
fn head(page: &mut String, paper: Paper) {
    let (css, height) = (paper.css(), paper.card());
    page.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width\">\n<title>QR codes</title>\n<style>\n");
    let style = format!(
        "@page {{ size: {css}; margin: 12mm }}\n\
         body {{ margin: 0; background: #fff; color: #000; font: 10pt/1.2 sans-serif }}\n\
         main {{ display: grid; grid-template-columns: 1fr 1fr; box-sizing: border-box; max-width: 186mm; margin: 0 auto; padding-right: 0.3mm }}\n\
         section {{ box-sizing: border-box; height: {height}mm; padding: 3mm 4mm; border: 0.3mm dashed #888; margin: 0 -0.3mm -0.3mm 0;\n\
         break-inside: avoid; overflow: hidden; text-align: center }}\n\
         svg {{ display: block; width: 60mm; height: 60mm; margin: 0 auto 1mm }}\n\
         b, bdi {{ display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere }}\n"
    );
    page.push_str(&style);
    page.push_str("</style>\n</head>\n<body>\n<main>\n");
}

fn card(page: &mut String, account: &Outgoing<'_>, matrix: &QrMatrix) {
    let side = matrix.size() + 2 * QUIET;
    page.push_str("<section>");
    let open = format!("<svg viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path d=\"");
    page.push_str(&open);
    for y in 0..matrix.size() {
        let mut x = 0;
        while x < matrix.size() {
            let run = (x..matrix.size()).take_while(|at| matrix.dark(*at, y)).count();
            if run > 0 {
                // Writing to a text cannot fail.
                let _ = write!(page, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    page.push_str("\"/></svg>");
    for (tag, text) in [("b", account.issuer), ("bdi", account.name)] {
        if !text.is_empty() {
            let _ = write!(page, "<{tag}>");
            escape(page, text);
            let _ = write!(page, "</{tag}>");
        }
    }
    page.push_str("</section>\n");
}

/// A name is text, never markup.
fn escape(page: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#39;"),
            c => page.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountId, OtpParams, Secret, UnixTime};

    fn page(rows: &[(&str, &str)], paper: Paper) -> Result<(String, Vec<(usize, Unheld)>), WriteError> {
        let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
        let accounts: Vec<Outgoing<'_>> = rows
            .iter()
            .map(|(issuer, name)| Outgoing {
                id: AccountId::from_bytes([1; 16]),
                issuer,
                name,
                params: OtpParams::default(),
                secret: &secret,
                tags: &[],
                note: "",
                pinned: false,
                uses: 0,
                created: UnixTime::EPOCH,
            })
            .collect();
        write(&accounts, paper).map(|written| (String::from_utf8(written.file.to_vec()).unwrap(), written.left_out))
    }

    #[test]
    fn every_account_has_its_code_and_names_stay_text() {
        let rows = [("GitHub", "alice"), ("<script>alert(1)</script>", "a\"b'c&d"), ("", "only a name")];
        let (text, left_out) = page(&rows, Paper::A4).unwrap();
        assert_eq!(text.matches("<svg ").count(), 3);
        assert!(left_out.is_empty());
        assert!(text.contains("<b>&lt;script&gt;alert(1)&lt;/script&gt;</b><bdi>a&quot;b&#39;c&amp;d</bdi>"));
        assert!(!text.contains("<script") && !text.contains("http:") && !text.contains("src=") && !text.contains("url("));
        assert!(text.contains("<title>QR codes</title>"));
        assert!(!text.contains("GEZDGNBVGY3TQOJQ"), "the key stands in the codes alone");
    }

    #[test]
    fn the_paper_decides_the_page() {
        for paper in Paper::ALL {
            let (text, _) = page(&[("A", "b")], paper).unwrap();
            assert!(text.contains(&format!("size: {};", paper.css())), "{paper:?}");
        }
    }

    #[test]
    fn what_fits_no_code_is_left_out() {
        let long = "é".repeat(2_000);
        let (text, left_out) = page(&[("A", &long), ("B", "b")], Paper::A4).unwrap();
        assert_eq!((text.matches("<svg ").count(), left_out), (1, vec![(0, Unheld::Names)]));
        assert_eq!(page(&[("A", &long)], Paper::A4).err(), Some(WriteError::NothingLeft));
        assert_eq!(page(&[], Paper::A4).err(), Some(WriteError::NothingLeft));
    }

    /// The drawing is the code: painted again from its lines, it has the same modules.
    #[test]
    fn the_drawing_is_the_code() {
        let secret = Secret::new(b"12345678901234567890".to_vec()).unwrap();
        let address = otpauth::write("GitHub", "alice", &OtpParams::default(), &secret);
        let matrix = QrMatrix::new(&address).unwrap();
        let (text, _) = page(&[("GitHub", "alice")], Paper::A4).unwrap();
        let path = text.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut drawn = vec![vec![false; matrix.size()]; matrix.size()];
        for run in path.split('M').skip(1) {
            let numbers: Vec<usize> = run.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
            for x in numbers[0]..numbers[0] + numbers[2] {
                drawn[numbers[1] - QUIET][x - QUIET] = true;
            }
        }
        for (y, row) in drawn.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, matrix.dark(x, y), "{x} {y}");
            }
        }
    }
}
