//! What a person, another program or a dying disk may leave in our items and files. Never a panic, and never an empty vault in the place of
//! one that cannot be read.

use halfminute::adapters::data_dir::DataDir;
use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::parts::{self, ItemName};
use halfminute::app::ports::{Vault, VaultError, VaultNote};

use crate::world::{World, add, seen};

/// What becomes of an item.
enum Spoilt {
    Value(String),
    /// It holds what is no text, or stands there twice with different values.
    NoText,
}

const LONG: &str = "not ours: 260 characters follow ";

/// A world in a later boot whose two newest generations hold one and two accounts, without a journal.
fn two_generations() -> (World, Vec<(u64, String)>) {
    let mut world = World::new(1_200);
    world.open().unwrap().0.change(&add(1, "one")).unwrap();
    world.boot += 1;
    world.open().unwrap().0.change(&add(2, "two")).unwrap();
    std::fs::remove_file(world.path().join("journal")).unwrap();
    let names = world.keyring.snapshot().into_keys().filter_map(|name| match ItemName::parse(&name)? {
        ItemName::Part { generation, .. } => Some((generation, name)),
        ItemName::Key(_) => None,
    });
    let mut names: Vec<_> = names.collect();
    names.sort();
    (world, names)
}

/// Every way in which a part goes bad, from what it held.
fn spoilt(name: &str, value: &str) -> Vec<(&'static str, Spoilt)> {
    let Some(ItemName::Part { vault, generation, .. }) = ItemName::parse(name) else { panic!("{name} is no part") };
    let json = format!(r#"{{"schema":1,"generation":{generation},"accounts":[]}}"#);
    let forged = |vault, generation| parts::cut(vault, generation, &json, 1_200)[0].to_string();
    let (payload, sum) = value.rsplit_once('.').unwrap();
    let other = halfminute::adapters::parts::VaultId::from_bytes([9; 16]);
    let units: Vec<u16> = format!("{value}{}", LONG.repeat(50)).encode_utf16().take(1_280).collect();
    let value_of = |text: String| Spoilt::Value(text);
    vec![
        ("empty", value_of(String::new())),
        ("blank", value_of(" ".to_owned())),
        ("cut", value_of(value[..value.len() - 1].to_owned())),
        ("cut to its head", value_of(value[..4].to_owned())),
        ("cut at 1 280 units", value_of(String::from_utf16(&units).unwrap())),
        ("a newline after it", value_of(format!("{value}\n"))),
        ("a newline in it", value_of(value.replacen("accounts", "acc\nounts", 1))),
        ("a NUL in it", value_of(value.replacen("accounts", "acc\0ounts", 1))),
        ("another vault's", value_of(forged(other, generation))),
        ("another generation's", value_of(forged(vault, generation + 1))),
        ("another checksum", value_of(format!("{payload}.{}", "0".repeat(sum.len())))),
        ("a checksum that is no hex", value_of(format!("{payload}.{}", "\u{1f950}".repeat(8)))),
        ("another version's", value_of(value.replacen("hm1.", "otp9.", 1))),
        ("a megabyte", value_of("x".repeat(1 << 20))),
        ("a megabyte of dots", value_of(".".repeat(1 << 20))),
        ("well signed, and no document", value_of(parts::cut(vault, generation, "[]", 1_200)[0].to_string())),
        ("well signed, and nested", value_of(parts::cut(vault, generation, &"[".repeat(900), 1_200)[0].to_string())),
        ("well signed, of another number inside", {
            let json = r#"{"schema":1,"generation":999,"accounts":[]}"#;
            value_of(parts::cut(vault, generation, json, 1_200)[0].to_string())
        }),
        ("no text", Spoilt::NoText),
    ]
}

fn spoil(world: &World, name: &str, how: &Spoilt) {
    match how {
        Spoilt::Value(value) => world.keyring.tamper(name, Some(value)),
        Spoilt::NoText => world.keyring.double(name, "another"),
    }
}

#[test]
fn an_item_that_is_bad_gives_way_to_the_generation_before_and_stays() {
    let (world, names) = two_generations();
    let (newest, name) = names.last().unwrap().clone();
    for (row, how) in spoilt(&name, &world.keyring.snapshot()[&name]) {
        let (world, names) = two_generations();
        let (_, name) = names.last().unwrap();
        spoil(&world, name, &how);
        let before = world.keyring.snapshot()[name].clone();
        let (mut program, opened) = world.open().unwrap();
        assert_eq!(seen(&opened.document).len(), 1, "{row}");
        assert_eq!(opened.notes, [VaultNote::OlderGeneration { used: newest - 1, newest }], "{row}");
        let changed = program.change(&add(3, "three")).unwrap();
        assert_eq!((seen(&changed).len(), changed.generation), (2, newest + 1), "{row}");
        assert_eq!(world.keyring.snapshot()[name], before, "{row}: kept as it is");
    }
}

#[test]
fn with_every_item_bad_nothing_is_touched() {
    let (world, names) = two_generations();
    let rows = spoilt(&names[0].1, &world.keyring.snapshot()[&names[0].1]).len();
    for at in 0..rows {
        let (world, names) = two_generations();
        let mut row = "";
        for (_, name) in &names {
            let (called, how) = spoilt(name, &world.keyring.snapshot()[name]).swap_remove(at);
            row = called;
            spoil(&world, name, &how);
        }
        let before = world.bytes();
        assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::Damaged, "{row}");
        assert!(world.bytes() == before, "{row}: something was touched");
    }
}

#[test]
fn with_every_item_bad_the_journal_has_it_all() {
    let (world, names) = two_generations();
    let rows = spoilt(&names[0].1, &world.keyring.snapshot()[&names[0].1]).len();
    for at in 0..rows {
        let (world, _) = two_generations();
        let (mut program, _) = world.open().unwrap();
        program.change(&add(3, "three")).unwrap();
        drop(program);
        let all = world.keyring.snapshot().into_iter().filter(|(name, _)| name.starts_with("doc-"));
        let mut row = "";
        for (name, value) in all {
            let (called, how) = spoilt(&name, &value).swap_remove(at);
            row = called;
            spoil(&world, &name, &how);
        }
        let opened = world.open().unwrap().1;
        assert_eq!(seen(&opened.document).len(), 3, "{row}");
        assert!(opened.notes.contains(&VaultNote::RestoredFromJournal), "{row}: {:?}", opened.notes);
    }
}

#[test]
fn a_key_that_is_bad_changes_nothing() {
    let key = |world: &World| world.keyring.snapshot().into_keys().find(|name| name.starts_with("key-")).unwrap();
    for journal in [false, true] {
        let rows = ["", " ", "AAAA", "\n", "otp9.x", "\u{1f950}"].map(|text| Spoilt::Value(text.to_owned())).into_iter();
        for how in rows.chain([Spoilt::Value("x".repeat(1 << 20)), Spoilt::NoText]) {
            let (world, _) = two_generations();
            if journal {
                world.open().unwrap().0.change(&add(3, "three")).unwrap();
            }
            spoil(&world, &key(&world), &how);
            let before = world.bytes();
            assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::Damaged);
            assert!(world.bytes() == before);
        }
    }
    // one with a newline at its end, or of another vault, is no key of ours either
    let (world, _) = two_generations();
    let value = world.keyring.snapshot()[&key(&world)].clone();
    world.keyring.tamper(&key(&world), Some(&format!("{value}\n")));
    assert_eq!(world.open().map(|_| ()).unwrap_err(), VaultError::Damaged);
}

#[test]
fn an_item_that_stands_there_twice_with_one_value_is_one() {
    let (world, _) = two_generations();
    for (name, value) in world.keyring.snapshot() {
        world.keyring.double(&name, &value);
    }
    let opened = world.open().unwrap().1;
    assert_eq!((seen(&opened.document).len(), opened.notes), (2, vec![]));
}

#[test]
fn an_old_item_that_cannot_be_removed_does_not_keep_the_others() {
    let mut world = World::new(1_200);
    let (mut program, _) = world.open().unwrap();
    world.keyring.set_mode(Mode::Eager);
    program.change(&add(1, "one")).unwrap();
    let old = world.keyring.snapshot().into_keys().filter(|name| name.starts_with("doc-")).min().unwrap();
    world.keyring.double(&old, "another");
    for n in 2..5 {
        program.change(&add(n, "more")).unwrap();
    }
    world.boot += 1;
    world.open().unwrap();
    let left = world.keyring.snapshot().into_keys().filter(|name| name.starts_with("doc-") && *name != old);
    let left: std::collections::BTreeSet<_> = left.map(|name| name.split('-').nth(2).unwrap().to_owned()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn names_that_nobody_of_us_gave_are_left_alone() {
    let (world, names) = two_generations();
    let id = names[0].1.split('-').nth(1).unwrap().to_owned();
    let strange = ["", "key-", "doc-", "key-x", "\u{1f950}", "doc-1-2-3", "halfminute", "doc-\n-1-0"].map(str::to_owned);
    let near = [format!("doc-{id}-01-0"), format!("doc-{id}-99999999999999999999-0"), format!("doc-{id}-3-99999999999")];
    for name in strange.iter().chain(&near) {
        world.keyring.tamper(name, Some("what a person typed"));
    }
    let (mut program, opened) = world.open().unwrap();
    assert_eq!(seen(&opened.document).len(), 2);
    program.change(&add(3, "three")).unwrap();
    for name in strange.iter().chain(&near) {
        assert_eq!(world.keyring.snapshot()[name], "what a person typed");
    }
}

#[test]
fn the_highest_number_there_is_does_not_end_in_a_panic() {
    let (world, names) = two_generations();
    let Some(ItemName::Part { vault, .. }) = ItemName::parse(&names[0].1) else { panic!("a part") };
    let name = ItemName::Part { vault, generation: u64::MAX, part: u32::MAX }.to_string();
    world.keyring.tamper(&name, Some("x"));
    let (mut program, opened) = world.open().unwrap();
    assert_eq!(seen(&opened.document).len(), 2);
    assert_eq!(program.change(&add(3, "three")).map(|_| ()), Err(VaultError::TooLarge));
}

#[test]
fn our_files_cut_off_anywhere_are_never_a_first_start() {
    for (file, step) in [("journal", 61), ("vault-id", 1)] {
        let (world, _) = two_generations();
        world.open().unwrap().0.change(&add(3, "three")).unwrap();
        let whole = std::fs::read(world.path().join(file)).unwrap();
        for at in (0..whole.len()).step_by(step) {
            std::fs::write(world.path().join(file), &whole[..at]).unwrap();
            let opened = world.open().unwrap().1;
            assert_eq!(seen(&opened.document).len(), 3, "{file} cut at {at}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_whose_name_is_no_text_works() {
    use std::os::unix::ffi::OsStrExt;
    let home = crate::world::place();
    let path = home.path().join(std::ffi::OsStr::from_bytes(b"h\xffalfminute"));
    let world = World::new(1_200);
    for n in 1..=2 {
        let dir = DataDir::open(&path).unwrap();
        let boot = halfminute::adapters::boot::BootId::named("boot");
        let mut program = halfminute::adapters::vault::KeyringVault::new(world.keyring.clone(), dir, boot);
        assert_eq!(seen(&program.change(&add(n, "one")).unwrap()).len(), usize::from(n));
    }
}
