//! Names of issuers as they are compared: nothing is guessed, so that no account gets a wrong sign.

use unicode_normalization::UnicodeNormalization;

/// What companies call themselves behind their name.
const FORMS: [&str; 18] = [
    "inc",
    "llc",
    "ltd",
    "limited",
    "gmbh",
    "ag",
    "se",
    "corp",
    "corporation",
    "company",
    "plc",
    "bv",
    "sas",
    "sarl",
    "srl",
    "spa",
    "oy",
    "ab",
];

/// Letters and digits of `name` in lower case, its compatible forms folded (NFKC). Letters that only look alike stay apart.
#[must_use]
pub fn key(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

/// The keys under which `issuer` may be known, best first: all of it, and without "Inc." and the like at its end.
#[must_use]
pub fn keys(issuer: &str) -> Vec<String> {
    let mut keys = vec![key(issuer)];
    let words: Vec<String> = issuer.split([' ', ',', '\u{a0}']).map(key).filter(|word| !word.is_empty()).collect();
    if let [rest @ .., last] = words.as_slice()
        && !rest.is_empty()
        && FORMS.contains(&last.as_str())
    {
        keys.push(rest.concat());
    }
    keys.retain(|key| !key.is_empty());
    keys
}

/// The names of hosts under which `issuer` may be known, if it is one or the address of a page there: itself, then each domain that it
/// lies in, but no top-level domain.
#[must_use]
pub fn hosts(issuer: &str) -> Vec<String> {
    let text = issuer.trim().to_ascii_lowercase();
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.split_once(':').map_or(host, |(host, _port)| host).trim_end_matches('.');
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') && !label.starts_with('-')
    };
    let labels: Vec<&str> = host.split('.').collect();
    if labels.len() < 2 || !labels.iter().all(|part| label(part)) {
        return Vec::new();
    }
    (0..labels.len() - 1).map(|from| labels[from..].join(".")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_keys() {
        let rows: [(&str, &[&str]); 10] = [
            ("GitHub", &["github"]),
            ("  git-hub  ", &["github"]),
            ("GitHub, Inc.", &["githubinc", "github"]),
            ("Hetzner Online GmbH", &["hetzneronlinegmbh", "hetzneronline"]),
            ("Inc.", &["inc"]),
            ("Ｇｏｏｇｌｅ", &["google"]),
            // Cyrillic о: another name.
            ("Gооgle", &["gооgle"]),
            ("…", &[]),
            ("", &[]),
            ("日本", &["日本"]),
        ];
        for (name, expected) in rows {
            assert_eq!(keys(name), expected, "{name}");
        }
    }

    #[test]
    fn addresses_become_hosts() {
        let rows: [(&str, &[&str]); 12] = [
            ("www.github.com", &["www.github.com", "github.com"]),
            ("https://Accounts.Google.com:443/login?x#y", &["accounts.google.com", "google.com"]),
            ("github.com.", &["github.com"]),
            ("amazon.co.uk", &["amazon.co.uk", "co.uk"]),
            ("github", &[]),
            ("com", &[]),
            ("GitHub, Inc.", &[]),
            ("alice@github.com", &[]),
            ("github.com evil", &[]),
            ("..", &[]),
            ("-.com", &[]),
            ("", &[]),
        ];
        for (text, expected) in rows {
            assert_eq!(hosts(text), expected, "{text}");
        }
    }
}
