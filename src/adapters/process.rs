//! What our process lets others see of it: no core dumps, and on Linux no look into its memory for programs of the same user.

/// Forbids core dumps and, on Linux, tracing and `/proc/<pid>/mem` for programs without privileges. Call it first in `main`.
///
/// This is a hurdle, not a wall: see the README's list of what is promised.
///
/// # Errors
/// What the system said; whatever could be forbidden is.
pub fn harden() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let core = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
        #[cfg(target_os = "linux")]
        rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
        core?;
    }
    Ok(())
}

/// How glibc is told to write over what is given back to it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const PERTURB: &str = "glibc.malloc.perturb=165";

/// Starts this program anew with the same arguments, once, so that C libraries (SQLite, the graphics driver) write over the memory that
/// they give back, as our own allocator does: glibc reads that only as a program starts. Returns if that is so already, if it cannot be
/// done, and where there is no glibc.
pub fn wipe_what_libraries_give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let tunables = std::env::var("GLIBC_TUNABLES").unwrap_or_default();
        let Some(program) = std::env::current_exe().ok().filter(|_| !tunables.contains("glibc.malloc.perturb")) else { return };
        let tunables = if tunables.is_empty() { PERTURB.to_owned() } else { format!("{tunables}:{PERTURB}") };
        let mut command = std::process::Command::new(program);
        command.args(std::env::args_os().skip(1)).env("GLIBC_TUNABLES", tunables);
        // what cannot be started anew goes on as it is
        let _error = std::os::unix::process::CommandExt::exec(&mut command);
    }
}

/// While it lives, other programs may look up who we are: desktop portals read `/proc/<pid>/root`, which Linux shows only of
/// processes that may be dumped. Core files stay forbidden; a crash collector that the kernel feeds through
/// a pipe is not bound by that limit, so a crash with an open dialog may reach it. On drop, what was before is put back.
#[derive(Debug)]
#[must_use = "the process is closed again when this is dropped"]
pub struct Visible {
    #[cfg(target_os = "linux")]
    before: Option<rustix::process::DumpableBehavior>,
}

impl Visible {
    /// Makes the process visible. If the system refuses, nothing changes.
    pub fn to_portals() -> Self {
        #[cfg(target_os = "linux")]
        {
            use rustix::process::{DumpableBehavior, dumpable_behavior, set_dumpable_behavior};
            let before = dumpable_behavior().ok().filter(|&before| before != DumpableBehavior::Dumpable);
            let before = before.filter(|_| set_dumpable_behavior(DumpableBehavior::Dumpable).is_ok());
            Self { before }
        }
        #[cfg(not(target_os = "linux"))]
        Self {}
    }
}

#[cfg(target_os = "linux")]
impl Drop for Visible {
    fn drop(&mut self) {
        let Some(before) = self.before else { return };
        // Linux refuses this only for values that do not exist.
        rustix::process::set_dumpable_behavior(before).ok();
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn closed_but_while_a_dialog_is_open() {
        harden().unwrap();
        let core = getrlimit(Resource::Core);
        assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
        {
            let _visible = Visible::to_portals();
            assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::Dumpable));
            let core = getrlimit(Resource::Core);
            assert_eq!((core.current, core.maximum), (Some(0), Some(0)));
        }
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
    }
}
