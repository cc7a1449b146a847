//! Every scene as it was accepted.

use std::process::Command;

use halfminute::app::settings::{Contrast, ThemeChoice};

use crate::picture::how_to_accept;
use crate::scenes::{Open, Scene, View};
use crate::{every_scene, picture::Picture};

/// Moments are shown in the computer's own time zone: here it is UTC.
const ZONE: (&str, &str) = ("TZ", "UTC");

fn draw(scene: &Scene, theme: ThemeChoice) -> Picture {
    let mut open = Open::new(scene.size);
    open.looks.theme = theme;
    match scene.view {
        View::Usual => (),
        View::HighContrast => open.looks.contrast = Contrast::High,
        View::Large => open = open.large(),
    }
    let app = (scene.play)(&open);
    open.brush.draw(&app.harness)
}

#[test]
fn pictures() {
    if std::env::var(ZONE.0).as_deref() != Ok(ZONE.1) {
        // A program's own environment is read by other threads: another program gets another one.
        let again = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "pictures::pictures", "--nocapture"])
            .env(ZONE.0, ZONE.1)
            .output()
            .unwrap();
        assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
        return;
    }
    every_scene(|scene| {
        let [light, dark] = [ThemeChoice::Light, ThemeChoice::Dark].map(|theme| draw(scene, theme));
        let checked = light.beside(&dark).check(scene.name);
        checked.err().map(|why| format!("{why}. {}", how_to_accept())).into_iter().collect()
    });
}
