//! The Secret Service on the session bus, apart from the items themselves: who answers, what is locked, and the prompt.
//!
//! Interface: <https://specifications.freedesktop.org/secret-service-spec/latest/>.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use zbus::blocking::connection::Builder;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::adapters::vault::KeyringError;
use crate::app::ports::Protection;

use super::items::Locked;
use super::{Reply, SERVICE};

const NAME: &str = "org.freedesktop.secrets";
const PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION: &str = "org.freedesktop.Secret.Collection";
const PROMPT: &str = "org.freedesktop.Secret.Prompt";
const GNOME: &str = "gnome-keyring";
const KDE: &str = "KWallet";
const KEEPASSXC: &str = "KeePassXC";

/// A connection of our own to the session bus.
pub(super) struct Bus {
    connection: Connection,
    provider: String,
}

/// The paths of our items.
struct Ours {
    unlocked: Vec<OwnedObjectPath>,
    locked: Vec<OwnedObjectPath>,
}

impl Ours {
    fn is_empty(&self) -> bool {
        self.unlocked.is_empty() && self.locked.is_empty()
    }

    /// The collections in which they are: the path of an item is that of its collection, and one word more.
    fn collections(&self) -> Vec<OwnedObjectPath> {
        let paths = self.unlocked.iter().chain(&self.locked);
        let parents = paths.filter_map(|path| path.as_str().rsplit_once('/')?.0.to_owned().try_into().ok());
        parents.collect()
    }

    fn are_in(&self, collection: &OwnedObjectPath) -> bool {
        self.collections().contains(collection)
    }
}

/// What a bus call failed with.
fn failed(error: zbus::Error) -> KeyringError {
    match error {
        zbus::Error::MethodError(name, ..) => match name.as_str().rsplit('.').next() {
            Some("IsLocked") => KeyringError::Locked,
            Some("TimedOut" | "Timeout") => KeyringError::Silent,
            // the bus says NoReply when the program ends before it has answered
            Some("NoReply" | "ServiceUnknown" | "NameHasNoOwner" | "UnknownObject" | "Disconnected") => KeyringError::NoProvider,
            _ => KeyringError::Refused("a call on the bus failed"),
        },
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => KeyringError::Silent,
        _ => KeyringError::NoProvider,
    }
}

impl Bus {
    /// Connects, and starts the keyring's program if the bus knows how to. No call takes longer than `longest`.
    ///
    /// # Errors
    /// `NoProvider` without a bus or without a program.
    pub fn connect(longest: Duration, reply: &Reply) -> Result<Self, KeyringError> {
        let builder = Builder::session().map(|builder| builder.method_timeout(longest));
        let connection = builder.and_then(Builder::build).map_err(|_| KeyringError::NoProvider)?;
        let mut bus = Self { connection, provider: String::new() };
        if !bus.dbus::<bool>("NameHasOwner", NAME)? {
            // some take longer than an answer may
            reply.starting();
            let started = bus.dbus_proxy()?.call::<_, _, u32>("StartServiceByName", &(NAME, 0_u32));
            started.map_err(|_| KeyringError::NoProvider)?;
        }
        bus.provider = bus.who().unwrap_or_else(|| "Secret Service".to_owned());
        Ok(bus)
    }

    /// The name of the program that answers.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Whether the store's own calls may ask the person whether we may read what is ours: KeePassXC does, once per connection.
    pub fn may_ask_the_store(&self) -> bool {
        self.provider == KEEPASSXC
    }

    /// Whether it is KWallet.
    pub fn is_kde(&self) -> bool {
        self.provider == KDE
    }

    /// Whether the keyring of our items has a password, as far as its file can be seen: gnome-keyring writes plain text without one.
    pub fn protection(&self) -> Protection {
        let header = || {
            let collection = match self.ours().ok()?.collections().into_iter().next() {
                Some(collection) => collection,
                None => self.default_collection().ok()??,
            };
            let name = plain_name(collection.as_str().rsplit('/').next()?)?;
            let path = data_home()?.join("keyrings").join(format!("{name}.keyring"));
            let mut start = [0; 9];
            std::io::Read::read_exact(&mut std::fs::File::open(path).ok()?, &mut start).ok()?;
            Some(start)
        };
        match if self.provider == GNOME { header() } else { None } {
            Some(start) if start == *b"[keyring]" => Protection::No,
            Some(start) if start == *b"GnomeKeyr" => Protection::Yes,
            _ => Protection::Unknown,
        }
    }

    /// Our items, wherever they are.
    fn ours(&self) -> Result<Ours, KeyringError> {
        let spec = HashMap::from([("service", SERVICE)]);
        let (unlocked, locked) = self.service()?.call("SearchItems", &(spec,)).map_err(failed)?;
        Ok(Ours { unlocked, locked })
    }

    /// Sees to it that our items can be read and written: what is locked of them is unlocked. While there are none, it is the default
    /// collection that counts. Shows the keyring's own prompt only if `wanted` says so. The label of the collection that new items
    /// belong in, if that is another than the default one.
    ///
    /// # Errors
    /// `Locked` when no prompt can or may be shown, `PromptDismissed` when it was closed, `FileDamaged` when nothing of ours is found
    /// and a file of the keyring is not offered.
    pub fn unlock(&self, wanted: Locked, reply: &Reply) -> Result<Option<String>, KeyringError> {
        if self.provider == KDE {
            // KWallet opens its window during any call
            reply.prompting(Box::new(|| {}));
        }
        let default = self.default_collection()?;
        if self.provider == KEEPASSXC && self.all_are_locked()? {
            // it finds nothing in a locked database, and asks for the password in the middle of the search, which then lasts as long
            if wanted == Locked::Fail {
                return Err(KeyringError::Locked);
            }
            self.unlock_with_prompt(default.as_slice(), reply)?;
        }
        let ours = self.ours()?;
        // in an open database, KeePassXC asks per connection, and this is not the one that reads
        let mut locked = if self.provider == KEEPASSXC { Vec::new() } else { ours.locked.clone() };
        if ours.is_empty() {
            match &default {
                Some(collection) if self.is_locked(collection)? => locked.push(collection.clone()),
                _ if self.has_lost_a_file(wanted, default.is_none()) => return Err(KeyringError::FileDamaged),
                None if wanted == Locked::AskAndMake => self.make_default(&self.service()?, reply)?,
                _ => {}
            }
        }
        if !locked.is_empty() {
            if wanted == Locked::Fail {
                return Err(KeyringError::Locked);
            }
            self.unlock_with_prompt(&locked, reply)?;
        }
        let elsewhere = ours.collections().into_iter().next().filter(|_| default.is_none_or(|default| !ours.are_in(&default)));
        Ok(elsewhere.and_then(|collection| self.label(&collection)))
    }

    fn unlock_with_prompt(&self, locked: &[OwnedObjectPath], reply: &Reply) -> Result<(), KeyringError> {
        let (_, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) = self.service()?.call("Unlock", &(locked,)).map_err(failed)?;
        self.prompt(&prompt, KeyringError::Locked, reply)
    }

    fn collections(&self) -> Result<Vec<OwnedObjectPath>, KeyringError> {
        self.service()?.get_property("Collections").map_err(failed)
    }

    /// Whether there are collections, and nothing can be read in any of them.
    fn all_are_locked(&self) -> Result<bool, KeyringError> {
        let all = self.collections()?;
        for collection in &all {
            if !self.is_locked(collection)? {
                return Ok(false);
            }
        }
        Ok(!all.is_empty())
    }

    /// Whether gnome-keyring has a file that it does not offer: then it cannot read it, and says nothing of it. Where there was no vault
    /// yet, that does not matter as long as there is a default keyring.
    fn has_lost_a_file(&self, wanted: Locked, no_default: bool) -> bool {
        if self.provider != GNOME || wanted == Locked::Fail || wanted == Locked::AskAndMake && !no_default {
            return false;
        }
        let Ok(all) = self.collections() else { return false };
        let offered: Vec<String> = all.iter().filter_map(|path| plain_name(path.as_str().rsplit('/').next()?)).collect();
        let Some(files) = data_home().and_then(|home| std::fs::read_dir(home.join("keyrings")).ok()) else { return false };
        files.flatten().any(|file| {
            let path = file.path();
            let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            path.extension().is_some_and(|end| end == "keyring") && name.is_some_and(|name| !offered.contains(&name))
        })
    }

    fn label(&self, collection: &OwnedObjectPath) -> Option<String> {
        String::try_from(self.property(collection, "Label").ok()?).ok().filter(|label| !label.is_empty())
    }

    fn make_default(&self, service: &Proxy<'_>, reply: &Reply) -> Result<(), KeyringError> {
        let label = HashMap::from([("org.freedesktop.Secret.Collection.Label", Value::from("Default keyring"))]);
        let (_, prompt): (OwnedObjectPath, OwnedObjectPath) =
            service.call("CreateCollection", &(label, "default")).map_err(failed)?;
        self.prompt(&prompt, KeyringError::Refused("there is no default keyring and no way to ask for its password"), reply)
    }

    /// Shows `prompt` and waits until it is completed. `silent` says what it is if no prompt can be shown at all.
    fn prompt(&self, prompt: &OwnedObjectPath, silent: KeyringError, reply: &Reply) -> Result<(), KeyringError> {
        if prompt.as_str() == "/" {
            return Ok(());
        }
        if !self.can_prompt() {
            return Err(silent);
        }
        let proxy = Proxy::new(&self.connection, NAME, prompt, PROMPT).map_err(failed)?;
        let mut completed = proxy.receive_signal("Completed").map_err(failed)?;
        let (connection, path) = (self.connection.clone(), prompt.clone());
        reply.prompting(Box::new(move || {
            if let Ok(proxy) = Proxy::new(&connection, NAME, &path, PROMPT) {
                // a prompt that is not closed by this closes when its program is told that we are gone
                let _ = proxy.call_noreply("Dismiss", &());
            }
        }));
        proxy.call::<_, _, ()>("Prompt", &("",)).map_err(failed)?;
        let signal = completed.next().ok_or(KeyringError::Silent)?;
        let (dismissed, _result): (bool, OwnedValue) = signal.body().deserialize().map_err(failed)?;
        if dismissed { Err(KeyringError::PromptDismissed) } else { Ok(()) }
    }

    /// Whether a prompt can come up. gnome-keyring leaves it to a program of its own, which needs a screen; without one it answers
    /// at once as if the person had closed the prompt. Others show their prompts themselves.
    fn can_prompt(&self) -> bool {
        const PROMPTER: &str = "org.gnome.keyring.SystemPrompter";
        let screen =
            ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
        let startable = || -> Option<bool> {
            let names: Vec<String> = self.dbus_proxy().ok()?.call("ListActivatableNames", &()).ok()?;
            Some(names.iter().any(|name| name == PROMPTER))
        };
        self.provider != GNOME || self.dbus("NameHasOwner", PROMPTER).unwrap_or(false) || screen && startable().unwrap_or(false)
    }

    fn default_collection(&self) -> Result<Option<OwnedObjectPath>, KeyringError> {
        let path: OwnedObjectPath = self.service()?.call("ReadAlias", &("default",)).map_err(failed)?;
        Ok((path.as_str() != "/").then_some(path))
    }

    fn is_locked(&self, collection: &OwnedObjectPath) -> Result<bool, KeyringError> {
        bool::try_from(self.property(collection, "Locked")?).map_err(|_| KeyringError::Refused("a call on the bus failed"))
    }

    fn property(&self, collection: &OwnedObjectPath, name: &str) -> Result<OwnedValue, KeyringError> {
        let properties = Proxy::new(&self.connection, NAME, collection, "org.freedesktop.DBus.Properties").map_err(failed)?;
        properties.call("Get", &(COLLECTION, name)).map_err(failed)
    }

    /// The program behind the name, by the name of its process.
    fn who(&self) -> Option<String> {
        let process: u32 = self.dbus("GetConnectionUnixProcessID", NAME).ok()?;
        let name = std::fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
        // the kernel keeps fifteen characters
        Some(match name.trim() {
            name if name.starts_with("gnome-keyring") => GNOME.to_owned(),
            name if name.starts_with("kwallet") || name.starts_with("ksecretd") => KDE.to_owned(),
            name if name.starts_with("keepassxc") => KEEPASSXC.to_owned(),
            name => name.to_owned(),
        })
    }

    fn service(&self) -> Result<Proxy<'static>, KeyringError> {
        Proxy::new(&self.connection, NAME, PATH, SERVICE_INTERFACE).map_err(failed)
    }

    fn dbus_proxy(&self) -> Result<Proxy<'static>, KeyringError> {
        const DBUS: &str = "org.freedesktop.DBus";
        Proxy::new(&self.connection, DBUS, "/org/freedesktop/DBus", DBUS).map_err(failed)
    }

    fn dbus<T>(&self, method: &str, name: &str) -> Result<T, KeyringError>
    where
        T: for<'d> zbus::zvariant::DynamicDeserialize<'d>,
    {
        self.dbus_proxy()?.call(method, &(name,)).map_err(failed)
    }
}

/// The file name behind the last word of a collection's path: bytes that a path does not take stand there as `_` and two hex digits.
fn plain_name(word: &str) -> Option<String> {
    let mut pieces = word.split('_');
    let mut name = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (hex, rest) = piece.split_at_checked(2)?;
        name.push(u8::from_str_radix(hex, 16).ok()?);
        name.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(name).ok()
}

fn data_home() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    etcetera::choose_base_strategy().ok().map(|base| base.data_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collections_path_gives_its_file_name() {
        let rows = [
            ("login", Some("login")),
            ("Default_5fkeyring", Some("Default_keyring")),
            ("a_20b_2f", Some("a b/")),
            ("a_", None),
            ("a_zz", None),
            ("a_ff", None),
        ];
        for (word, name) in rows {
            assert_eq!(plain_name(word).as_deref(), name, "{word}");
        }
    }
}
