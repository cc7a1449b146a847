//! What phone apps are reported to do with unusual settings: the file `assets/phone-apps.json`, each line with its source.

use serde::Deserialize;

use crate::domain::{Algorithm, OtpKind, OtpParams, Secret};

/// A key longer than this is hashed by HMAC before it is used, with SHA-1 and SHA-256 (RFC 2104 section 2). In bytes.
pub const LONG_SECRET: usize = 64;

/// A setting that some app is reported not to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// SHA-256 as hash.
    Sha256,
    /// SHA-512 as hash.
    Sha512,
    /// Seven digits.
    #[serde(rename = "digits-7")]
    Digits7,
    /// Eight digits.
    #[serde(rename = "digits-8")]
    Digits8,
    /// Another period than 30 s.
    Period,
    /// A key of more than [`LONG_SECRET`] bytes.
    LongSecret,
    /// A counter instead of time.
    Hotp,
    /// No issuer.
    Issuer,
}

impl Setting {
    /// All of them.
    pub const ALL: [Self; 8] =
        [Self::Sha256, Self::Sha512, Self::Digits7, Self::Digits8, Self::Period, Self::LongSecret, Self::Hotp, Self::Issuer];

    /// The unusual settings of an account.
    #[must_use]
    pub fn of(params: &OtpParams, secret: &Secret, without_issuer: bool) -> Vec<Self> {
        // The key is exposed for its length.
        let long = secret.expose().len() > LONG_SECRET && params.algorithm() != Algorithm::Sha512;
        let steam = matches!(params.kind(), OtpKind::Steam { .. });
        let there = |setting: &Self| match setting {
            Self::Sha256 => params.algorithm() == Algorithm::Sha256,
            Self::Sha512 => params.algorithm() == Algorithm::Sha512,
            Self::Digits7 => params.digits().get() == 7,
            Self::Digits8 => params.digits().get() == 8,
            Self::Period => !steam && params.period().is_some_and(|period| period.secs() != 30),
            Self::LongSecret => long,
            Self::Hotp => params.period().is_none(),
            Self::Issuer => without_issuer,
        };
        Self::ALL.into_iter().filter(there).collect()
    }
}

/// What an app is reported to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It takes the account and shows other codes.
    Ignores,
    /// It does not take the account.
    Refuses,
    /// It takes the account, and people mistake it for another.
    Confuses,
    /// It is not reported to work.
    Unproven,
}

/// One report.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The app's name.
    pub app: String,
    /// Where it runs.
    pub platform: String,
    /// Which settings it is about.
    pub settings: Vec<Setting>,
    /// What it does with them.
    pub does: Does,
    /// More about it: one sentence.
    pub detail: String,
    /// The year or years of the report.
    pub as_of: String,
    /// Who reported it.
    pub source: String,
}

/// What is known of a setting without any app's name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct General {
    /// Which setting it is about.
    pub setting: Setting,
    /// One sentence.
    pub says: String,
    /// The year or years.
    pub as_of: String,
    /// Where it stands.
    pub source: String,
}

/// Apps that are reported to take much.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakesAll {
    /// Their names.
    pub apps: Vec<String>,
    /// What they take.
    pub settings: Vec<Setting>,
    /// The years of the reports.
    pub as_of: String,
    /// Who reported it.
    pub source: String,
}

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneApps {
    /// What the file is.
    pub about: String,
    /// Reports on apps.
    pub reports: Vec<Report>,
    /// What holds for all.
    pub general: Vec<General>,
    /// Who takes nearly everything.
    pub takes_all: TakesAll,
}

/// Reads the file that is a part of the program. A test reads it whole, so it is never empty.
#[must_use]
pub fn read() -> PhoneApps {
    serde_json::from_str(include_str!("../../assets/phone-apps.json")).unwrap_or_default()
}

impl PhoneApps {
    /// The reports about any of `settings`, with those of them that they are about.
    #[must_use]
    pub fn about(&self, settings: &[Setting]) -> Vec<(&Report, Vec<Setting>)> {
        let hit = |report: &Report| settings.iter().copied().filter(|setting| report.settings.contains(setting)).collect();
        let hits = self.reports.iter().map(|report| (report, hit(report)));
        hits.filter(|(_, settings): &(_, Vec<Setting>)| !settings.is_empty()).collect()
    }

    /// What holds for any of `settings`.
    #[must_use]
    pub fn in_general(&self, settings: &[Setting]) -> Vec<&General> {
        self.general.iter().filter(|general| settings.contains(&general.setting)).collect()
    }

    /// The apps that are reported to take all of `settings`.
    #[must_use]
    pub fn takers(&self, settings: &[Setting]) -> Option<&TakesAll> {
        Some(&self.takes_all).filter(|all| settings.iter().all(|setting| all.settings.contains(setting)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Digits, Period as Time};

    /// Every number of four digits in `text`.
    fn years(text: &str) -> Vec<u32> {
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4).filter_map(|year| year.parse().ok()).collect()
    }

    #[test]
    fn every_line_has_its_year_and_its_source() {
        let file: PhoneApps = serde_json::from_str(include_str!("../../assets/phone-apps.json")).unwrap();
        assert!(file.reports.len() >= 15 && file.about.contains("not measured by us"));
        for report in &file.reports {
            let line = format!("{}: {}", report.app, report.detail);
            let years = years(&report.as_of);
            assert!(!years.is_empty() && years.iter().all(|year| (2016..=2026).contains(year)), "{line}");
            assert!(!report.app.is_empty() && !report.platform.is_empty() && !report.settings.is_empty(), "{line}");
            assert!(report.source.len() > 8 && !report.source.contains("http"), "{line}");
            assert!(report.detail.chars().next().is_some_and(char::is_uppercase) && !report.detail.ends_with('.'), "{line}");
            assert!(report.detail.len() <= 90, "{line}");
        }
        for general in &file.general {
            assert!(years(&general.as_of).iter().all(|year| (1997..=2026).contains(year)) && !general.source.is_empty());
        }
        assert!(file.takes_all.apps.len() >= 3 && !years(&file.takes_all.as_of).is_empty());
        for setting in Setting::ALL {
            let notes = file.about(&[setting]).len() + file.in_general(&[setting]).len();
            assert!(notes > 0, "{setting:?} has no note");
        }
    }

    #[test]
    fn which_settings_are_unusual() {
        use Setting::*;
        let key = |length| Secret::new(vec![7; length]).unwrap();
        let time = |algorithm, digits, period| {
            let kind = OtpKind::Totp { period: Time::new(period).unwrap() };
            OtpParams::new(algorithm, Digits::new(digits).unwrap(), kind).unwrap()
        };
        let hotp = OtpParams::new(Algorithm::Sha1, Digits::SIX, OtpKind::Hotp { counter: 0 }).unwrap();
        let rows: &[(OtpParams, usize, bool, &[Setting])] = &[
            (OtpParams::default(), 20, false, &[]),
            (OtpParams::default(), 20, true, &[Issuer]),
            (OtpParams::default(), 64, false, &[]),
            (OtpParams::default(), 65, false, &[LongSecret]),
            (time(Algorithm::Sha512, 6, 30), 65, false, &[Sha512]),
            (time(Algorithm::Sha256, 8, 60), 32, false, &[Sha256, Digits8, Period]),
            (time(Algorithm::Sha1, 7, 30), 20, false, &[Digits7]),
            (hotp, 20, false, &[Hotp]),
        ];
        for (params, length, without_issuer, settings) in rows {
            assert_eq!(Setting::of(params, &key(*length), *without_issuer), *settings, "{params:?}");
        }
    }
}
