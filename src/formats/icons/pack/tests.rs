//! Packs as people have them, and packs that were made to do harm.

use std::io::Write;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const DOT: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="red"/></svg>"#;

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, options()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn list(icons: &str) -> Vec<u8> {
    format!(r#"{{"uuid":"u","name":"Pack","version":3,"icons":[{icons}]}}"#).into_bytes()
}

fn read(bytes: &[u8]) -> Result<Pack, PackError> {
    Archive::new(bytes)?.pack(true)
}

#[test]
fn a_pack_is_read_and_its_icons_are_found() {
    let icons = r#"{"name":"One","filename":"SVG/one.svg","category":"A","issuer":["One","One Inc"]},
                   {"filename":"two.PNG","issuer":[" TWO "]},
                   {"name":"No picture","filename":"three.svg","issuer":["Three"]},
                   {"name":"Another kind","filename":"four.gif","issuer":["Four"]},
                   {"name":"No issuer","filename":"SVG/one.svg"}"#;
    let bytes = zip(&[("pack.json", &list(icons)), ("SVG/one.svg", DOT), ("two.PNG", b"png"), ("four.gif", b"gif")]);
    let pack = read(&bytes).unwrap();
    assert_eq!((pack.name.as_str(), pack.version), ("Pack", 3));
    assert_eq!(pack.icons.iter().map(|icon| icon.name.as_str()).collect::<Vec<_>>(), ["One", "two", "No issuer"]);
    let rows =
        [("one", Some(0)), ("ONE INC", Some(0)), (" One ", Some(0)), ("two", Some(1)), ("on", None), ("one i", None), ("", None)];
    for (issuer, place) in rows {
        assert_eq!(pack.find(issuer), place, "{issuer}");
    }
    assert_eq!(Archive::new(&bytes).unwrap().picture(&pack.icons[0]), Ok(DOT.to_vec()));
}

#[test]
fn what_is_no_pack() {
    let one = r#"{"name":"One","filename":"one.svg","issuer":[]}"#;
    let rows: [(&str, Vec<u8>, PackError); 9] = [
        ("nothing", Vec::new(), PackError::NotAPack),
        ("a text", b"hello".to_vec(), PackError::NotAPack),
        ("a zip of something else", zip(&[("a", b"b")]), PackError::NotAPack),
        ("no json", zip(&[("pack.json", b"{")]), PackError::NotAPack),
        ("another json", zip(&[("pack.json", b"{}")]), PackError::NotAPack),
        ("deep json", zip(&[("pack.json", "[".repeat(100_000).as_bytes())]), PackError::NotAPack),
        ("no icons", zip(&[("pack.json", &list(""))]), PackError::Empty),
        ("no pictures", zip(&[("pack.json", &list(one))]), PackError::Empty),
        ("a zip that was cut", zip(&[("pack.json", &list(one)), ("one.svg", DOT)])[..120].to_vec(), PackError::Damaged),
    ];
    for (what, bytes, error) in rows {
        assert_eq!(read(&bytes), Err(error), "{what}");
    }
}

#[test]
fn names_that_lead_out_refuse_the_pack() {
    let good = list(r#"{"filename":"one.svg"}"#);
    for name in ["../one.svg", "/etc/one.svg", "a/../../one.svg", "..\\one.svg", "C:\\one.svg", "C:one.svg", "\\one.svg"] {
        let member = zip(&[("pack.json", &good), ("one.svg", DOT), (name, DOT)]);
        assert_eq!(read(&member), Err(PackError::Unsafe), "{name} as a member");
        let filename = name.replace('\\', "\\\\");
        let line = zip(&[("pack.json", &list(&format!(r#"{{"filename":"{filename}"}}"#))), ("one.svg", DOT)]);
        assert_eq!(read(&line), Err(PackError::Unsafe), "{name} in the list");
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("pack.json", options()).unwrap();
    writer.write_all(&good).unwrap();
    writer.add_symlink("one.svg", "/etc/passwd", options()).unwrap();
    assert_eq!(read(&writer.finish().unwrap().into_inner()), Err(PackError::Unsafe));
}

#[test]
fn too_much_is_refused() {
    let one = list(r#"{"filename":"one.svg"}"#);
    let icon = |length: usize| zip(&[("pack.json", &one), ("one.svg", &vec![0; length])]);
    assert_eq!(read(&icon(MOST_ICON)).map(|pack| pack.icons.len()), Ok(1));
    assert_eq!(read(&icon(MOST_ICON + 1)), Err(PackError::TooLarge), "a picture");
    assert_eq!(read(&icon(MOST_UNPACKED * 4)), Err(PackError::TooLarge), "a bomb");
    assert_eq!(read(&zip(&[("pack.json", &vec![b' '; MOST_LIST + 1])])), Err(PackError::TooLarge), "the list");
    assert_eq!(read(&vec![b'P'; MOST_PACKED + 1]), Err(PackError::TooLarge), "the file");
    let icons = |many: usize| zip(&[("pack.json", &list(&vec![r#"{"filename":"one.svg"}"#; many].join(","))), ("one.svg", DOT)]);
    assert_eq!(read(&icons(MOST_ICONS)).map(|pack| pack.icons.len()), Ok(MOST_ICONS));
    assert_eq!(read(&icons(MOST_ICONS + 1)), Err(PackError::TooLarge), "icons");
    // Each picture is small enough, and all of them together are too much.
    let names: Vec<String> = (0..=MOST_UNPACKED / MOST_ICON).map(|n| format!("{n}.svg")).collect();
    let lines: Vec<String> = names.iter().map(|name| format!(r#"{{"filename":"{name}"}}"#)).collect();
    let json = list(&lines.join(","));
    let picture = vec![0; MOST_ICON];
    let mut members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), picture.as_slice())).collect();
    members.push(("pack.json", &json));
    assert_eq!(read(&zip(&members)), Err(PackError::TooLarge), "all pictures");
    let json = list(&lines[1..].join(","));
    let last = members.len() - 1;
    members[last] = ("pack.json", &json);
    assert_eq!(read(&zip(&members)).map(|pack| pack.icons.len()), Ok(MOST_UNPACKED / MOST_ICON));
    // What a header says of the length counts for nothing.
    let mut lying = icon(MOST_ICON + 1);
    let length = u32::try_from(MOST_ICON + 1).unwrap().to_le_bytes();
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == length {
            lying[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
        }
    }
    assert!(matches!(read(&lying), Err(PackError::TooLarge | PackError::Damaged)));
}

#[test]
fn cut_and_changed_packs_end_nothing() {
    let bytes = zip(&[("pack.json", &list(r#"{"filename":"one.svg","issuer":["One"]}"#)), ("one.svg", DOT)]);
    let whole = read(&bytes).unwrap();
    for at in 0..bytes.len() {
        assert!(read(&bytes[..at]).is_err(), "cut at {at}");
        let mut changed = bytes.clone();
        changed[at] ^= 0x15;
        if let Ok(pack) = read(&changed) {
            assert!(pack.icons.len() <= whole.icons.len(), "byte {at}");
        }
    }
}
