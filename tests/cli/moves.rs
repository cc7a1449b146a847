//! The program moves accounts between a real gnome-keyring and the vault file, on a bus and in a home of its own.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::case::Place;

/// Nothing is started by this bus: the keyring is there when the script has started it.
const BUS: &str = r#"<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"#;

const SCRIPT: &str = r#"
printf pw | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null 2>&1 &
daemon=$!
trap 'kill $daemon' EXIT
tries=0
until printf x | secret-tool store --label=first made-by test 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 400 ] || exit 9
    sleep 0.05
done
documents() { echo "documents in the keyring: $(secret-tool search --all service halfminute 2>&1 | grep -c doc-)"; }
exec 2>&1
halfminute add --issuer Example --account alice --generate | grep -v '^[0-9a-f]*$'
halfminute vault
halfminute vault move --to file --password-file passphrase.txt
halfminute vault
halfminute vault --json
documents
halfminute list --password-file passphrase.txt | cut -c1-24
halfminute vault remove-old --yes --password-file passphrase.txt
documents
halfminute vault move --to keyring --password-file passphrase.txt --json
halfminute list --vault data/vault.age --password-file passphrase.txt
halfminute vault remove-old --yes --json
ls data
halfminute vault
halfminute list | cut -c1-24
"#;

const ANSWER: &str = "\
Example (alice) is saved
The accounts are kept in the keyring
The accounts are in the encrypted file <here>/data/vault.age now. The old copy in the keyring stays until you remove it: halfminute vault remove-old --yes
The accounts are kept in the encrypted file <here>/data/vault.age
The old copy in the keyring is still there. Remove it with: halfminute vault remove-old --yes
{\"schema\":1,\"place\":\"file\",\"file\":\"<here>/data/vault.age\",\"old\":\"keyring\"}
documents in the keyring: <any>
   ISSUER   ACCOUNT  COD
   Example  alice    TOT
The old copy was removed from the keyring
documents in the keyring: 0
{\"schema\":1,\"done\":\"moved\",\"place\":\"keyring\",\"file\":null,\"accounts\":1}
halfminute: The accounts have been moved to the keyring. Nothing was changed here: open them there
{\"schema\":1,\"done\":\"old-removed\",\"old\":\"file\"}
journal
lock
vault-id
vault-id.old-1
vault-place
The accounts are kept in the keyring
   ISSUER   ACCOUNT  COD
   Example  alice    TOT
";

#[test]
fn there_and_back_with_a_real_keyring() {
    for program in ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"] {
        if Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
            // Past the test harness, which would swallow it.
            writeln!(std::io::stderr(), "skipped: {program} is not installed").unwrap();
            return;
        }
    }
    let place = Place::new(&[("passphrase.txt", "seven green bottles hang\n"), ("bus.conf", BUS), ("run/x", "")]);
    let here = place.path().to_str().unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_halfminute")).parent().unwrap();
    let mut session = Command::new("dbus-run-session");
    session.args(["--config-file=bus.conf", "--", "sh", "-c", SCRIPT]).current_dir(place.path()).env_clear();
    session.env("PATH", format!("{}:/usr/bin:/bin", program.display())).env("HOME", place.path().join("home"));
    session.env("XDG_RUNTIME_DIR", place.path().join("run")).env("HALFMINUTE_DATA_DIR", place.path().join("data"));
    let output = session.stdin(Stdio::null()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).replace(here, "<here>");
    assert!(crate::words::are(&said, ANSWER), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains("keyring: 0\n   ISSUER"), "the old copy was not there:\n{said}");
}
