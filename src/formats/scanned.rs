//! What the text of a QR code is: an address, Google's list of accounts, or something else, of which the kind alone is told.
//!
//! Nothing of it is opened, followed or shown: it comes from whoever made the code.

use zeroize::Zeroizing;

/// What a code says.
pub enum Scanned {
    /// An `otpauth://` address, for [`otpauth::read`](super::otpauth::read). A secret.
    Address(Zeroizing<String>),
    /// An `otpauth-migration://` address: accounts of Google Authenticator, perhaps one part of several. A secret.
    Migration(Zeroizing<String>),
    /// Not an authenticator code.
    Other(Other),
}

impl std::fmt::Debug for Scanned {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(_) => f.write_str("Address(…)"),
            Self::Migration(_) => f.write_str("Migration(…)"),
            Self::Other(other) => write!(f, "Other({other:?})"),
        }
    }
}

/// What a code is that is no authenticator code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// Nothing at all.
    Empty,
    /// Name and password of a wireless network.
    Wifi,
    /// The address of a web page.
    Web,
    /// A contact (vCard, MECARD).
    Contact,
    /// An e-mail address or letter.
    Email,
    /// A phone number.
    Phone,
    /// A text message.
    Message,
    /// A place on the map.
    Place,
    /// An event of a calendar.
    Event,
    /// A payment.
    Payment,
    /// A passkey that waits for a phone (FIDO).
    Passkey,
    /// The enrolment of Microsoft Authenticator with its push messages.
    Microsoft,
    /// The enrolment of Duo Mobile.
    Duo,
    /// A log-in with the Steam app.
    Steam,
    /// The enrolment of Okta Verify.
    Okta,
    /// The enrolment of Symantec VIP Access.
    Symantec,
    /// The enrolment of RSA SecurID.
    Rsa,
    /// The enrolment of PingID.
    Ping,
    /// The enrolment of Entrust Identity.
    Entrust,
    /// A device that is linked to a messenger: WhatsApp, Signal, Telegram.
    Messenger,
    /// Something for another app.
    App,
    /// A number: of an article, for example.
    Number,
    /// Text.
    Text,
    /// No text.
    Binary,
}

impl Other {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::Empty,
        Self::Wifi,
        Self::Web,
        Self::Contact,
        Self::Email,
        Self::Phone,
        Self::Message,
        Self::Place,
        Self::Event,
        Self::Payment,
        Self::Passkey,
        Self::Microsoft,
        Self::Duo,
        Self::Steam,
        Self::Okta,
        Self::Symantec,
        Self::Rsa,
        Self::Ping,
        Self::Entrust,
        Self::Messenger,
        Self::App,
        Self::Number,
        Self::Text,
        Self::Binary,
    ];
}

/// How texts begin, in lower case; the first that fits counts.
const BEGINNINGS: &[(&str, Other)] = &[
    ("wifi:", Other::Wifi),
    ("begin:vcard", Other::Contact),
    ("mecard:", Other::Contact),
    ("bizcard:", Other::Contact),
    ("begin:vevent", Other::Event),
    ("begin:vcalendar", Other::Event),
    ("mailto:", Other::Email),
    ("matmsg:", Other::Email),
    ("smtp:", Other::Email),
    ("tel:", Other::Phone),
    ("facetime:", Other::Phone),
    ("sms:", Other::Message),
    ("smsto:", Other::Message),
    ("mms:", Other::Message),
    ("mmsto:", Other::Message),
    ("geo:", Other::Place),
    ("bitcoin:", Other::Payment),
    ("ethereum:", Other::Payment),
    ("litecoin:", Other::Payment),
    ("upi:", Other::Payment),
    // the credit transfer of European banks, the Swiss bill, and EMV
    ("bcd\n", Other::Payment),
    ("bcd\r\n", Other::Payment),
    ("spc\n", Other::Payment),
    ("spc\r\n", Other::Payment),
    ("000201", Other::Payment),
    ("fido:/", Other::Passkey),
    ("phonefactor:", Other::Microsoft),
    ("microsoft-authenticator:", Other::Microsoft),
    ("msauth:", Other::Microsoft),
    ("ms-msa:", Other::Microsoft),
    ("duo:", Other::Duo),
    ("steammobile:", Other::Steam),
    ("oktaverify:", Other::Okta),
    ("com.okta.", Other::Okta),
    ("vip:", Other::Symantec),
    ("symcvip:", Other::Symantec),
    ("com.rsa.", Other::Rsa),
    ("pingid:", Other::Ping),
    ("pingone:", Other::Ping),
    ("igmobileotp:", Other::Entrust),
    ("entrust", Other::Entrust),
    ("sgnl:", Other::Messenger),
    ("tg:", Other::Messenger),
    ("tsdevice:", Other::Messenger),
    ("whatsapp:", Other::Messenger),
    // WhatsApp Web
    ("2@", Other::Messenger),
];

/// The hosts of web addresses that are for one app.
const HOSTS: &[(&str, Other)] = &[
    ("s.team", Other::Steam),
    ("duosecurity.com", Other::Duo),
    ("okta.com", Other::Okta),
    ("oktapreview.com", Other::Okta),
    ("vip.symantec.com", Other::Symantec),
    ("signal.link", Other::Messenger),
    ("wa.me", Other::Messenger),
    ("t.me", Other::Messenger),
];

/// The longest text that is taken for the name of a credential of Symantec VIP, as in `VSMT12345678`.
const CREDENTIAL: std::ops::RangeInclusive<usize> = 12..=13;

/// Tells what the text of a code is.
#[must_use]
pub fn classify(text: &[u8]) -> Scanned {
    let Ok(text) = std::str::from_utf8(text) else { return Scanned::Other(Other::Binary) };
    let bare = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}' || letter == '\0');
    let begins = |start: &str| bare.get(..start.len()).is_some_and(|here| here.eq_ignore_ascii_case(start));
    if begins("otpauth://") {
        return Scanned::Address(Zeroizing::new(bare.to_owned()));
    }
    if begins("otpauth-migration://") {
        return Scanned::Migration(Zeroizing::new(bare.to_owned()));
    }
    Scanned::Other(if bare.is_empty() {
        Other::Empty
    } else if let Some((_, kind)) = BEGINNINGS.iter().find(|(start, _)| begins(start)) {
        *kind
    } else if begins("http://") || begins("https://") || begins("www.") {
        web(bare)
    } else {
        loose(bare)
    })
}

/// A web address by its host.
fn web(address: &str) -> Other {
    let after = address.split_once("://").map_or(address, |(_, after)| after);
    let host = after.split(['/', '?', '#', ':']).next().unwrap_or_default().to_ascii_lowercase();
    let of = |name: &str| host == name || host.strip_suffix(name).is_some_and(|front| front.ends_with('.'));
    if host == "127.0.0.1" && after.contains("/securid/") {
        return Other::Rsa;
    }
    HOSTS.iter().find(|(name, _)| of(name)).map_or(Other::Web, |(_, kind)| *kind)
}

/// What begins with nothing that is known.
fn loose(text: &str) -> Other {
    if text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Other::Binary;
    }
    let credential = text.get(..4).is_some_and(|start| ["VSMT", "SYMC", "VSST", "VSHM", "SYDC"].contains(&start));
    if credential && CREDENTIAL.contains(&text.len()) && text[4..].bytes().all(|letter| letter.is_ascii_digit()) {
        return Other::Symantec;
    }
    if text.bytes().all(|letter| letter.is_ascii_digit()) {
        return Other::Number;
    }
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    let named = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.');
    if scheme.starts_with(|letter: char| letter.is_ascii_alphabetic()) && scheme.chars().all(named) {
        return Other::App;
    }
    let mail = text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    if mail && !text.contains(char::is_whitespace) { Other::Email } else { Other::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &[u8]) -> String {
        match classify(text) {
            Scanned::Address(text) => format!("address {}", text.len()),
            Scanned::Migration(text) => format!("migration {}", text.len()),
            Scanned::Other(other) => format!("{other:?}"),
        }
    }

    #[test]
    fn what_codes_say() {
        let rows: &[(&[u8], &str)] = &[
            (b"otpauth://totp/a?secret=MA", "address 26"),
            (b"OTPAUTH://TOTP/A?SECRET=MA", "address 26"),
            (b" \n\xef\xbb\xbfotpauth://totp/a?secret=MA\0\n", "address 26"),
            (b"otpauth://nonsense", "address 18"),
            (b"otpauth-migration://offline?data=CgA%3D", "migration 39"),
            (b"Otpauth-Migration://offline?data=", "migration 33"),
            (b"otpauth:totp/a", "Text"),
            (b"x otpauth://totp/a?secret=MA", "Text"),
            (b"", "Empty"),
            (b" \0\n", "Empty"),
            (b"WIFI:T:WPA;S:home;P:secret;;", "Wifi"),
            (b"https://example.com/?q=otpauth://totp/a", "Web"),
            (b"HTTP://EXAMPLE.COM", "Web"),
            (b"www.example.com", "Web"),
            (b"BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", "Contact"),
            (b"MECARD:N:Ann;;", "Contact"),
            (b"mailto:ann@example.org", "Email"),
            (b"ann@example.org", "Email"),
            (b"MATMSG:TO:ann@example.org;;", "Email"),
            (b"tel:+431234", "Phone"),
            (b"SMSTO:+431234:hello", "Message"),
            (b"geo:48.2,16.4", "Place"),
            (b"BEGIN:VEVENT\nEND:VEVENT", "Event"),
            (b"bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "Payment"),
            (b"BCD\n002\n1\nSCT\n", "Payment"),
            (b"SPC\r\n0200\r\n1\r\n", "Payment"),
            (b"00020101021226", "Payment"),
            (b"FIDO:/1234567890", "Passkey"),
            (b"phonefactor://activate_account?code=1&url=https%3A%2F%2Fexample.com", "Microsoft"),
            (b"microsoft-authenticator://activate", "Microsoft"),
            (b"duo://abcdefgh-YXBpLTEyMy5kdW8uY29t", "Duo"),
            (b"https://m-1234.duosecurity.com/activate/abc", "Duo"),
            (b"https://notduosecurity.com/", "Web"),
            (b"https://s.team/q/1/123456789", "Steam"),
            (b"https://s.team.example.com/q/1", "Web"),
            (b"oktaverify://email/?t=1", "Okta"),
            (b"https://example.okta.com/x", "Okta"),
            (b"vip://add?x", "Symantec"),
            (b"VSMT12345678", "Symantec"),
            (b"VSMT1234567X", "Text"),
            (b"com.rsa.securid.iphone://ctf?ctfData=1", "Rsa"),
            (b"http://127.0.0.1/securid/ctf?ctfData=1", "Rsa"),
            (b"sgnl://linkdevice?uuid=1", "Messenger"),
            (b"2@abcdef,ghi", "Messenger"),
            (b"myapp://open", "App"),
            (b"apple-otpauth://totp/a?secret=MA", "App"),
            (b"4006381333931", "Number"),
            ("Grüße".as_bytes(), "Text"),
            (b"JBSWY3DPEHPK3PXP", "Text"),
            (b"a\x01b", "Binary"),
            (b"\x80\xff", "Binary"),
            (b"Gr\xfc\xdfe", "Binary"),
        ];
        for (text, expected) in rows {
            assert_eq!(kind(text), *expected, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn all_kinds_are_told() {
        let told: std::collections::HashSet<_> = Other::ALL.iter().map(|other| format!("{other:?}")).collect();
        assert_eq!(told.len(), Other::ALL.len());
        for (_, kind) in BEGINNINGS.iter().chain(HOSTS) {
            assert!(Other::ALL.contains(kind));
        }
    }

    #[test]
    fn a_debug_print_shows_nothing() {
        assert_eq!(format!("{:?}", classify(b"otpauth://totp/a?secret=MA")), "Address(…)");
        assert_eq!(format!("{:?}", classify(b"WIFI:S:home;P:secret;;")), "Other(Wifi)");
    }
}
