//! How the window looks and how it is heard: every screen of the pretend world, drawn, measured, and read as assistive technology does.
//!
//! `pictures` draws the scenes and compares them with `accepted/`. Nothing but this program takes part in it: no display, no graphics
//! driver, no font of the system, a clock that stands still. So it is the same everywhere, and is never skipped.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod heard;
mod laid_out;
mod paint;
mod picture;
mod pictures;
mod scenes;
#[path = "../journeys/world.rs"]
#[allow(dead_code, reason = "journeys use more of it")]
mod world;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use scenes::{SCENES, Scene};

/// Does `judge` with every scene, two at a time, and fails with all that it finds. `HALFMINUTE_SCENES` names some of them.
#[track_caller]
fn every_scene(judge: impl Fn(&Scene) -> Vec<String> + Sync) {
    let wanted = std::env::var("HALFMINUTE_SCENES").unwrap_or_default();
    let scenes: Vec<&Scene> =
        SCENES.iter().filter(|scene| wanted.is_empty() || wanted.split(' ').any(|name| scene.name.starts_with(name))).collect();
    assert!(!scenes.is_empty(), "no scene is called {wanted}");
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(scene) = scenes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // One scene that cannot be played does not hide the others.
                    let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| judge(scene)));
                    let faults = judged.unwrap_or_else(|_| vec![format!("{}: it cannot be played, see above", scene.name)]);
                    found.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
                }
            });
        }
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    assert!(found.is_empty(), "{} of {} scenes:\n{}", found.len(), scenes.len(), found.join("\n"));
}
