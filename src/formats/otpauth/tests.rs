//! What happens to addresses: hostile.md, `otpauth://` URI.

use proptest::prelude::*;

use super::AddressError as E;
use super::AddressNote as N;
use super::*;
use crate::domain::{NameNote, Secret};
use crate::formats::base32::{Hint, KeyNote};

const KEY: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// `$` stands for the key.
fn outcome(address: &str) -> Result<ReadAddress, AddressError> {
    read(&address.replace('$', KEY))
}

/// Issuer, name and notes, for addresses of ordinary time-based accounts.
#[test]
fn names_and_notes() {
    let rows: &[(&str, &str, &str, &[N])] = &[
        ("otpauth://totp/Acme:alice?secret=$&issuer=Acme", "Acme", "alice", &[]),
        // Scheme, kind and parameter names in any case
        ("OTPAUTH://TOTP/Acme:alice?SECRET=$&Issuer=Acme", "Acme", "alice", &[]),
        ("Otpauth://Totp/alice?Secret=$", "", "alice", &[]),
        ("otpauth://totp/alice?%73ecret=$", "", "alice", &[]),
        // No name
        ("otpauth://totp?secret=$", "", "", &[N::NoName]),
        ("otpauth://totp/?secret=$", "", "", &[N::NoName]),
        ("otpauth://totp/?secret=$&issuer=Acme", "Acme", "", &[N::NoName]),
        ("otpauth://totp/Acme:?secret=$&issuer=Acme", "Acme", "", &[N::NoName]),
        ("otpauth://totp/%20?secret=$", "", "", &[N::NoName]),
        // Issuer and account in the label
        ("otpauth://totp/A:b?secret=$", "A", "b", &[]),
        ("otpauth://totp/A%3Ab?secret=$", "A", "b", &[]),
        ("otpauth://totp/A:%20b?secret=$", "A", "b", &[]),
        ("otpauth://totp/A%3a%20%20b?secret=$", "A", "b", &[]),
        ("otpauth://totp/A:b%3Ac?secret=$", "A", "b:c", &[]),
        ("otpauth://totp/:b%3Ac?secret=$", "", "b:c", &[]),
        ("otpauth://totp/A/b?secret=$", "", "A/b", &[]),
        ("otpauth://totp/A%3AB%3AC?secret=$", "", "A:B:C", &[N::LabelColons]),
        ("otpauth://totp/A:B:C?secret=$&issuer=A", "A", "A:B:C", &[N::LabelColons]),
        // Issuers
        ("otpauth://totp/Acme:a?secret=$&issuer=", "Acme", "a", &[]),
        ("otpauth://totp/a?secret=$&issuer", "", "a", &[]),
        ("otpauth://totp/STEAM:c?secret=$", "STEAM", "c", &[N::NotSteam]),
        ("otpauth://totp/c?secret=$&issuer=a%3Ab", "a:b", "c", &[N::IssuerColon]),
        // Plus signs and spaces
        ("otpauth://totp/a+b?secret=$&issuer=A+B", "A B", "a+b", &[N::IssuerPlus]),
        ("otpauth://totp/A+B:c?secret=$&issuer=A+B", "A+B", "c", &[]),
        ("otpauth://totp/A%20B:c?secret=$&issuer=A+B", "A B", "c", &[N::IssuerPlus]),
        ("otpauth://totp/A%2BB:c?secret=$&issuer=A%2BB", "A+B", "c", &[]),
        ("otpauth://totp/My Bank:a b?secret=$&issuer=My Bank", "My Bank", "a b", &[]),
        // Escapes, once
        ("otpauth://totp/%2541?secret=$", "", "%41", &[]),
        ("otpauth://totp/%C3%A9é?secret=$", "", "éé", &[]),
        // Names that need cleaning
        ("otpauth://totp/a%00b?secret=$", "", "ab", &[N::Name(NameNote::Control)]),
        ("otpauth://totp/a%0Ab%1b%5B31m?secret=$", "", "ab[31m", &[N::Name(NameNote::Control)]),
        (
            "otpauth://totp/%E2%80%AEa?secret=$&issuer=\u{200b}X",
            "X",
            "a",
            &[N::Issuer(NameNote::Invisible), N::Name(NameNote::Bidi)],
        ),
        ("otpauth://totp/Gооgle:a?secret=$", "Gооgle", "a", &[N::Issuer(NameNote::MixedScripts)]),
        // Ignored, and never fetched
        (
            "otpauth://totp/a?secret=$&image=file:///etc/passwd&icon=http://169.254.169.254/&color=zzz&lock=&counter=5&x",
            "",
            "a",
            &[],
        ),
        ("otpauth://totp/a?&secret=$&&", "", "a", &[]),
        // What surrounds it
        ("\u{feff} \n<otpauth://totp/a?secret=$>\r\n", "", "a", &[]),
        ("\u{a0}otpauth://totp/a?secret=$\t", "", "a", &[]),
        // Keys
        ("otpauth://totp/a?secret=jbsw+y3dp%20EHPK-3pxp%3D%3D", "", "a", &[]),
        ("otpauth://totp/a?secret=MB", "", "a", &[N::Key(KeyNote::TrailingBits)]),
        ("otpauth://totp/a?secret=AAAAAAAA", "", "a", &[N::Key(KeyNote::AllZero)]),
    ];
    for (address, issuer, name, notes) in rows {
        let read = outcome(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        assert_eq!((read.entry.issuer.as_str(), read.entry.name.as_str()), (*issuer, *name), "{address}");
        assert_eq!(read.entry.params, OtpParams::default(), "{address}");
        assert_eq!(read.notes.as_slice(), *notes, "{address}");
    }
}

#[test]
fn the_issuer_parameter_wins_over_the_label() {
    let differs = |label: &str| vec![N::IssuerDiffers { label: label.to_owned(), parameter: "Other Bank".to_owned() }];
    let rows = [
        ("otpauth://totp/Acme:a?secret=$&issuer=Other%20Bank", differs("Acme")),
        ("otpauth://totp/other%20bank%3Aa?secret=$&issuer=Other+Bank", [differs("other bank"), vec![N::IssuerPlus]].concat()),
        ("otpauth://totp/a?secret=$&issuer=Other%20Bank", vec![]),
        ("otpauth://totp/%20:a?secret=$&issuer=Other%20Bank", vec![]),
    ];
    for (address, notes) in rows {
        let read = outcome(address).unwrap();
        assert_eq!((read.entry.issuer.as_str(), read.entry.name.as_str(), read.notes), ("Other Bank", "a", notes), "{address}");
    }
}

#[test]
fn parameters_of_codes() {
    let totp = |algorithm, digits, secs| {
        OtpParams::new(algorithm, Digits::new(digits).unwrap(), OtpKind::Totp { period: Period::new(secs).unwrap() }).unwrap()
    };
    let hotp = |counter| OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter }).unwrap();
    let steam =
        |secs| OtpParams::new(Algorithm::Sha1, Digits::STEAM, OtpKind::Steam { period: Period::new(secs).unwrap() }).unwrap();
    use Algorithm::*;
    let rows: &[(&str, OtpParams, &[N])] = &[
        ("totp/a?secret=$&digits=6", totp(Sha1, 6, 30), &[]),
        ("totp/a?secret=$&digits=7", totp(Sha1, 7, 30), &[]),
        ("totp/a?secret=$&digits=8&algorithm=SHA256&period=60", totp(Sha256, 8, 60), &[]),
        ("totp/a?secret=$&algorithm=sha1", totp(Sha1, 6, 30), &[]),
        ("totp/a?secret=$&algorithm=SHA-1", totp(Sha1, 6, 30), &[]),
        ("totp/a?secret=$&algorithm=HMACSHA256", totp(Sha256, 6, 30), &[]),
        ("totp/a?secret=$&algorithm=sha512", totp(Sha512, 6, 30), &[]),
        ("totp/a?secret=$&period=1", totp(Sha1, 6, 1), &[N::Period { secs: 1 }]),
        ("totp/a?secret=$&period=29", totp(Sha1, 6, 29), &[N::Period { secs: 29 }]),
        ("totp/a?secret=$&period=301", totp(Sha1, 6, 301), &[N::Period { secs: 301 }]),
        ("totp/a?secret=$&period=86400", totp(Sha1, 6, 86_400), &[N::Period { secs: 86_400 }]),
        ("hotp/a?secret=$&counter=1", hotp(1), &[]),
        ("hotp/a?secret=$&counter=0&period=0", hotp(0), &[]),
        ("hotp/a?secret=$&counter=9223372036854775807", hotp(i64::MAX as u64), &[]),
        ("hotp/a?secret=$", hotp(0), &[N::CounterMissing]),
        ("steam/a?secret=$", steam(30), &[]),
        ("steam/a?secret=$&digits=5&algorithm=SHA1&encoder=steam", steam(30), &[]),
        ("totp/a?secret=$&encoder=steam", steam(30), &[]),
        ("totp/a?secret=$&encoder=Steam&digits=5&period=60", steam(60), &[]),
    ];
    for (rest, params, notes) in rows {
        let read = outcome(&format!("otpauth://{rest}")).unwrap_or_else(|error| panic!("{rest}: {error}"));
        assert_eq!((read.entry.params, read.notes.as_slice()), (*params, *notes), "{rest}");
    }
}

#[test]
fn addresses_that_cannot_be_read() {
    let unknown = (0..32).map(|n| format!("&x{n}=")).collect::<String>();
    let long = format!("otpauth://totp/{}?secret=$", "a".repeat(4096));
    let too_many = format!("otpauth://totp/a?secret=$&{}", "x=&".repeat(1000));
    let rows: Vec<(&str, AddressError)> = vec![
        ("", E::NotAnAddress),
        ("$", E::NotAnAddress),
        ("https://example.com/?secret=$", E::NotAnAddress),
        ("otpauth:totp/a?secret=$", E::NotAnAddress),
        ("my code: otpauth://totp/a?secret=$", E::NotAnAddress),
        ("otpauth-migration://offline?data=AAAA", E::Migration),
        ("OTPAUTH-Migration://offline?data=AAAA", E::Migration),
        ("otpauth://totp/a?secret=$\notpauth://totp/b?secret=$", E::Several { count: 2 }),
        ("otpauth://totp/a?secret=$ Otpauth://totp/b otpauth-migration://offline?data=", E::Several { count: 3 }),
        (&long, E::TooLong),
        (&too_many, E::TooManyParameters),
        // Structure
        ("otpauth://totp/a\nb?secret=$", E::LineBreak { position: 17 }),
        (" otpauth://totp/é\tb?secret=$", E::LineBreak { position: 18 }),
        ("otpauth://totp/a\0?secret=$", E::LineBreak { position: 17 }),
        ("otpauth://totp/a\u{2028}?secret=$", E::LineBreak { position: 17 }),
        ("otpauth://user:pw@totp:99/a?secret=$", E::UserInfo),
        ("otpauth://totp:99/a?secret=$", E::Kind),
        ("otpauth://motp/a?secret=$", E::Kind),
        ("otpauth://", E::Kind),
        ("otpauth:///a?secret=$", E::Kind),
        ("otpauth://t%6Ftp/a?secret=$", E::Kind),
        ("otpauth://totp/a#b?secret=$", E::Fragment { position: 17 }),
        ("otpauth://totp/a?secret=$#fragment", E::Fragment { position: 57 }),
        ("otpauth://totp/a?issuer=b?secret=$", E::SecondQuestionMark { position: 26 }),
        ("otpauth://totp/a?digits=6;secret=$", E::Semicolon { position: 26 }),
        // Escapes
        ("otpauth://totp/%ff?secret=$", E::NotUtf8 { position: 16 }),
        ("otpauth://totp/%e2%28%a1?secret=$", E::NotUtf8 { position: 16 }),
        ("otpauth://totp/a?secret=$&issuer=%C0%80", E::NotUtf8 { position: 65 }),
        ("otpauth://totp/a%?secret=$", E::Escape { position: 17 }),
        ("otpauth://totp/a%4?secret=$", E::Escape { position: 17 }),
        ("otpauth://totp/é%zz?secret=$", E::Escape { position: 17 }),
        ("otpauth://totp/a?secret=$&image=%", E::Escape { position: 64 }),
        // Parameters
        ("otpauth://totp/a?secret=$&secret=$", E::Twice(Parameter::Secret)),
        ("otpauth://totp/a?secret=$&SECRET=MA", E::Twice(Parameter::Secret)),
        ("otpauth://totp/a?secret=$&s%65cret=MA", E::Twice(Parameter::Secret)),
        ("otpauth://totp/a?secret=$&digits=6&digits=6", E::Twice(Parameter::Digits)),
        ("otpauth://totp/a?secret=$&issuer=A&issuer=B", E::Twice(Parameter::Issuer)),
        ("otpauth://totp/a?secret=$&period=30&period=60", E::Twice(Parameter::Period)),
        ("otpauth://totp/a?secret=$&algorithm=SHA1&algorithm=SHA256", E::Twice(Parameter::Algorithm)),
        ("otpauth://hotp/a?secret=$&counter=1&counter=2", E::Twice(Parameter::Counter)),
        ("otpauth://totp/a?secret=$&encoder=steam&encoder=", E::Twice(Parameter::Encoder)),
        // Keys
        ("otpauth://totp/a", E::SecretMissing),
        ("otpauth://totp/a?issuer=b", E::SecretMissing),
        ("otpauth://totp/a?secret=", E::SecretMissing),
        ("otpauth://totp/a?secret", E::SecretMissing),
        ("otpauth://totp/a?secret=%20%3D", E::SecretMissing),
        ("otpauth://totp/a?secret=$ see you", E::SpaceInSecret),
        ("otpauth://totp/a?secret=A", E::Secret(Base32Error::Length { letters: 1 })),
        ("otpauth://totp/a?secret=MZ%20XW0", E::Secret(Base32Error::Digit { position: 6, hint: Hint::O })),
        ("otpauth://totp/a?secret=$%00", E::Secret(Base32Error::Character { position: 33 })),
        // Digits
        ("&digits=0", E::Digits),
        ("&digits=5", E::Digits),
        ("&digits=9", E::Digits),
        ("&digits=10", E::Digits),
        ("&digits=999", E::Digits),
        ("&digits=-6", E::Digits),
        ("&digits=+6", E::Digits),
        ("&digits=%2B6", E::Digits),
        ("&digits=６", E::Digits),
        ("&digits=06", E::Digits),
        ("&digits=6.0", E::Digits),
        ("&digits=1e1", E::Digits),
        ("&digits=", E::Digits),
        ("&digits=18446744073709551622", E::Digits),
        // Period
        ("&period=0", E::Period),
        ("&period=-1", E::Period),
        ("&period=86401", E::Period),
        ("&period=18446744073709551615", E::Period),
        ("&period=18446744073709551646", E::Period),
        ("&period=30.5", E::Period),
        ("&period=", E::Period),
        ("&period=0x1e", E::Period),
        ("&period=030", E::Period),
        ("&period=4294967326", E::Period),
        // Algorithm
        ("&algorithm=MD5", E::Algorithm),
        ("&algorithm=SHA512/256", E::Algorithm),
        ("&algorithm=", E::Algorithm),
        ("&algorithm=SHA1%00", E::Algorithm),
        ("&algorithm=Algorithm.sha256", E::Algorithm),
        // Counter
        ("otpauth://hotp/a?secret=$&counter=9223372036854775808", E::Counter),
        ("otpauth://hotp/a?secret=$&counter=18446744073709551616", E::Counter),
        ("otpauth://hotp/a?secret=$&counter=-1", E::Counter),
        ("otpauth://hotp/a?secret=$&counter=", E::Counter),
        // Steam through its own switch only
        ("&encoder=other", E::Encoder),
        ("&encoder=", E::Encoder),
        ("otpauth://hotp/a?secret=$&counter=1&encoder=steam", E::Encoder),
        ("&encoder=steam&digits=6", E::Steam),
        ("&encoder=steam&algorithm=SHA256", E::Steam),
        ("otpauth://steam/a?secret=$&digits=8", E::Steam),
        (&unknown, E::TooManyParameters),
    ];
    for (address, reason) in rows {
        // Rows with parameters only stand for an address that has them.
        let address = if address.starts_with('&') { format!("otpauth://totp/a?secret=${address}") } else { address.to_owned() };
        let error = outcome(&address).map(|_| ()).unwrap_err();
        assert_eq!(error, reason, "{address}");
        let words = format!("{error} {error:?}");
        assert!(!words.contains("JBSW") && !words.contains("alice"), "{words}");
    }
}

#[test]
fn limits() {
    let fits = format!("otpauth://totp/a?secret={KEY}{}", "&x=".repeat(31));
    assert_eq!(read(&fits).unwrap().entry.name, "a");
    assert_eq!(read(&format!("{fits}&x=")).unwrap_err(), E::TooManyParameters);
    assert_eq!(read(&"x".repeat(1 << 20)).unwrap_err(), E::TooLong);
    assert_eq!(read(&format!("otpauth://totp/{}", "%41".repeat(1 << 20))).unwrap_err(), E::TooLong);
    assert_eq!(read(&"otpauth://".repeat(400)).unwrap_err(), E::Several { count: 400 });
    let name = "n".repeat(300);
    let read = outcome(&format!("otpauth://totp/{name}?secret=$")).unwrap();
    assert_eq!((read.entry.name.len(), read.notes), (256, vec![N::Name(NameNote::Cut)]));
}

#[test]
fn nothing_shows_the_key() {
    let read = outcome("otpauth://totp/Acme:alice?secret=$").unwrap();
    assert!(!format!("{read:?}").contains("JBSW"), "{read:?}");
}

#[test]
fn addresses_as_they_are_written() {
    let secret = base32::decode("JBSWY3DPEHPK3PXP").unwrap().secret;
    let period = |secs| Period::new(secs).unwrap();
    let params = |algorithm, digits, kind| OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap();
    let usual = OtpParams::default();
    let rows = [
        ("Acme", "alice", usual, "totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme"),
        ("", "alice", usual, "totp/alice?secret=JBSWY3DPEHPK3PXP"),
        ("", "", usual, "totp/?secret=JBSWY3DPEHPK3PXP"),
        ("Acme", "", usual, "totp/Acme:?secret=JBSWY3DPEHPK3PXP&issuer=Acme"),
        ("A B+C", "a@b.de", usual, "totp/A%20B%2BC:a%40b.de?secret=JBSWY3DPEHPK3PXP&issuer=A%20B%2BC"),
        ("Acme", "a:b", usual, "totp/Acme:a%3Ab?secret=JBSWY3DPEHPK3PXP&issuer=Acme"),
        ("", "a:b", usual, "totp/:a%3Ab?secret=JBSWY3DPEHPK3PXP"),
        ("A:B", "a", usual, "totp/a?secret=JBSWY3DPEHPK3PXP&issuer=A%3AB"),
        ("A:B", "a:b", usual, "totp/:a%3Ab?secret=JBSWY3DPEHPK3PXP&issuer=A%3AB"),
        ("é", "#&,/?", usual, "totp/%C3%A9:%23%26%2C%2F%3F?secret=JBSWY3DPEHPK3PXP&issuer=%C3%A9"),
        (
            "A",
            "b",
            params(Algorithm::Sha256, 8, OtpKind::Totp { period: period(60) }),
            "totp/A:b?secret=JBSWY3DPEHPK3PXP&issuer=A&algorithm=SHA256&digits=8&period=60",
        ),
        (
            "A",
            "b",
            params(Algorithm::Sha1, 6, OtpKind::Hotp { counter: 0 }),
            "hotp/A:b?secret=JBSWY3DPEHPK3PXP&issuer=A&counter=0",
        ),
        (
            "A",
            "b",
            params(Algorithm::Sha1, 5, OtpKind::Steam { period: period(30) }),
            "steam/A:b?secret=JBSWY3DPEHPK3PXP&issuer=A&digits=5&encoder=steam",
        ),
        (
            "A",
            "b",
            params(Algorithm::Sha1, 10, OtpKind::Totp { period: period(30) }),
            "totp/A:b?secret=JBSWY3DPEHPK3PXP&issuer=A&digits=10",
        ),
    ];
    for (issuer, name, params, address) in rows {
        assert_eq!(write(issuer, name, &params, &secret).as_str(), format!("otpauth://{address}"));
    }
}

/// Any parameters that an address can have.
fn any_params() -> impl Strategy<Value = OtpParams> {
    let kind = prop_oneof![
        (1..=Period::MAX_SECS).prop_map(|secs| OtpKind::Totp { period: Period::new(secs).unwrap() }),
        Just(OtpKind::Totp { period: Period::DEFAULT }),
        (0..=OtpKind::MAX_COUNTER).prop_map(|counter| OtpKind::Hotp { counter }),
        (1..=Period::MAX_SECS).prop_map(|secs| OtpKind::Steam { period: Period::new(secs).unwrap() }),
    ];
    (prop::sample::select(&Algorithm::ALL[..]), 6..=8_u8, kind).prop_map(|(algorithm, digits, kind)| match kind {
        OtpKind::Steam { .. } => OtpParams::new(Algorithm::Sha1, Digits::STEAM, kind).unwrap(),
        kind => OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap(),
    })
}

fn any_name() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        "[a-zA-Z0-9:/+%#,&?=;@<> .-]{0,40}",
        "[א-תء-يа-яα-ω漢字かな한글éßñ👩💻:% +]{0,30}",
        "\\PC{0,40}",
        Just(String::new()),
    ];
    name.prop_map(|name| clean(&name).text)
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        issuer in any_name(),
        name in any_name(),
        params in any_params(),
        key in prop::collection::vec(any::<u8>(), 1..=128),
    ) {
        let secret = Secret::new(key).unwrap();
        let address = write(&issuer, &name, &params, &secret);
        let read = read(&address).unwrap();
        prop_assert_eq!(&read.entry.issuer, &issuer);
        prop_assert_eq!(&read.entry.name, &name);
        prop_assert_eq!(read.entry.params, params);
        prop_assert!(read.entry.secret.same_as(&secret));
        // Nothing is noticed but what is in the account itself.
        for note in read.notes {
            let expected = matches!(note, N::IssuerColon | N::NoName | N::Period { .. } | N::Key(KeyNote::AllZero))
                || matches!(note, N::Issuer(NameNote::MixedScripts) | N::Name(NameNote::MixedScripts));
            prop_assert!(expected, "{:?}", note);
        }
    }

    #[test]
    fn no_text_breaks_it(text in any::<String>(), start in prop::sample::select(vec!["", "otpauth://", "otpauth://totp/", "otpauth://totp/a?secret="])) {
        let _ = read(&format!("{start}{text}"));
    }
}

#[test]
fn other_apps_files_have_5_to_10_digits() {
    let rows = [("4", false), ("5", true), ("6", true), ("9", true), ("10", true), ("11", false), ("05", false), ("", false)];
    for (digits, fine) in rows {
        let address = format!("otpauth://totp/a?secret=MA&digits={digits}");
        assert_eq!(read_of_file(&address).is_ok(), fine, "{digits}");
        assert_eq!(read(&address).is_ok(), digits == "6", "{digits}");
    }
}

#[test]
fn steams_own_addresses_are_not_remarked_on() {
    for address in ["otpauth://totp/Steam:c?secret=$&encoder=steam", "otpauth://steam/Steam:c?secret=$"] {
        assert_eq!(outcome(address).unwrap().notes, [], "{address}");
    }
    let short = super::read("steam://jbsw-y3dp").unwrap();
    assert!(matches!(short.entry.params.kind(), OtpKind::Steam { .. }));
    assert_eq!((short.entry.issuer.as_str(), short.notes.as_slice()), ("Steam", [AddressNote::NoName].as_slice()));
}
