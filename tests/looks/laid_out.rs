//! Nothing is cut off and nothing lies over something else, in the smallest window and the largest, with large text and between pixels.

use egui::accesskit::Role;
use egui::epaint::{ClippedShape, TextShape};
use egui::{Rect, Shape};
use egui_kittest::kittest::NodeT;

use crate::every_scene;
use crate::scenes::{Open, Scene};
use crate::world::{App, Window};

/// So many points are no overlap: letters reach a little out of their lines.
const SLACK: f32 = 1.5;

/// A text, where it stands, and how much of that may be seen.
struct Words {
    text: String,
    rect: Rect,
    clip: Rect,
    /// Its place among everything that is drawn.
    order: usize,
    /// It stands in a field, which may be shorter.
    typed: bool,
}

/// What is drawn, in order: texts, and grounds that cover what was drawn before.
struct Drawn {
    words: Vec<Words>,
    grounds: Vec<(usize, Rect)>,
}

impl Drawn {
    fn of(window: &Window) -> Self {
        let mut drawn = Self { words: Vec::new(), grounds: Vec::new() };
        let field = |node: &egui_kittest::Node<'_>| {
            let role = node.accesskit_node().role();
            matches!(role, Role::TextInput | Role::PasswordInput | Role::MultilineTextInput | Role::SearchInput)
        };
        let nodes = window.root().children_recursive();
        let fields: Vec<Rect> = nodes.filter(field).map(|node| node.rect().expand(SLACK)).collect();
        for (order, ClippedShape { clip_rect, shape, .. }) in window.output().shapes.iter().enumerate() {
            drawn.add(order, *clip_rect, shape);
        }
        for words in &mut drawn.words {
            words.typed = fields.iter().any(|field| field.contains_rect(words.seen()));
        }
        drawn
    }

    fn add(&mut self, order: usize, clip: Rect, shape: &Shape) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.add(order, clip, shape)),
            Shape::Text(text) => self.words.extend(words(order, clip, text)),
            Shape::Rect(rect) if rect.fill.is_opaque() => self.grounds.push((order, rect.rect.intersect(clip))),
            // The ground of a dialog's shadow and the like covers nothing.
            _ => (),
        }
    }

    /// Texts that are cut at a side, and texts that lie over each other.
    fn faults(&self, window: Rect) -> Vec<String> {
        let mut faults = Vec::new();
        for words in self.words.iter().filter(|words| !words.typed) {
            let (rect, clip) = (words.rect, words.clip.intersect(window));
            // Above and below it goes on behind the edge of what scrolls; what stands on the window itself does not scroll.
            let cut = rect.left() < clip.left() - SLACK || rect.right() > clip.right() + SLACK;
            let outside = words.clip.contains_rect(window) && !window.expand(SLACK).contains_rect(rect);
            if (cut && words.seen().is_positive()) || outside {
                faults.push(format!("“{}” is cut off: {rect:?} in {clip:?}", words.text));
            }
        }
        for (n, over) in self.words.iter().enumerate() {
            for under in self.words[..n].iter().filter(|under| under.order < over.order) {
                let both = over.seen().intersect(under.seen());
                let covered = |(order, ground): &(usize, Rect)| {
                    under.order < *order && *order <= over.order && ground.expand(SLACK).contains_rect(both)
                };
                if both.width() > SLACK && both.height() > SLACK && !self.grounds.iter().any(covered) {
                    faults.push(format!("“{}” lies over “{}”: {both:?}", over.text, under.text));
                }
            }
        }
        faults
    }
}

impl Words {
    fn seen(&self) -> Rect {
        self.rect.intersect(self.clip)
    }
}

fn words(order: usize, clip: Rect, text: &TextShape) -> Vec<Words> {
    let galley = &text.galley;
    // Each line by itself: the last one of a paragraph may be short.
    let line = |row: &egui::epaint::text::PlacedRow| Words {
        text: row.text(),
        rect: row.visuals.mesh_bounds.translate(text.pos.to_vec2() + row.pos.to_vec2()),
        clip,
        order,
        typed: false,
    };
    galley.rows.iter().map(line).filter(|words| words.rect.is_positive() && words.seen().is_positive()).collect()
}

/// Things to press that lie partly over each other: one inside of another is part of it.
fn pressed_together(rects: &[Rect]) -> Vec<String> {
    let mut faults = Vec::new();
    for (n, a) in rects.iter().enumerate() {
        for b in &rects[..n] {
            let both = a.intersect(*b);
            let inside = a.expand(SLACK).contains_rect(*b) || b.expand(SLACK).contains_rect(*a);
            if !inside && both.width() > SLACK && both.height() > SLACK {
                faults.push(format!("what can be pressed at {a:?} lies over {b:?}"));
            }
        }
    }
    faults
}

fn faults(app: &App) -> Vec<String> {
    let ctx = &app.harness.ctx;
    let mut faults = Drawn::of(&app.harness).faults(ctx.content_rect());
    // A menu and a message lie over the page, and are meant to.
    if !ctx.any_popup_open() && app.model().toast.is_none() {
        faults.extend(pressed_together(&ctx.interactive_rects_last_pass()));
    }
    faults
}

fn judge(scene: &Scene, name: &str, open: &Open) -> Vec<String> {
    let app = (scene.play)(open);
    faults(&app).into_iter().map(|fault| format!("{} {name}: {fault}", scene.name)).collect()
}

#[test]
fn in_the_smallest_window() {
    every_scene(|scene| judge(scene, "420 × 480", &Open::new([420.0, 480.0])));
}

#[test]
fn in_the_smallest_window_with_large_text() {
    every_scene(|scene| judge(scene, "420 × 480, 200 %", &Open::new([420.0, 480.0]).large()));
}

#[test]
fn in_the_usual_window_with_large_text() {
    every_scene(|scene| judge(scene, "960 × 640, 200 %", &Open::new([960.0, 640.0]).large()));
}

#[test]
fn in_the_usual_window_between_pixels() {
    for scale in [1.0, 1.25, 1.5, 2.0, 3.0] {
        every_scene(|scene| judge(scene, &format!("960 × 640, {scale}"), &Open { scale, ..Open::new([960.0, 640.0]) }));
    }
}

#[test]
fn in_a_large_window() {
    every_scene(|scene| judge(scene, "3840 × 2160", &Open::new([3840.0, 2160.0])));
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Label, pos2, vec2};
    use egui_kittest::Harness;

    /// Faults of a window of 300 × 200 with this in it.
    fn faults_of(contents: impl Fn(&mut egui::Ui) + 'static) -> Vec<String> {
        let harness = Harness::builder().with_size(vec2(300.0, 200.0)).build_ui_state(
            move |ui, _: &mut Option<halfminute::gui::Shell>| {
                halfminute::gui::theme::install(ui.ctx());
                contents(ui);
            },
            None,
        );
        let mut faults = Drawn::of(&harness).faults(harness.ctx.content_rect());
        faults.extend(pressed_together(&harness.ctx.interactive_rects_last_pass()));
        faults
    }

    fn at(x: f32, y: f32, width: f32) -> Rect {
        Rect::from_min_size(pos2(x, y), vec2(width, 30.0))
    }

    #[test]
    fn a_page_in_order_has_no_faults() {
        let faults = faults_of(|ui| {
            ui.label("One");
            ui.horizontal(|ui| {
                assert!(!ui.button("Two").clicked() && !ui.button("Three").clicked());
            });
            ui.add(Label::new("A long text that goes on and on, and is wrapped where the window ends, line by line").wrap());
        });
        assert!(faults.is_empty(), "{faults:?}");
    }

    #[test]
    fn planted_faults_are_found() {
        type Plant = fn(&mut egui::Ui);
        let rows: [(Plant, &str); 4] = [
            (
                |ui| {
                    ui.put(at(20.0, 20.0, 100.0), Label::new("Under it"));
                    ui.put(at(30.0, 22.0, 100.0), Label::new("Over it"));
                },
                "“Over it” lies over “Under it”",
            ),
            (
                |ui| {
                    ui.put(at(20.0, 20.0, 100.0), egui::Button::new("One"));
                    ui.put(at(90.0, 30.0, 100.0), egui::Button::new("Two"));
                },
                "what can be pressed at",
            ),
            (
                |ui| {
                    ui.add(Label::new("A long text that goes on and on, and is not wrapped where the window ends").extend());
                },
                "is cut off",
            ),
            (
                |ui| {
                    ui.put(at(20.0, 190.0, 100.0), Label::new("Below"));
                },
                "“Below” is cut off",
            ),
        ];
        for (plant, expected) in rows {
            let faults = faults_of(plant);
            assert!(faults.iter().any(|fault| fault.contains(expected)), "{expected}: {faults:?}");
        }
    }

    #[test]
    fn a_dialog_covers_the_page() {
        let faults = faults_of(|ui| {
            ui.put(at(20.0, 20.0, 100.0), Label::new("Under it"));
            ui.painter().rect_filled(at(10.0, 10.0, 200.0), 0.0, egui::Color32::WHITE);
            ui.put(at(30.0, 18.0, 100.0), Label::new("Over it"));
        });
        assert!(faults.is_empty(), "{faults:?}");
    }
}
