//! Hostile files for every reader: the same row for each reader of JSON, XML, tables and lines, with what must come of it.
//!
//! They are made here and not kept, since most are large. What is special to one app is a file in tests/fixtures/.

use halfminute::formats::exchange::{self, Format, FormatError, Given, Key, LeftOut, MAX_BYTES, MAX_ENTRIES};
use halfminute::formats::otpauth::AddressError;
use serde_json::{Value, json};

use crate::fixture::outcome;
use crate::whole;

use FormatError::{Damaged, KeyTwice, NotThisFormat, TooDeep, TooLarge, TooManyEntries};

/// A reader, a file of it, and where the entries are.
const JSON: [(&str, &str, &str); 10] = [
    ("2fas", "plain-4.2fas", "/services"),
    ("aegis", "plain-3.json", "/db/entries"),
    ("andotp", "plain.json", ""),
    ("bitwarden", "canonical.json", "/items"),
    ("duo", "canonical.json", ""),
    ("freeotp-plus", "canonical.json", "/tokens"),
    ("lastpass", "canonical.json", "/accounts"),
    ("proton", "canonical.json", "/entries"),
    ("raivo", "plain.json", ""),
    ("stratum", "plain.json", "/Authenticators"),
];
const XML: [(&str, &str); 3] = [("authy", "canonical.xml"), ("battlenet", "new.xml"), ("freeotp", "tokens.xml")];
const TABLES: [(&str, &str); 2] = [("bitwarden", "canonical.csv"), ("keepassxc-csv", "canonical.csv")];
const LINES: [(&str, &str); 4] =
    [("ente", "canonical.txt"), ("google", "canonical.txt"), ("otpauth", "canonical.txt"), ("winauth", "canonical.txt")];

fn file(id: &str, name: &str) -> (&'static dyn Format, String) {
    let path = format!("{}/tests/fixtures/{id}/{name}", env!("CARGO_MANIFEST_DIR"));
    (exchange::by_id(id).unwrap(), String::from_utf8(std::fs::read(path).unwrap()).unwrap())
}

/// What comes of `bytes`; every entry is accounted for.
fn told(format: &dyn Format, bytes: &[u8]) -> Result<String, FormatError> {
    whole::read(format, bytes, &Key::default());
    let given = Given::new(bytes)?;
    let _ = exchange::recognise(&given);
    format.read(&given, &Key::default()).map(|import| outcome(&import))
}

fn wide(text: &str, mark: [u8; 2], unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect()
}

/// A row of a table: what was done, the file, and the error, or `None` where it reads as if nothing had been done.
type Row = (&'static str, Vec<u8>, Option<FormatError>);

/// What is done to any text.
fn of_text(text: &str) -> Vec<Row> {
    vec![
        ("nothing", text.into(), None),
        ("a byte-order mark", format!("\u{feff}{text}").into(), None),
        ("UTF-16", wide(text, [0xff, 0xfe], u16::to_le_bytes), None),
        ("UTF-16 the other way round", wide(text, [0xfe, 0xff], u16::to_be_bytes), None),
        ("UTF-16 with half a letter", [wide(text, [0xff, 0xfe], u16::to_le_bytes), vec![b'x']].concat(), Some(NotThisFormat)),
        ("lines as on Windows", text.replace("\r\n", "\n").replace('\n', "\r\n").into(), None),
        ("empty lines at the end", format!("{text}\n\n \n").into(), None),
        ("a NUL", format!("{text}\0").into(), Some(NotThisFormat)),
        ("a byte that is no UTF-8", [text.as_bytes(), b"\xff"].concat(), Some(NotThisFormat)),
        ("more than 16 MiB", format!("{text}{}", " ".repeat(MAX_BYTES + 1 - text.len())).into(), Some(TooLarge)),
    ]
}

fn check(format: &dyn Format, rows: Vec<Row>, expected: &str) {
    for (what, bytes, error) in rows {
        let found = told(format, &bytes);
        let wanted = error.map_or_else(|| Ok(expected.to_owned()), Err);
        assert!(found == wanted, "{} with {what}:\n{found:?}\n{wanted:?}", format.id());
    }
}

#[test]
fn json() {
    for (id, name, list) in JSON {
        let (format, text) = file(id, name);
        let root: Value = serde_json::from_str(&text).unwrap();
        let expected = told(format, text.as_bytes()).unwrap();
        // With a field more in its first entry.
        let with = |odd: &str| {
            let mut root = root.clone();
            root.pointer_mut(list).unwrap()[0]["odd"] = json!("@@");
            root.to_string().replace("\"@@\"", odd).into_bytes()
        };
        let first = root.pointer(list).unwrap()[0].to_string();
        let (key, value) = root.pointer(list).unwrap()[0].as_object().unwrap().iter().next().unwrap();
        let twice = format!("{},\"{key}\":{value}}}", first.strip_suffix('}').unwrap());
        let compact = root.to_string();
        let (start, end) = compact.split_at(compact.len() - 1);
        let mut rows = of_text(&text);
        rows.extend([
            ("white space", serde_json::to_vec_pretty(&root).unwrap(), None),
            ("a comma at the end", format!("{start},{end}").into(), Some(Damaged)),
            ("a second value", format!("{compact}\n{compact}").into(), Some(Damaged)),
            ("its end missing", start.into(), Some(Damaged)),
            ("a key twice", compact.replace(&first, &twice).into(), Some(KeyTwice)),
            ("a key twice far inside", with("[{\"a\":{\"b\":1,\"b\":1}}]"), Some(KeyTwice)),
            ("a number that no computer holds", with("1e400"), Some(Damaged)),
            ("a number with a plus", with("+1"), Some(Damaged)),
            ("a number with a zero in front", with("01"), Some(Damaged)),
            ("no number", with("NaN"), Some(Damaged)),
            ("half a letter", with("\"\\ud800\""), Some(Damaged)),
            ("a line inside a text", with("\"\n\""), Some(Damaged)),
            ("quotes of another kind", with("'x'"), Some(Damaged)),
            ("a comment", with("/* x */ 1"), Some(Damaged)),
            ("100 000 lists", with(&"[".repeat(100_000)), Some(TooDeep)),
            ("100 000 objects", with(&"{\"a\":".repeat(100_000)), Some(TooDeep)),
            ("a million values", with(&format!("[{}0]", "0,".repeat(1 << 20))), Some(TooLarge)),
            ("minus zero", with("-0"), None),
            ("more than a float holds", with("9007199254740993"), None),
            ("more than a number holds", with("184467440737095516150"), None),
            ("an escaped NUL", with("\"\\u0000\""), None),
            ("a text of a million letters", with(&format!("\"{}\"", "x".repeat(1_000_000))), None),
            ("a hundred thousand values", with(&format!("[{}0]", "0,".repeat(1 << 17))), None),
        ]);
        for row in &mut rows {
            // Bytes that are no text may be andOTP's own encryption, which has no mark.
            if id == "andotp" && row.2 == Some(NotThisFormat) && !row.1.starts_with(&[0xff, 0xfe]) {
                row.2 = Some(FormatError::NeedsPassword);
            }
        }
        check(format, rows, &expected);
    }
}

/// How many entries are read. Without a second look at each of them: there are many.
fn count(format: &dyn Format, text: &str) -> Result<usize, FormatError> {
    format.read(&Given::new(text.as_bytes())?, &Key::default()).map(|import| import.entries.len())
}

#[test]
fn as_many_entries_as_are_read_and_one_more() {
    for (id, name, list) in JSON {
        let (format, text) = file(id, name);
        let mut root: Value = serde_json::from_str(&text).unwrap();
        let entries = root.pointer_mut(list).unwrap().as_array_mut().unwrap();
        // One that has a code.
        let one = entries[2].clone();
        *entries = vec![one.clone(); MAX_ENTRIES];
        assert_eq!(count(format, &root.to_string()), Ok(MAX_ENTRIES), "{id}");
        root.pointer_mut(list).unwrap().as_array_mut().unwrap().push(one);
        assert_eq!(count(format, &root.to_string()), Err(TooManyEntries), "{id}");
    }
    for (id, name) in LINES.into_iter().chain(TABLES) {
        let (format, text) = file(id, name);
        let (head, line) = match id {
            "bitwarden" => (text.lines().next().unwrap(), ",,login,a,,,0,,b,,MA"),
            "keepassxc-csv" => (text.lines().next().unwrap(), "\"\",\"a\",\"b\",\"\",\"\",\"\",\"MA\",\"0\",\"\",\"\""),
            "google" => ("otpauth-migration://offline?data=CgcKAQESAWEw", "otpauth://totp/a?secret=MA"),
            "winauth" => ("otpauth://totp/a?secret=MA&digits=6&icon=WinAuth", "otpauth://totp/a?secret=MA&digits=6"),
            _ => ("otpauth://totp/a?secret=MA&codeDisplay=%7B%7D", "otpauth://totp/a?secret=MA"),
        };
        let here = count(format, head).unwrap_or(0);
        let lines = |count: usize| format!("{head}\n{}", format!("{line}\n").repeat(count - here));
        assert_eq!(count(format, &lines(MAX_ENTRIES)), Ok(MAX_ENTRIES), "{id}");
        assert_eq!(count(format, &lines(MAX_ENTRIES + 1)), Err(TooManyEntries), "{id}");
    }
    let (format, text) = file("freeotp", "tokens.xml");
    let (start, end) = text.rsplit_once("</map>").unwrap();
    let here = count(format, &text).unwrap();
    let tokens = |count: usize| (here..count).map(|at| format!("<string name='{at}'/>")).collect::<String>();
    let many = |count: usize| format!("{start}{}</map>{end}", tokens(count));
    assert_eq!(count(format, &many(MAX_ENTRIES)), Ok(MAX_ENTRIES));
    assert_eq!(count(format, &many(MAX_ENTRIES + 1)), Err(TooManyEntries));
}

/// Anything else where an entry, or a field of one, should be: it is left out or read without it, and no other suffers.
#[test]
fn other_types_where_an_entry_should_be() {
    let others =
        [json!(null), json!(true), json!(-7), json!(1.5), json!("text"), json!([]), json!([[]]), json!({}), json!({"a": {}})];
    for (id, name, list) in JSON {
        let (format, text) = file(id, name);
        let root: Value = serde_json::from_str(&text).unwrap();
        let before = told(format, text.as_bytes()).unwrap();
        let rest = |told: &str| told.lines().skip(3).filter(|line| !line.starts_with("without")).collect::<Vec<_>>().join("\n");
        for other in &others {
            let mut root = root.clone();
            root.pointer_mut(list).unwrap()[2] = other.clone();
            let import = whole::read(format, root.to_string().as_bytes(), &Key::default()).unwrap();
            let said = import.entries.iter().filter(|entry| entry.outcome.is_err()).count() + import.without_code;
            let usual = before.lines().filter(|line| line.starts_with("left out")).count();
            assert!(said > usual, "{id}: {other} is taken for an account");
            for key in root_keys(&root, list) {
                let mut root = root.clone();
                let entry = &mut root.pointer_mut(list).unwrap()[1];
                entry[&key] = other.clone();
                let found = told(format, root.to_string().as_bytes()).unwrap();
                assert!(rest(&found).ends_with(rest(&found).lines().last().unwrap()), "{id}: {key} = {other}");
            }
        }
    }
}

fn root_keys(root: &Value, list: &str) -> Vec<String> {
    root.pointer(list).unwrap()[1].as_object().unwrap().keys().cloned().collect()
}

#[test]
fn xml() {
    for (id, name) in XML {
        let (format, text) = file(id, name);
        let expected = told(format, text.as_bytes()).unwrap();
        let body = text.split_once("?>").map_or(text.as_str(), |(_, body)| body).trim_start();
        let with = |dtd: &str| format!("<?xml version='1.0'?>\n<!DOCTYPE map [{dtd}]>\n{body}").into_bytes();
        let inside = |odd: &str| body.replacen("</map>", &format!("{odd}</map>"), 1).into_bytes();
        let laughs = (1..10).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect::<String>();
        let wide = (0..300_000).map(|at| format!(" a{at}=''")).collect::<String>();
        let refused = if id == "battlenet" { Damaged } else { NotThisFormat };
        let mut rows = of_text(&text);
        rows.extend([
            ("entities in entities", with(&format!("<!ENTITY l0 'x'>{laughs}")), Some(refused)),
            ("a file that is asked for", with("<!ENTITY x SYSTEM 'file:///etc/passwd'>"), Some(refused)),
            ("a page that is asked for", with("<!ENTITY % x SYSTEM 'http://169.254.169.254/'> %x;"), Some(refused)),
            ("an entity that nobody knows", inside("<a>&x;</a>"), Some(Damaged)),
            ("no end", body.replace("</map>", "").into(), Some(Damaged)),
            ("something after its end", format!("{body}<map/>").into(), Some(Damaged)),
            ("100 000 elements in one another", inside(&"<a>".repeat(100_000)), Some(TooManyEntries)),
            ("300 000 attributes", inside(&format!("<a{wide}/>")), Some(Damaged)),
            ("name spaces", inside("<a xmlns:b='c'/>"), Some(Damaged)),
            ("an attribute twice", inside("<a b='' b=''/>"), Some(Damaged)),
            ("a control character", inside("<a>\u{1}</a>"), Some(Damaged)),
            ("comments", inside("<!-- <a b='' c='' d='' e='' f=''> -->"), None),
            (
                "settings of other types",
                inside("<boolean name=\"x\" value=\"true\" /><set name='y'><string>z</string></set>"),
                None,
            ),
        ]);
        check(format, rows, &expected);
    }
}

#[test]
fn tables() {
    for (id, name) in TABLES {
        let (format, text) = file(id, name);
        let expected = told(format, text.as_bytes()).unwrap();
        let (head, rows_of_it) = text.split_once('\n').unwrap();
        let column = if id == "bitwarden" { "name" } else { "Title" };
        let mut rows = of_text(&text);
        // A cell may hold a line, and there its end belongs to the cell: the reader of notes takes either.
        rows.retain(|(what, ..)| *what != "empty lines at the end");
        rows.extend([
            ("empty lines", format!("{head}\n\n\n{rows_of_it}\n\n").into(), None),
            ("a column twice", format!("{head},{column}\n{rows_of_it}").into(), Some(KeyTwice)),
            ("another header", rows_of_it.into(), Some(NotThisFormat)),
            ("millions of cells", format!("{text}{}\n", ",".repeat(1 << 21)).into(), Some(TooLarge)),
            ("semicolons", text.replace(',', ";").into(), Some(NotThisFormat)),
        ]);
        check(format, rows, &expected);
        // A quote that never ends takes the rest of the file into one cell: that row is left out, and it is said.
        let open = whole::read(format, format!("{text}\"a\nb\nc").as_bytes(), &Key::default()).unwrap();
        assert_eq!(open.entries.last().unwrap().outcome.as_ref().err(), Some(&LeftOut::Unreadable), "{id}");
        // Rows that are longer and shorter than the header.
        for odd in ["a", &",".repeat(1_000_000), "a,b,c,d,e,f,g,h,i,j,k,l,m,n"] {
            let read = whole::read(format, format!("{text}{odd}\n").as_bytes(), &Key::default()).unwrap();
            let last = read.entries.last().unwrap();
            assert_eq!(last.outcome.as_ref().err(), Some(&LeftOut::Unreadable), "{id}: {} commas", odd.len());
        }
    }
}

#[test]
fn lines() {
    for (id, name) in LINES {
        let (format, text) = file(id, name);
        let expected = told(format, text.as_bytes()).unwrap();
        check(format, of_text(&text), &expected);
        let long = [
            format!("otpauth://totp/{}?secret=MA", "a".repeat(1_000_000)),
            format!("otpauth://totp/a?secret=MA{}", "&a=b".repeat(1_000_000)),
            format!("otpauth://totp/a?secret=MA{}", "&".repeat(10_000_000)),
            format!("otpauth://totp/a?secret=MA{}", "&codeDisplay=x".repeat(1_000_000)),
            format!("otpauth://totp/a?secret={}", "A".repeat(1_000_000)),
        ];
        for line in long {
            let read = whole::read(format, format!("{text}\n{line}\n").as_bytes(), &Key::default()).unwrap();
            let last = read.entries.last().unwrap().outcome.as_ref().err();
            let told = [AddressError::TooLong, AddressError::TooManyParameters].map(LeftOut::Address);
            // Ente's own part of an address is taken off before the rest is read.
            let whole = id == "ente" && line.contains("codeDisplay");
            assert!(last.is_some_and(|why| told.contains(why)) != whole, "{id}: {last:?}");
        }
    }
}

/// Files in which each of many things could be compared with each of many others: they are read at once, or this test never ends.
#[test]
fn nothing_takes_the_square_of_its_size() {
    let (n, key) = (50_000, "JBSWY3DP");
    let numbered = |what: &str| (0..n).map(|at| format!("{what}{at}")).collect::<Vec<_>>();
    let mut tagged = json!({"secret": key, "issuer": "a", "label": "b", "type": "TOTP", "tags": numbered("t")});
    let few = |root: &Value, id: &str| {
        let import = whole::read(exchange::by_id(id).unwrap(), root.to_string().as_bytes(), &Key::default()).unwrap();
        import.entries.iter().map(|entry| entry.outcome.as_ref().unwrap().tags.len()).max()
    };
    assert_eq!(few(&json!([tagged]), "andotp"), Some(32));
    tagged["tags"] = json!(vec!["same"; n]);
    assert_eq!(few(&json!([tagged]), "andotp"), Some(1));
    let names: Vec<_> = (0..100).map(|at| json!({"Id": at.to_string(), "Name": format!("n{at}")})).collect();
    let links: Vec<_> = (0..n).map(|at| json!({"CategoryId": (at % 100).to_string(), "AuthenticatorSecret": key})).collect();
    let entry = json!({"Type": 2, "Issuer": "a", "Username": "b", "Secret": key});
    let root = json!({"Authenticators": vec![entry; MAX_ENTRIES], "Categories": names, "AuthenticatorCategories": links});
    assert_eq!(few(&root, "stratum"), Some(32));
    let folders: Vec<_> = (0..n).map(|at| json!({"id": at, "name": "a"})).collect();
    let account = json!({"issuerName": "a", "userName": "b", "secret": key, "folderData": {"folderId": n - 1}});
    let root = json!({"deviceId": "", "version": 3, "accounts": vec![account; MAX_ENTRIES], "folders": folders});
    assert_eq!(few(&root, "lastpass"), Some(1));
    let groups: Vec<_> = (0..n).map(|at| json!({"uuid": at.to_string(), "name": format!("n{at}")})).collect();
    let info = json!({"secret": key, "algo": "SHA1", "digits": 6, "period": 30});
    let ids = (0..n).map(|at| at.to_string()).collect::<Vec<_>>();
    let entry = json!({"type": "totp", "name": "b", "issuer": "a", "info": info, "groups": ids});
    let root = json!({"version": 1, "header": {}, "db": {"version": 3, "entries": [entry], "groups": groups}});
    assert_eq!(few(&root, "aegis"), Some(32));
    let fields: serde_json::Map<_, _> = numbered("f").into_iter().map(|name| (name, json!(0))).collect();
    assert!(told(exchange::by_id("aegis").unwrap(), json!([fields]).to_string().as_bytes()).is_err());
}
