//! How the window looks is a setting: theme, size, contrast, motion.

use egui::{Key, Modifiers};
use halfminute::app::settings::{Contrast, Looks, Motion, TextSize, ThemeChoice};

use crate::world::App;

fn looks(app: &App) -> Looks {
    app.model().settings.looks()
}

#[test]
fn everything_about_the_looks_is_set_and_kept() {
    let app = App::at(59).enrol("Example", "alice", "").press("Menu").press("Settings…").press("General");
    let app = app.press("Dark").press("High contrast").press("Reduced motion").press("Larger text").sees("110 %");
    let wanted = Looks {
        theme: ThemeChoice::Dark,
        text_size: TextSize::new(110).unwrap(),
        contrast: Contrast::High,
        motion: Motion::Reduced,
    };
    assert_eq!(looks(&app), wanted);
    let app = app.press("Usual size").sees("100 %").press("Smaller text").press("Smaller text").sees("80 %");
    // The smallest.
    let app = app.can_press("Smaller text", false).press("Usual contrast").press("Usual motion").press("System");
    assert_eq!(looks(&app), Looks { text_size: TextSize::new(80).unwrap(), ..Looks::default() });
    let kept = app.stage.lock().unwrap().settings.clone();
    assert_eq!(kept.looks(), looks(&app));
}

#[test]
fn keys_change_the_size_everywhere() {
    let app = App::at(59).enrol("Example", "alice", "");
    let wide = app.width_of("Enroll");
    let app = app.key(Modifiers::COMMAND, Key::Plus).key(Modifiers::COMMAND, Key::Equals).key(Modifiers::COMMAND, Key::Plus);
    assert_eq!(looks(&app).text_size.percent(), 150);
    // Points stay points, of which there are fewer: all of it is larger.
    assert!((app.width_of("Enroll") - wide).abs() < 1.0);
    let app = app.in_sight("More for Example").key(Modifiers::COMMAND, Key::Minus);
    assert_eq!(looks(&app).text_size.percent(), 125);
    let app = app.key(Modifiers::COMMAND, Key::Num0);
    assert_eq!(looks(&app), Looks::default());
}
