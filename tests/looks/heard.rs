//! What assistive technology is told: every control has a name and a role, results are read out by themselves, nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use egui::accesskit::{Action, Live, Role};
use egui::{Key, Modifiers};
use egui_kittest::Node;
use egui_kittest::kittest::NodeT;

use crate::every_scene;
use crate::scenes::{Open, SCENES, Scene};
use crate::world::App;

/// What a person can act on, and what is told of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Control {
    role: String,
    name: String,
    enabled: bool,
}

fn nodes(app: &App) -> Vec<Node<'_>> {
    app.harness.root().children_recursive().collect()
}

/// The name as screen readers get it: that of a label is its text.
fn name_of(node: &Node<'_>) -> String {
    let node = node.accesskit_node();
    let name = if node.label_comes_from_value() { node.value() } else { node.label() };
    name.unwrap_or_default()
}

fn controls(app: &App) -> Vec<Control> {
    let focusable = |node: &Node<'_>| node.accesskit_node().data().supports_action(Action::Focus);
    let control = |node: Node<'_>| {
        let name = name_of(&node);
        let node = node.accesskit_node();
        Control { role: format!("{:?}", node.role()), name, enabled: !node.is_disabled() }
    };
    nodes(app).into_iter().filter(focusable).map(control).collect()
}

/// What is wrong with these controls of one page.
fn faults(controls: &[Control]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for control in controls {
        if control.name.trim().is_empty() {
            faults.push(format!("a {} has no name", control.role));
        }
        if ["Unknown", "GenericContainer", "Pane"].contains(&control.role.as_str()) {
            faults.push(format!("“{}” has no role", control.name));
        }
        if control.enabled && control.role == "Button" && !seen.insert((&control.role, &control.name)) {
            faults.push(format!("two {} are called “{}”", control.role, control.name));
        }
    }
    faults
}

/// What is read out by itself, by the number of its node.
fn live(app: &App) -> BTreeMap<u64, (String, Live)> {
    let said = |node: Node<'_>| {
        let name = name_of(&node);
        let node = node.accesskit_node();
        (node.live() != Live::Off).then(|| (node.locate().0.0, (name, node.live())))
    };
    nodes(app).into_iter().filter_map(said).collect()
}

fn named(scene: &Scene, faults: Vec<String>) -> Vec<String> {
    faults.into_iter().map(|fault| format!("{}: {fault}", scene.name)).collect()
}

#[test]
fn every_control_has_a_name_and_a_role_of_its_own() {
    every_scene(|scene| {
        let app = (scene.play)(&Open::new(scene.size));
        assert!(controls(&app).len() > 1, "nothing can be done here");
        let mut found = faults(&controls(&app));
        found.extend(app.harness.unnamed_widgets().into_iter().map(|widget| format!("no name: {widget}")));
        named(scene, found)
    });
}

#[test]
fn nothing_is_read_out_while_nothing_happens() {
    every_scene(|scene| {
        // What goes by itself after some seconds is gone.
        let mut app = (scene.play)(&Open::new(scene.size)).wait(10);
        let mut before = live(&app);
        let mut faults = Vec::new();
        for _ in 0..3 {
            app = app.wait(1);
            let now = live(&app);
            let news = now.iter().filter(|(id, said)| before.get(id) != Some(said));
            faults.extend(news.map(|(_, (text, _))| format!("read out by itself: “{text}”")));
            before = now;
        }
        named(scene, faults)
    });
}

/// What is read out where, and whether at once.
const READ_OUT: [(&str, &str, Live); 14] = [
    ("accounts-undo", "GitHub (alice@example.org) is in the trash", Live::Polite),
    ("login-accepted", "Accepted. The code is the current one", Live::Polite),
    ("login-refused", "Refused. Too old: the code is 5 steps late (2 min 30 s ago). Type the current code", Live::Assertive),
    ("login-refused", "The phone's clock is 2 min 30 s behind", Live::Polite),
    ("login-diagnosis", "ignores SHA-256", Live::Polite),
    ("enroll-wrong", "Wrong code", Live::Polite),
    ("enroll-advanced", "The period is not a number of seconds", Live::Polite),
    ("existing-wrong", "The key in the address cannot be read", Live::Polite),
    ("import-unknown", "The file is damaged or cut short", Live::Polite),
    ("import-table", "5 entries: 2 new", Live::Polite),
    ("backup", "The two passphrases differ", Live::Polite),
    ("backup", "Strong", Live::Polite),
    ("locked-wrong", "The passphrase is wrong", Live::Polite),
    ("vault-failed", "Another keyring answers", Live::Polite),
];

#[test]
fn results_are_read_out() {
    for (name, text, how) in READ_OUT {
        let scene = SCENES.iter().find(|scene| scene.name == name).unwrap();
        let said = live(&(scene.play)(&Open::new(scene.size)));
        let found = said.values().any(|(said, at)| said.contains(text) && *at == how);
        assert!(found, "{name}: “{text}” is not read out ({how:?}): {said:#?}");
    }
}

#[test]
fn the_same_result_is_read_out_again() {
    let scene = SCENES.iter().find(|scene| scene.name == "login-accepted").unwrap();
    let mut app = (scene.play)(&Open::new(scene.size));
    let verdict = |app: &App| {
        let all = live(app).into_iter();
        all.filter(|(_, (text, _))| text.contains("Already used")).map(|(id, _)| id).collect::<BTreeSet<_>>()
    };
    let mut nodes = BTreeSet::new();
    for _ in 0..3 {
        let code = app.phone(0, 0);
        app = app.wait(1).fill("Password", "correct horse").fill("Code", &code).press("Log in");
        nodes.extend(verdict(&app));
    }
    assert_eq!(nodes.len(), 3, "each try has a node of its own");
}

#[test]
fn a_message_is_a_copied_code_and_the_code_can_be_read_digit_by_digit() {
    let scene = SCENES.iter().find(|scene| scene.name == "accounts").unwrap();
    let app = (scene.play)(&Open::new(scene.size));
    let card = |app: &App| {
        let cards = nodes(app).into_iter().map(|node| node.accesskit_node());
        cards
            .filter(|node| node.label().is_some_and(|name| name == "Copy code of GitHub (alice@example.org)"))
            .find_map(|node| node.description())
    };
    assert_eq!(card(&app).as_deref(), Some("3 0 7 4 1 8"));
    let app = app.press("Copy code of GitHub (alice@example.org)");
    assert!(live(&app).values().any(|(text, _)| text.starts_with("Copied")), "{:?}", live(&app));
    let code: String = card(&app).unwrap().split(' ').collect();
    assert_eq!(app.clipboard(), Some(code));
}

/// Where the keyboard goes, and whether that is seen, in the order of Tab.
#[test]
fn the_keyboards_place_is_always_seen() {
    for name in ["accounts", "login-refused", "settings-general", "export", "test-user", "trash", "vault-failed"] {
        let scene = SCENES.iter().find(|scene| scene.name == name).unwrap();
        let open = Open::new(scene.size);
        let mut app = (scene.play)(&open).key(Modifiers::NONE, Key::Tab);
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..40 {
            // What was out of sight is scrolled to.
            app = app.wait(0).wait(0);
            let place = nodes(&app).into_iter().find(|node| node.is_focused()).map(|node| node.rect());
            let (name, place) = (app.focused(), place.unwrap_or_else(|| panic!("{}: nothing has the keyboard", scene.name)));
            if seen.contains(&name) {
                break;
            }
            let with = open.brush.draw(&app.harness);
            app = app.key(Modifiers::NONE, Key::Tab);
            let without = open.brush.draw(&app.harness);
            let (left, top) = (place.left().max(2.0) as usize - 2, place.top().max(2.0) as usize - 2);
            let (right, bottom) = ((place.right() as usize + 2).min(with.width), (place.bottom() as usize + 2).min(with.height));
            let around = (top..bottom).flat_map(|y| (left..right).map(move |x| y * with.width + x));
            let changed = around.filter(|pixel| with.pixels[*pixel] != without.pixels[*pixel]).count();
            assert!(
                changed > 40,
                "{}: it is not seen that “{name}” has the keyboard ({changed} pixels at {place:?})",
                scene.name
            );
            seen.push(name);
        }
        assert!(seen.len() > 1, "{}: only {seen:?} can be reached", scene.name);
    }
}

#[test]
fn missing_names_and_names_twice_are_found() {
    let control = |name: &str, enabled| Control { role: "Button".into(), name: name.into(), enabled };
    assert!(faults(&[control("Save", true), control("Cancel", true), control("Save", false)]).is_empty());
    assert_eq!(faults(&[control("Save", true), control("Save", true)]), ["two Button are called “Save”"]);
    assert_eq!(faults(&[control(" ", true)]), ["a Button has no name"]);
    let unknown = Control { role: format!("{:?}", Role::Unknown), name: "Card".into(), enabled: true };
    assert_eq!(faults(&[unknown]), ["“Card” has no role"]);
}
