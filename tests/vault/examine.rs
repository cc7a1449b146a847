//! The look for the check-up: it tells what is there, asks nothing and changes no byte.

use halfminute::adapters::fake_keyring::Mode;
use halfminute::adapters::parts::ItemName;
use halfminute::app::ports::{Examined, ItemFacts, JournalFacts, KeyringFacts, Vault, VaultError};

use crate::world::{World, add};

/// What a program that was just started sees; nothing is changed by looking.
fn look(world: &World) -> KeyringFacts {
    let before = world.bytes();
    let Examined::Keyring(facts) = world.program().examine() else { panic!("it is a keyring") };
    assert!(world.bytes() == before, "a look changed something");
    facts
}

fn items(newest: u64, incomplete: usize) -> Option<ItemFacts> {
    Some(ItemFacts { key: true, newest, incomplete })
}

const NO_KEY: Option<ItemFacts> = Some(ItemFacts { key: false, newest: 0, incomplete: 0 });

#[test]
fn a_look_before_the_first_start_makes_nothing() {
    let facts = look(&World::new(1_200));
    assert!(facts.place.is_ok() && !facts.used && !facts.locked, "{facts:?}");
    assert_eq!((facts.items, facts.journal, facts.confirmed), (NO_KEY, JournalFacts::None, 0));
}

#[test]
fn a_look_follows_the_vault_through_its_states() {
    let mut world = World::new(1_200);
    let (mut program, opened) = world.open().unwrap();
    let first = opened.document.generation;
    let newest = program.change(&add(1, "one")).unwrap().generation;
    let facts = look(&world);
    assert!(facts.used);
    assert_eq!((facts.items, facts.journal, facts.confirmed), (items(newest, 0), JournalFacts::Holds(newest), 0));
    // a keyring that takes nothing is behind
    world.keyring.set_mode(Mode::ErrorNotDone);
    let ahead = program.change(&add(2, "two")).unwrap().generation;
    assert_eq!((look(&world).items, look(&world).journal), (items(newest, 0), JournalFacts::Holds(ahead)));
    world.keyring.set_mode(Mode::Eager);
    // a later boot has seen it
    for _ in 0..2 {
        world.boot += 1;
        world.open().unwrap();
    }
    let facts = look(&world);
    assert_eq!((facts.items, facts.journal, facts.confirmed), (items(ahead, 0), JournalFacts::None, ahead));
    assert!(ahead > newest && newest > first);
}

#[test]
fn a_look_says_what_is_wrong() {
    let mut world = World::new(1_200);
    let older = world.open().unwrap().0.change(&add(1, "one")).unwrap().generation;
    // it is confirmed, and so it stays beside the newer one
    world.boot += 1;
    let (mut program, _) = world.open().unwrap();
    let newest = program.change(&add(2, "two")).unwrap().generation;
    for (mode, error) in [(Mode::NoProvider, VaultError::NoProvider), (Mode::Hang, VaultError::Silent)] {
        world.keyring.set_mode(mode);
        let facts = look(&world);
        assert_eq!((facts.place, facts.items, facts.journal), (Err(error), None, JournalFacts::Sealed));
    }
    for mode in [Mode::Locked, Mode::PromptDismissed] {
        world.keyring.set_mode(mode);
        let facts = look(&world);
        assert!(facts.locked && facts.place.is_ok(), "{facts:?}");
        assert_eq!((facts.items, facts.journal), (None, JournalFacts::Sealed));
    }
    world.keyring.set_mode(Mode::Wrong);
    assert_eq!((look(&world).items, look(&world).journal), (NO_KEY, JournalFacts::Sealed));
    world.keyring.set_mode(Mode::Eager);

    let journal = world.path().join("journal");
    let mut bytes = std::fs::read(&journal).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&journal, &bytes).unwrap();
    assert_eq!(look(&world).journal, JournalFacts::Damaged);
    std::fs::write(&journal, "no journal").unwrap();
    assert_eq!(look(&world).journal, JournalFacts::Damaged);

    for name in world.keyring.snapshot().into_keys() {
        if matches!(ItemName::parse(&name), Some(ItemName::Part { generation, .. }) if generation == newest) {
            world.keyring.tamper(&name, Some("hm1.cut"));
        }
    }
    assert_eq!(look(&world).items, items(older, 1));
}
