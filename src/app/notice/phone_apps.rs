//! Words for what phone apps are reported to do with a setting.

use crate::domain::OtpParams;
use crate::formats::phone_apps::{Does, General, PhoneApps, Report, Setting, TakesAll};

use super::Notice;
use super::diagnosis::hash;

/// How many names stand in the short note.
const NAMED: usize = 3;

/// The note in one line: who is reported not to take `settings`. `None` if there is nothing to say.
#[must_use]
pub fn summary(apps: &PhoneApps, settings: &[Setting], params: &OtpParams) -> Option<Notice> {
    let mut names: Vec<&str> = Vec::new();
    for (report, _) in apps.about(settings) {
        if !names.contains(&report.app.as_str()) {
            names.push(&report.app);
        }
    }
    if names.is_empty() {
        let general = apps.in_general(settings);
        return general.first().map(|general| Notice::plain(general.says.clone()));
    }
    let more = names.len().saturating_sub(NAMED);
    let mut shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if more > 0 {
        shown.push_str(&format!(" and {more} more"));
    }
    let what = list(settings, params);
    Some(Notice::plain(format!("Phone apps are reported not to take everything here ({what}): {shown}")))
}

/// What the reports are.
#[must_use]
pub const fn about() -> &'static str {
    "These are reports of others, not measured by us. They age: try it with the phone's code"
}

/// One report: app, what it does, when and who says so.
#[must_use]
pub fn report(report: &Report, settings: &[Setting], params: &OtpParams) -> (String, String) {
    let does = match report.does {
        Does::Ignores => "ignores",
        Does::Refuses => "refuses",
        Does::Confuses => "is confusing with",
        Does::Unproven => "is not reported to take",
    };
    let text = format!("{} ({}) {does} {}. {}", report.app, report.platform, list(settings, params), report.detail);
    (text, source(&report.as_of, &report.source))
}

/// What holds for all apps.
#[must_use]
pub fn general(general: &General) -> (String, String) {
    (general.says.clone(), source(&general.as_of, &general.source))
}

/// Who takes all of it.
#[must_use]
pub fn takers(all: &TakesAll) -> (String, String) {
    (format!("Reported to take all of this: {}", all.apps.join(", ")), source(&all.as_of, &all.source))
}

fn source(as_of: &str, source: &str) -> String {
    format!("As of {as_of}: {source}")
}

fn list(settings: &[Setting], params: &OtpParams) -> String {
    settings.iter().map(|setting| word(*setting, params)).collect::<Vec<_>>().join(", ")
}

fn word(setting: Setting, params: &OtpParams) -> String {
    match setting {
        Setting::Sha256 | Setting::Sha512 => hash(params.algorithm()).to_owned(),
        Setting::Digits7 | Setting::Digits8 => format!("{} digits", params.digits().get()),
        Setting::Period => params.period().map_or_else(String::new, |period| format!("{} s", period.secs())),
        Setting::LongSecret => "a long secret".to_owned(),
        Setting::Hotp => "a counter".to_owned(),
        Setting::Issuer => "no issuer".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Algorithm, Digits, OtpKind, Period};
    use crate::formats::phone_apps::read;

    #[test]
    fn a_note_for_each_setting() {
        let apps = read();
        let kind = OtpKind::Totp { period: Period::new(60).unwrap_or_default() };
        let params = OtpParams::new(Algorithm::Sha256, Digits::SIX, kind).unwrap_or_default();
        let said = |settings: &[Setting]| summary(&apps, settings, &params).map(|said| said.text);
        assert_eq!(said(&[]), None);
        for setting in Setting::ALL {
            assert!(said(&[setting]).is_some_and(|said| said.len() < 160), "{setting:?}: {:?}", said(&[setting]));
        }
        let both = [Setting::Sha256, Setting::Period];
        let text = "Phone apps are reported not to take everything here (SHA-256, 60 s): Microsoft Authenticator, Google Authenticator, Authy and 4 more";
        assert_eq!(said(&both).as_deref(), Some(text));
        let (first, when) = report(apps.about(&both)[0].0, &both, &params);
        assert!(first.starts_with("Microsoft Authenticator (Android, iOS) ignores SHA-256, 60 s. "), "{first}");
        assert!(when.starts_with("As of 2020, again 2024: privacyidea/privacyidea #2079"), "{when}");
    }
}
