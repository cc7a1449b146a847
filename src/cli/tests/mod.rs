//! Commands from their arguments to their answers, in a pretend world: exit codes, words, and JSON to the letter.

mod outside;
mod screen;
mod world;

use clap::CommandFactory;
use world::Fake;

use crate::app::ports::TimeError;

const ADDRESS: &str = "otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme&digits=8\n";

#[test]
fn every_shape_to_the_letter() {
    let mut world = Fake::default();
    let rows = [
        (
            "code --uri - --at 59 --json",
            0,
            r#"{"schema":1,"issuer":"Acme","account":"alice","type":"totp","code":"94287082","next":"37359152","step":1,"valid_from":30,"valid_until":60}"#,
        ),
        (
            "verify --uri - 94287082 --at 100 --json",
            1,
            r#"{"schema":1,"accepted":false,"reason":"too-old","step":1,"drift_steps":-2,"drift_seconds":-60}"#,
        ),
        (
            "diagnose --uri - 94287082 --at 329 --json",
            0,
            r#"{"schema":1,"findings":[{"cause":"clock","algorithm":"SHA1","digits":8,"period":30,"offset_seconds":-270,"account":"Acme (alice)","chance":2.4e-7,"causes":["clock"],"type":"totp","counter":null,"says":"The phone's clock is 4 min 30 s behind"}],"tried":6327,"certain":false}"#,
        ),
        (
            "add --uri - --tag a,b --json",
            0,
            r#"{"schema":1,"done":"added","id":"01010101010101010101010101010101","issuer":"Acme","account":"alice","type":"totp","algorithm":"SHA1","digits":8,"period":30,"tags":["a","b"],"pinned":false}"#,
        ),
        (
            "add --issuer Token --generate --show --counter 7 --json",
            0,
            r#"{"schema":1,"done":"added","id":"03030303030303030303030303030303","issuer":"Token","account":"","type":"hotp","algorithm":"SHA1","digits":6,"counter":7,"tags":[],"pinned":false,"uri":"otpauth://hotp/Token:?secret=AIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC&issuer=Token&counter=7"}"#,
        ),
        (
            "list --json acme",
            0,
            r#"{"schema":1,"accounts":[{"id":"01010101010101010101010101010101","issuer":"Acme","account":"alice","type":"totp","algorithm":"SHA1","digits":8,"period":30,"tags":["a","b"],"pinned":false}]}"#,
        ),
        (
            "code token --json",
            0,
            r#"{"schema":1,"issuer":"Token","account":"","type":"hotp","code":"193660","next":null,"step":7,"valid_from":null,"valid_until":null}"#,
        ),
        (
            "verify acme 94287082 --at 59 --json",
            0,
            r#"{"schema":1,"accepted":true,"reason":null,"step":1,"drift_steps":0,"drift_seconds":0}"#,
        ),
        (
            "verify acme 94287082 --at 59 --json",
            1,
            r#"{"schema":1,"accepted":false,"reason":"already-used","step":1,"drift_steps":0,"drift_seconds":0}"#,
        ),
        (
            "verify acme abc --json",
            1,
            r#"{"schema":1,"accepted":false,"reason":"not-a-code","step":null,"drift_steps":null,"drift_seconds":null}"#,
        ),
        (
            "remove acme --json",
            0,
            r#"{"schema":1,"done":"trashed","id":"01010101010101010101010101010101","issuer":"Acme","account":"alice","type":"totp","algorithm":"SHA1","digits":8,"period":30,"tags":["a","b"],"pinned":false}"#,
        ),
        ("list acme --json", 1, r#"{"schema":1,"accounts":[]}"#),
        (
            "code acme --json",
            1,
            r#"{"schema":1,"error":{"kind":"no-match","message":"No account matches","advice":"`halfminute list` shows them all"}}"#,
        ),
        (
            "code --frob --json",
            2,
            r#"{"schema":1,"error":{"kind":"usage","message":"These arguments are not understood","advice":"See halfminute code --help"}}"#,
        ),
    ];
    for (line, code, answer) in rows {
        let ran = world.run(line, ADDRESS.as_bytes());
        assert_eq!((ran.code, ran.output.trim_end()), (code, answer), "{line}");
        assert_eq!(ran.output.lines().count(), 1, "{line}");
    }
}

#[test]
fn a_time_server_is_asked_only_when_it_is_named() {
    let doctor = |time, line: &str| {
        let mut world = Fake::default();
        world.time = time;
        world.run(line, b"")
    };
    // Who asks nevertheless ends by a panic.
    assert_eq!(doctor(None, "doctor").code, 0);
    assert!(!doctor(None, "doctor --json").output.contains("time"));
    let ask = "doctor --json --time-server time.example.org:1123";
    let rows = [
        (
            Ok(-3_200_000),
            0,
            "good",
            r#","time":{"server":"time.example.org:1123","behind_seconds":-3.2,"uncertainty_seconds":0.0015}}"#,
        ),
        (
            Ok(12_000_000),
            0,
            "look",
            r#","time":{"server":"time.example.org:1123","behind_seconds":12.0,"uncertainty_seconds":0.0015}}"#,
        ),
        (
            Ok(30_000_000),
            1,
            "bad",
            r#","time":{"server":"time.example.org:1123","behind_seconds":30.0,"uncertainty_seconds":0.0015}}"#,
        ),
        (
            Err(TimeError::Silent),
            4,
            "unknown",
            r#""advice":"It may be no time server, or the network may keep such questions back (UDP). Ask again, or ask another one"}]}"#,
        ),
    ];
    for (says, code, state, end) in rows {
        let ran = doctor(Some(says), ask);
        assert_eq!(ran.code, code, "{}", ran.output);
        assert!(ran.output.contains(&format!(r#"{{"topic":"time-server","state":"{state}","message":""#)), "{}", ran.output);
        assert!(ran.output.trim_end().ends_with(end), "{}", ran.output);
    }
}

#[test]
fn a_query_is_an_id_a_title_or_the_only_match() {
    let mut world = Fake::default();
    for name in ["GitHub --account alice", "GitHub --account bob", "Mail --account alice"] {
        assert_eq!(world.run(&format!("add --generate --issuer {name}"), b"").code, 0);
    }
    let ids: Vec<String> = world.run("list", b"").output.lines().skip(1).map(|line| line[line.len() - 32..].to_owned()).collect();
    let rows = [
        ("mail", 0, ""),
        ("bob", 0, ""),
        (ids[0].as_str(), 0, ""),
        ("GitHub_(alice)", 0, ""),
        ("github", 1, "halfminute: 2 accounts match. Say more of the name, or give the id\n"),
        ("git_ali", 0, ""),
        ("nothing", 1, "halfminute: No account matches. `halfminute list` shows them all\n"),
    ];
    for (query, code, said) in rows {
        // a space inside of one argument
        let arguments = ["code".to_owned(), query.replace('_', " ")];
        let ran = world.run_with(&arguments, b"");
        assert_eq!(ran.code, code, "{query}: {}", ran.errors);
        assert!(ran.errors.starts_with(said), "{query}: {}", ran.errors);
    }
}

#[test]
fn a_counter_is_used_up_before_its_code_is_shown_and_both_by_next() {
    let mut world = Fake::default();
    world.run("add --generate --issuer Token --counter 5", b"");
    let mut step = |line: &str| {
        let answer: serde_json::Value = serde_json::from_str(&world.run(line, b"").output).unwrap();
        answer["step"].as_u64()
    };
    assert_eq!(
        [step("code token --json"), step("code token --json --next"), step("code token --json")],
        [Some(5), Some(7), Some(8)]
    );
    // another program moves on between reading and taking
    world.vault.borrow_mut().race = true;
    let ran = world.run("code token --json", b"");
    assert!(ran.output.contains("\"step\":10,"), "{}", ran.output);
    assert!(world.run("list", b"").output.contains("HOTP 11"));
    world.vault.borrow_mut().fails = true;
    let ran = world.run("code token", b"");
    assert_eq!((ran.code, ran.output.as_str()), (4, ""));
}

#[test]
fn what_was_typed_is_never_repeated() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for line in [
        "add --secret SECRET --issuer x",
        "add --secret=SECRET --issuer x",
        "code --uri otpauth://totp/a?secret=SECRET",
        "code OTPAUTH://totp/a?secret=SECRET",
        "add --uri=SECRET",
        "SECRET",
        "code x --SECRET",
        "code x -SECRET",
        "code x --at SECRET",
        "verify x 1 --window SECRET",
        "add --generate --issuer x --type SECRET",
        "add --generate --issuer x --algorithm SECRET",
        "completions SECRET",
        "man SECRET",
        "list a SECRET",
    ] {
        for json in ["", " --json"] {
            let ran = Fake::default().run(&format!("{}{json}", line.replace("SECRET", secret)), b"");
            assert_eq!(ran.code, 2, "{line}");
            assert!(!ran.output.contains(secret) && !ran.errors.contains(secret), "{line}: {} {}", ran.output, ran.errors);
        }
    }
}

#[test]
fn input_that_is_no_address_or_key_says_why() {
    let rows: &[(&str, &[u8], u8, &str)] = &[
        ("code --uri -", b"\xff", 3, "Standard input is not UTF-8 text: byte 1 is wrong"),
        ("code --uri -", b"", 3, "This does not begin with otpauth://"),
        ("code --uri -", b"otpauth://totp/a?secret=MA&digits=9", 3, "The address asks for a number of digits"),
        ("add --secret - --issuer x", b"JBSW0", 3, "Character 5 of the key is the digit 0"),
        ("add --secret - --issuer x", b"MA", 3, "The key is under 80 bits"),
        ("add --secret - --issuer x --allow-short", b"MA", 0, "The key is under 80 bits"),
        ("add --secret -", b"MA", 2, "The account has no name"),
        ("code --uri - --at 5", b"otpauth://hotp/a?secret=MA&counter=1", 2, "A counter-based code has no moment"),
        ("verify --uri -", b"otpauth://totp/a?secret=MA", 2, "There is no code to check"),
        ("verify --uri - --at 59", b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n287082", 0, "Accepted"),
        ("list --password-file bad", b"", 3, "The password file is not UTF-8 text: byte 3 is wrong"),
    ];
    for (line, input, code, said) in rows {
        let mut world = Fake::default();
        world.file = line.contains("--password-file");
        let ran = world.run(line, input);
        assert_eq!(ran.code, *code, "{line}: {}", ran.errors);
        assert!(ran.errors.contains(said), "{line}: {}", ran.errors);
    }
}

#[test]
fn colours_stand_on_terminals_alone() {
    for (terminal, no_color, coloured) in [(true, "", true), (true, "1", false), (false, "", false)] {
        let mut world = Fake::default();
        world.terminal = terminal;
        world.run("add --generate --issuer x", b"");
        world.variables.push(("NO_COLOR", no_color.to_owned()));
        for line in ["list", "qr x", "--help", "code --help"] {
            assert_eq!(world.run(line, b"").output.contains('\x1b'), coloured, "{line} {terminal} {no_color}");
        }
    }
}

#[test]
fn a_reader_that_has_gone_is_no_error_and_a_full_disk_is() {
    let mut world = Fake::default();
    world.run("add --generate --issuer x", b"");
    for (kind, code) in [(std::io::ErrorKind::BrokenPipe, 0), (std::io::ErrorKind::StorageFull, 5)] {
        world.refuses = Some(kind);
        for line in ["list", "list --json", "code x", "qr x", "--help", "man", "completions bash"] {
            assert_eq!(world.run(line, b"").code, code, "{line} {kind}");
        }
    }
}

#[test]
fn help_completions_and_manual_pages_are_whole() {
    let mut definition = super::definition();
    definition.build();
    definition.clone().debug_assert();
    for command in definition.get_subcommands() {
        let name = command.get_name();
        let mut world = Fake::default();
        let help = world.run(&format!("{name} --help"), b"").output;
        assert!(help.contains("Examples:\n  halfminute"), "{name}");
        let mut alone = super::Halfminute::command().subcommand(super::Command::alone(name).expect(name));
        alone.build();
        let alone = alone.find_subcommand_mut(name).expect(name).render_long_help();
        assert_eq!(alone.to_string(), command.clone().render_long_help().to_string(), "{name} alone is another");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{name}: {help}");
        assert!(world.run(&format!("man {name}"), b"").output.contains(&format!(".TH halfminute-{name} 1")), "{name}");
        for shell in ["bash", "zsh", "fish", "powershell"] {
            let script = world.run(&format!("completions {shell}"), b"").output;
            assert!(script.contains(name) && !script.contains("keep-clipboard"), "{name} {shell}");
        }
    }
}

#[test]
fn every_command_that_opens_the_vault_asks_for_its_passphrase() {
    let lines = [
        ("list", ""),
        ("code acme", ""),
        ("add --uri -", ADDRESS),
        ("edit acme --note x", ""),
        ("remove acme", ""),
        ("restore-from-trash acme", ""),
        ("qr acme", ""),
        ("verify acme 123456", ""),
    ];
    for (line, input) in lines {
        let mut world = Fake::default();
        world.lock = Some("open sesame");
        let ran = world.run(line, input.as_bytes());
        let said =
            "halfminute: Halfminute is locked. Run it on a terminal, or name a file with the passphrase: --password-file FILE\n";
        assert_eq!((ran.code, ran.output.as_str(), ran.errors.as_str()), (4, "", said), "{line}");
        world.typed = Some("sesame");
        let ran = world.run(line, input.as_bytes());
        assert_eq!((ran.code, ran.output.as_str()), (4, ""), "{line}");
        assert!(ran.errors.starts_with("halfminute: The passphrase is wrong"), "{line}: {}", ran.errors);
    }
    let mut world = Fake::default();
    (world.lock, world.typed) = (Some("open sesame"), Some("open sesame"));
    assert_eq!(world.run("add --uri -", ADDRESS.as_bytes()).code, 0);
    // a file goes before a question
    world.typed = Some("wrong");
    world.password = Some("open sesame\n");
    let ran = world.run("list --password-file pw --json", b"");
    assert_eq!(ran.code, 0, "{}", ran.errors);
    assert!(ran.output.contains("alice"));
    world.password = Some("wrong");
    let ran = world.run("list --password-file pw --json", b"");
    assert!(ran.code == 4 && ran.output.contains(r#""kind":"wrong-passphrase""#), "{}", ran.output);
}
