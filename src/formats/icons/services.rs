//! The icons that come with the program: services where people use one-time passwords, from Simple Icons (CC0-1.0).
//!
//! `assets/icons/make.py` makes the table out of the package and `assets/icons/brands.txt`, and says how it is written.

use std::collections::HashMap;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::names::{hosts, keys};

/// The table, one zlib stream.
const PACKED: &[u8] = include_bytes!("../../../assets/icons/services.z");
/// More than what it unpacks to.
const MOST: u64 = 4 << 20;

/// A service with an icon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name for ever, in small letters and digits.
    pub slug: String,
    /// What it is called.
    pub title: String,
    /// The colour that it goes by: red, green, blue.
    pub colour: [u8; 3],
    /// The outline of its icon, as in SVG, in a square of 24.
    pub path: String,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Services {
    all: Vec<Service>,
    names: HashMap<String, usize>,
    domains: HashMap<String, usize>,
}

impl Services {
    /// Unpacks the table: a few milliseconds.
    #[must_use]
    pub fn read() -> Self {
        let mut text = String::new();
        let mut found = Self::default();
        // Ours, and a test reads it: there is nothing to tell anybody.
        if ZlibDecoder::new(PACKED).take(MOST).read_to_string(&mut text).is_ok() {
            text.lines().for_each(|line| found.add(line));
        }
        found
    }

    fn add(&mut self, line: &str) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [slug, title, colour, names, domains, path] = fields.as_slice() else { return };
        let Ok(rgb) = u32::from_str_radix(colour, 16) else { return };
        let [_, red, green, blue] = rgb.to_be_bytes();
        let place = self.all.len();
        let list =
            |text: &str| text.split('|').filter(|name| !name.is_empty()).map(|name| (name.to_owned(), place)).collect::<Vec<_>>();
        self.names.extend(list(names));
        self.domains.extend(list(domains));
        let (slug, title, path) = ((*slug).to_owned(), (*title).to_owned(), (*path).to_owned());
        self.all.push(Service { slug, title, colour: [red, green, blue], path });
    }

    /// All of them, in the order of their slugs.
    #[must_use]
    pub fn all(&self) -> &[Service] {
        &self.all
    }

    /// The one with this slug.
    #[must_use]
    pub fn get(&self, slug: &str) -> Option<&Service> {
        self.all.iter().find(|service| service.slug == slug)
    }

    /// The one that `issuer` names: by one of its names, or by a domain that is its own.
    #[must_use]
    pub fn find(&self, issuer: &str) -> Option<&Service> {
        let host = hosts(issuer).into_iter().find_map(|host| self.domains.get(&host));
        let place = host.or_else(|| keys(issuer).into_iter().find_map(|key| self.names.get(&key)))?;
        self.all.get(*place)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::formats::icons::glyph;
    use crate::formats::icons::names::key;

    #[test]
    fn every_icon_is_found_by_its_names_and_can_be_drawn() {
        let services = Services::read();
        assert!(services.all().len() > 400, "{}", services.all().len());
        let slugs: BTreeSet<_> = services.all().iter().map(|service| &service.slug).collect();
        assert_eq!(slugs.len(), services.all().len(), "each once");
        for service in services.all() {
            let drawn = glyph(&service.path, 32).unwrap();
            let covered = drawn.iter().filter(|at| **at > 127).count();
            assert!((20..1_024).contains(&covered), "{}: {covered} of 1024 pixels", service.slug);
            assert!(services.get(&service.slug) == Some(service));
        }
        for (name, place) in &services.names {
            assert_eq!(*name, key(name), "names stand as they are compared");
            assert_eq!(services.find(name), services.all().get(*place), "{name}");
        }
        for (domain, place) in &services.domains {
            assert_eq!(services.find(domain), services.all().get(*place), "{domain}");
            assert_eq!(services.find(&format!("https://www.{domain}/login")), services.all().get(*place), "{domain}");
        }
    }

    #[test]
    fn issuers_and_their_icons() {
        let services = Services::read();
        let rows = [
            ("GitHub", Some("github")),
            ("github", Some("github")),
            ("GitHub, Inc.", Some("github")),
            ("GitHub Enterprise", Some("github")),
            ("www.github.com", Some("github")),
            ("Google", Some("google")),
            ("accounts.google.com", Some("google")),
            ("mail.google.com", Some("gmail")),
            ("Gmail", Some("gmail")),
            ("Twitter", Some("x")),
            ("Electronic Arts", Some("ea")),
            ("Battle.net", Some("battledotnet")),
            ("PayPal", Some("paypal")),
            ("pay pal", Some("paypal")),
            ("TransferWise", Some("wise")),
            ("mycompany.okta.com", Some("okta")),
            ("Proton", Some("proton")),
            ("Proton Mail", Some("protonmail")),
            ("Hetzner Online GmbH", Some("hetzner")),
            ("Ubiquiti SSO", Some("ubiquiti")),
            ("１Ｐａｓｓｗｏｒｄ", Some("1password")),
            // What only contains a name, looks like one, or is an ordinary word, is nobody's.
            ("GitHub (work)", None),
            ("Not GitHub", None),
            ("GitHubb", None),
            ("Gооgle", None),
            ("google", Some("google")),
            ("github.com.evil.example", None),
            ("github.io", None),
            ("mygoogle.com", None),
            ("alice@github.com", None),
            ("Target", None),
            ("Render", None),
            ("com", None),
            ("co.uk", None),
            ("", None),
            ("…", None),
            ("Example Bank", None),
        ];
        for (issuer, expected) in rows {
            assert_eq!(services.find(issuer).map(|service| service.slug.as_str()), expected, "{issuer}");
        }
    }
}
