//! Which run of the operating system this is: only a read in a later one proves that something was written to disk.

use std::fmt;

/// Names one run of the operating system. An unknown one is never taken for another: then nothing is confirmed, and the journal
/// stays, which costs nothing but a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BootId(Option<String>);

impl BootId {
    /// A boot called `name`: letters, digits and `-`, at most 64. Anything else is an unknown boot.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let fine = (1..=64).contains(&name.len()) && name != "-" && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        Self(fine.then(|| name.to_owned()))
    }

    /// This boot, as the operating system calls it.
    #[must_use]
    pub fn current() -> Self {
        Self::named(ask().unwrap_or_default().trim())
    }

    /// Whether both are known and differ.
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        matches!((&self.0, &other.0), (Some(this), Some(that)) if this != that)
    }
}

impl fmt::Display for BootId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("-"))
    }
}

#[cfg(target_os = "linux")]
fn ask() -> Option<String> {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn ask() -> Option<String> {
    ask_kernel(|name| {
        let output = ["/usr/sbin/sysctl", "/sbin/sysctl"].into_iter().find_map(|program| {
            let output = std::process::Command::new(program).args(["-n", name]).output().ok()?;
            output.status.success().then_some(output.stdout)
        });
        String::from_utf8(output?).ok()
    })
}

/// The kernel's name for this boot. The moment of the boot is none: it moves whenever the clock is set right, so that one boot would
/// pass for two.
#[cfg(any(test, all(unix, not(target_os = "linux"))))]
fn ask_kernel(value: impl Fn(&str) -> Option<String>) -> Option<String> {
    value("kern.bootsessionuuid")
}

#[cfg(windows)]
fn ask() -> Option<String> {
    // a number that Windows raises at each start
    const KEY: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters";
    let reg = std::path::Path::new(&std::env::var_os("SystemRoot")?).join("System32").join("reg.exe");
    let output = std::process::Command::new(reg).args(["query", KEY, "/v", "BootId"]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.split_whitespace().last().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_two_known_boots_differ() {
        let (one, two, unknown) = (BootId::named("one"), BootId::named("two"), BootId::named(""));
        let rows = [(&one, &two, true), (&one, &one, false), (&one, &unknown, false), (&unknown, &unknown, false)];
        for (this, that, differ) in rows {
            assert_eq!(this.differs_from(that), differ, "{this} {that}");
        }
        assert_eq!(BootId::named(&unknown.to_string()), unknown);
        assert_eq!(BootId::named("a b").to_string(), "-");
    }

    #[test]
    fn the_moment_of_the_boot_does_not_name_it() {
        let moment = |name: &str| (name == "kern.boottime").then(|| "{ sec = 1700000000, usec = 0 } Tue Nov 14".to_owned());
        assert_eq!(ask_kernel(moment), None);
        assert_eq!(ask_kernel(|name| Some(name.to_owned())).as_deref(), Some("kern.bootsessionuuid"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_boot_has_a_name() {
        assert_eq!(BootId::current(), BootId::current());
        assert_ne!(BootId::current(), BootId::named(""));
    }
}
