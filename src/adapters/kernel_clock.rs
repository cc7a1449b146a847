//! Whether the kernel says that its clock is synchronised. The one file of ours with `unsafe`: no kept crate offers the call safely.

/// Whether something keeps the clock right (NTP, chrony, a hypervisor): the kernel's flag `STA_UNSYNC`, adjtimex(2). `None` where the
/// system has no such flag or does not show it.
#[must_use]
pub fn synchronised() -> Option<bool> {
    #[cfg(target_os = "linux")]
    {
        state().map(|(state, status)| state != libc::TIME_ERROR && status & libc::STA_UNSYNC == 0)
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

/// The clock's state and its status bits.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "a system call that no kept crate wraps; what makes it sound stands beside it")]
fn state() -> Option<(libc::c_int, libc::c_int)> {
    let mut clock = std::mem::MaybeUninit::<libc::timex>::zeroed();
    // SAFETY: `clock` is a whole timex of zeros, for which every bit pattern is valid; with `modes` 0 the call changes nothing and
    // only writes into it, within its size.
    let state = unsafe { libc::adjtimex(clock.as_mut_ptr()) };
    // SAFETY: it was zeroed, and all its fields are integers.
    let clock = unsafe { clock.assume_init() };
    (state >= 0).then_some((state, clock.status))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_answers_the_same_twice() {
        let Some((state, status)) = state() else {
            // a sandbox may forbid the call: then nothing is claimed
            assert_eq!(synchronised(), None);
            return;
        };
        assert!((libc::TIME_OK..=libc::TIME_ERROR).contains(&state), "{state}");
        assert_eq!(status & libc::STA_UNSYNC != 0, state == libc::TIME_ERROR, "state and flag agree: {state} {status:#x}");
        assert_eq!(synchronised(), Some(state != libc::TIME_ERROR));
    }
}
