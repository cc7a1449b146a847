//! The layers of `src/`, checked against the sources: who may use whom, and what each must not contain.

mod reader;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use reader::module_of;

/// What one layer, a folder of `src/`, may use.
struct Layer {
    name: &'static str,
    /// Other layers it may use.
    layers: &'static [&'static str],
    crates: Crates,
    /// What it must not use of the standard library.
    not_std: &'static [&'static [&'static str]],
}

/// Which dependencies a layer may use.
enum Crates {
    /// Only these.
    Only(&'static [&'static [&'static str]]),
    /// All but these.
    AllBut(&'static [&'static [&'static str]]),
}

const UI: &[&str] = &["eframe", "egui", "egui_extras"];
const KEYRING: &[&str] = &["keyring", "keyring_core", "zbus_secret_service_keyring_store"];
const SYSTEM: &[&str] = &["arboard", "etcetera", "getrandom", "rfd", "rpassword", "rusqlite", "rustix", "tempfile"];
const TERMINAL: &[&str] = &["clap", "clap_complete", "clap_mangen", "comfy_table", "indicatif"];
const PURE: &[&str] = &["argon2", "data_encoding", "hmac", "sha1", "sha2", "subtle", "thiserror", "totp_rs", "zeroize"];
const UNICODE: &[&str] = &["unicode_normalization", "unicode_script"];

const OUTSIDE: &[&str] = &["fs", "env", "net", "process", "os"];
const THREAD: &[&str] = &["thread"];
/// The one file that may use the network, and what for it.
const NETWORK: &str = "adapters/time_server.rs";
const SNTP: &[&str] = &["sntpc"];

const FILES: &[&str] = &["io", "path"];
const CLOCK: &[&str] = &["time::SystemTime", "time::Instant"];

const LAYERS: &[Layer] = &[
    Layer { name: "domain", layers: &[], crates: Crates::Only(&[PURE, UNICODE]), not_std: &[OUTSIDE, THREAD, FILES, CLOCK] },
    Layer {
        name: "formats",
        layers: &["domain"],
        crates: Crates::AllBut(&[UI, KEYRING, SYSTEM, TERMINAL, SNTP, &["jiff"]]),
        not_std: &[OUTSIDE, THREAD, &["path"], CLOCK],
    },
    Layer {
        name: "app",
        layers: &["domain", "formats"],
        crates: Crates::AllBut(&[UI, KEYRING, SYSTEM, TERMINAL, SNTP, &["age"]]),
        not_std: &[OUTSIDE, THREAD, CLOCK],
    },
    Layer { name: "adapters", layers: &["app", "domain"], crates: Crates::AllBut(&[UI, TERMINAL, SNTP]), not_std: &[&["net"]] },
    Layer {
        name: "gui",
        layers: &["app", "domain", "formats"],
        crates: Crates::AllBut(&[KEYRING, SYSTEM, TERMINAL, SNTP, &["age"]]),
        not_std: &[OUTSIDE, &["time::SystemTime"]],
    },
    Layer {
        name: "cli",
        layers: &["app", "domain", "formats"],
        crates: Crates::AllBut(&[UI, KEYRING, SYSTEM, SNTP]),
        not_std: &[OUTSIDE, &["time::SystemTime"]],
    },
];

/// The most lines a source file may have, tests included.
const LINES: usize = 400;

/// What `source`, standing in `file` below `src/`, uses that its layer must not.
fn violations(file: &str, source: &str, dependencies: &BTreeSet<String>) -> Vec<String> {
    let module = module_of(Path::new(file));
    let Some(layer) = LAYERS.iter().find(|layer| module.first().is_some_and(|name| name == layer.name)) else {
        // lib.rs and main.rs see everything; a folder that is no layer is a mistake.
        return if module.is_empty() { Vec::new() } else { vec![format!("{file}: is in no layer")] };
    };
    let paths = match reader::paths(module, source) {
        Ok(paths) => paths,
        Err(error) => return vec![format!("{file}: {error}")],
    };
    let network = |path: &[String]| {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        file == NETWORK && matches!(path.as_slice(), ["std", "net", ..] | ["sntpc", ..])
    };
    let wrong = |(path, in_tests): &&(Vec<String>, bool)| !network(path) && !allowed(layer, path, *in_tests, dependencies);
    paths.iter().filter(wrong).map(|(path, _)| format!("{file}: {} must not use {}", layer.name, path.join("::"))).collect()
}

/// Tests may use what they like, but no other layer than their own may.
fn allowed(layer: &Layer, path: &[String], in_tests: bool, dependencies: &BTreeSet<String>) -> bool {
    let Some((root, rest)) = path.split_first() else { return true };
    let rest_text = rest.join("::");
    match root.as_str() {
        // The root itself, under another name or as `*`, would hide what is used of it.
        "crate" => rest.first().is_some_and(|name| *name == layer.name || layer.layers.contains(&name.as_str())),
        reader::OPEN_TESTS => false,
        _ if in_tests => true,
        "std" | "core" | "alloc" => {
            let inside = |part: &&str| {
                rest_text == **part
                    || rest_text.starts_with(&format!("{part}::"))
                    || rest_text.strip_suffix('*').is_some_and(|open| part.starts_with(open))
            };
            !rest.is_empty() && !layer.not_std.concat().iter().any(inside)
        }
        other if dependencies.contains(other) => match &layer.crates {
            Crates::Only(these) => these.concat().contains(&other),
            Crates::AllBut(these) => !these.concat().contains(&other),
        },
        _ => true,
    }
}

/// The names of all dependencies but those of tests, as they stand in code.
fn dependencies(manifest: &str) -> BTreeSet<String> {
    let mut here = false;
    let mut names = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            here = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if let (true, false, Some((name, _))) = (here, line.starts_with('#'), line.split_once([' ', '=', '.'])) {
            names.insert(name.replace('-', "_"));
        }
    }
    names
}

/// All files below `folder` for which `wanted` says yes, sorted.
fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && wanted(&path) {
            found.extend(files(&path, wanted)?);
        } else if path.is_file() && wanted(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Each source file: its path below `src/`, and its text.
fn sources() -> std::io::Result<Vec<(String, String)>> {
    let src = root().join("src");
    let rust = |path: &Path| path.is_dir() || path.extension().is_some_and(|end| end == "rs");
    let name = |path: &Path| path.strip_prefix(&src).unwrap_or(path).to_string_lossy().into_owned();
    files(&src, &rust)?.iter().map(|path| Ok((name(path), std::fs::read_to_string(path)?))).collect()
}

fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn every_layer_uses_only_what_it_may() {
    let known = dependencies(&std::fs::read_to_string(root().join("Cargo.toml")).unwrap());
    assert!(known.contains("egui") && known.contains("keyring_core") && !known.contains("proptest"), "{known:?}");
    none(&sources().unwrap().iter().flat_map(|(file, text)| violations(file, text, &known)).collect::<Vec<_>>());
}

#[test]
fn line_one_says_what_the_file_is() {
    let silent = sources().unwrap().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    none(&silent.map(|(file, _)| format!("{file}: line one is no `//! …`")).collect::<Vec<_>>());
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let long =
        sources().unwrap().into_iter().map(|(file, text)| (file, text.lines().count())).filter(|(_, lines)| *lines > LINES);
    none(&long.map(|(file, lines)| format!("{file}: {lines} lines, {LINES} at most")).collect::<Vec<_>>());
}

/// Where packages come from is the business of the person who builds.
#[test]
fn no_file_names_a_package_registry() {
    let hosts =
        [["crates", "io"], ["pypi", "org"], ["npmjs", "com"], ["npmjs", "org"], ["golang", "org"]].map(|host| host.join("."));
    let ours = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        !["target", ".git", "Cargo.lock"].contains(&name.as_str()) && !path.join("CACHEDIR.TAG").exists()
    };
    let mut found = Vec::new();
    for path in files(root(), &ours).unwrap() {
        // Pictures and fonts are no text.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        found.extend(hosts.iter().filter(|host| text.contains(*host)).map(|host| format!("{}: names {host}", path.display())));
    }
    none(&found);
}

/// The checker itself: each way to reach what is forbidden, and the allowed neighbour of each.
#[test]
fn every_kind_of_violation_is_found() {
    let known = ["egui", "keyring", "rusqlite", "serde", "sha2", "sntpc"].map(str::to_owned).into();
    let found = |file: &str, source: &str| !violations(file, source, &known).is_empty();
    for (file, source) in [
        ("domain/code.rs", "use crate::app::Model;"),
        ("domain/code.rs", "use crate::{domain::code, gui as g};"),
        ("domain/code.rs", "use crate::{domain::{code}, app::{self, model::{Model as M}}};"),
        ("domain/code.rs", "use super::super::app::Model;"),
        ("domain/mod.rs", "use super::app;"),
        ("domain/code.rs", "mod inner { use super::super::super::app; }"),
        ("domain/code.rs", "use crate::*;"),
        ("domain/code.rs", "use crate as c; fn f() { c::gui::run() }"),
        ("domain/code.rs", "use crate::{self as c};"),
        ("domain/code.rs", "extern crate egui as paint;"),
        ("domain/code.rs", "fn f() { crate::gui::run() }"),
        ("domain/code.rs", "fn f() -> crate::app::Model { todo!() }"),
        ("domain/code.rs", "fn f() { let _ = format!(\"{}\", crate::gui::NAME); }"),
        ("domain/code.rs", "#[derive(serde::Serialize)] struct A;"),
        ("domain/code.rs", "impl serde::Serialize for A {}"),
        ("domain/code.rs", "use std::{fs, env};"),
        ("domain/code.rs", "use std::{collections, {thread::{self as t}}};"),
        ("domain/code.rs", "fn f() { std::thread::yield_now() }"),
        ("domain/code.rs", "use std::*;"),
        ("domain/code.rs", "use std as s; fn f() { s::fs::read(\"\"); }"),
        ("domain/code.rs", "use std::time::{Duration, SystemTime};"),
        ("domain/code.rs", "use std::time; fn f() { time::Instant::now(); }"),
        ("domain/code.rs", "use std::time::*;"),
        ("domain/code.rs", "use keyring::Entry;"),
        ("formats/otpauth.rs", "use crate::app::ports::Clock;"),
        ("formats/otpauth.rs", "fn f(_: &std::path::Path) {}"),
        ("app/model.rs", "use crate::{adapters::{system_clock}};"),
        ("app/model.rs", "use egui::Ui;"),
        ("app/model.rs", "fn f() { std::thread::Builder::new(); }"),
        ("adapters/keyring.rs", "use crate::gui;"),
        ("adapters/keyring.rs", "use egui::Context;"),
        ("adapters/keyring.rs", "use std::net::UdpSocket;"),
        ("adapters/keyring.rs", "use sntpc::Error;"),
        ("adapters/time_server.rs", "use std::{net, *};"),
        ("adapters/time_server.rs", "use crate::gui;"),
        ("app/ports/time.rs", "use core::net::IpAddr;"),
        ("gui/mod.rs", "use sntpc::Error;"),
        ("cli/doctor.rs", "use sntpc::Error;"),
        ("gui/mod.rs", "use crate::adapters::keyring;"),
        ("gui/tabs/enroll.rs", "use super::super::super::adapters;"),
        ("gui/tabs/enroll.rs", "fn f() { std::fs::read(\"\"); }"),
        ("gui/tabs/enroll.rs", "use rusqlite::Connection;"),
        ("cli/code.rs", "use crate::gui::theme;"),
        ("cli/code.rs", "fn f() { std::env::args(); }"),
        ("cli/code.rs", "use crate::adapters::vault_file;"),
        ("cli/code.rs", "use rusqlite::Connection;"),
        ("domain/code.rs", "mod tests { use std::fs; }"),
        ("domain/code.rs", "#[cfg(test)] mod tests { use crate::gui; }"),
        ("tools/thing.rs", "use std::fmt;"),
        ("domain/code.rs", "fn {"),
    ] {
        assert!(found(file, source), "not found in {file}: {source}");
    }
    for (file, source) in [
        ("domain/code.rs", "use super::otp::OtpParams; use std::{fmt, time::Duration}; use sha2::Sha256;"),
        ("domain/code.rs", "#[cfg(test)] mod tests; mod inner { use super::*; fn f(egui: u8) -> u8 { egui } }"),
        ("formats/qr/tests.rs", "use std::fs; use super::*; use crate::domain::Code;"),
        ("domain/code.rs", "//! Not crate::gui, not egui::Ui.\nconst A: &str = \"std::fs\";"),
        ("app/model.rs", "use crate::domain::Code; use crate::formats; use serde::Serialize; use std::path::Path;"),
        ("adapters/keyring.rs", "use crate::app::ports::Vault; use std::{fs, time::SystemTime}; use keyring::Entry;"),
        ("adapters/time_server.rs", "use std::net::{SocketAddr, UdpSocket}; use sntpc::Error;"),
        ("gui/worker.rs", "use crate::app; use egui::Ui; fn f() { std::thread::Builder::new(); }"),
        ("main.rs", "use halfminute::{adapters, gui}; fn main() {}"),
    ] {
        assert_eq!(violations(file, source, &known), [""; 0], "in {file}: {source}");
    }
}
