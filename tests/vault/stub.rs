//! A Secret Service that is always locked and whose prompt ends as a scene wants it to; behind the prompt is nothing.

use std::collections::HashMap;

use halfminute::app::ports::{Vault, VaultError};
use zbus::blocking::Connection;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, Value};

const PATH: &str = "/org/freedesktop/secrets";
const PROMPT: &str = "/org/freedesktop/secrets/prompt/1";

struct Service;

fn path(text: &str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(text).unwrap()
}

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Service {
    fn search_items(&self, spec: HashMap<String, String>) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        assert_eq!(spec.get("service").map(String::as_str), Some("halfminute"));
        (vec![], vec![path("/org/freedesktop/secrets/collection/x/1")])
    }

    fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        path("/")
    }

    fn unlock(&self, _objects: Vec<OwnedObjectPath>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        (vec![], path(PROMPT))
    }
}

struct Prompt {
    dismissed: bool,
}

#[zbus::interface(name = "org.freedesktop.Secret.Prompt")]
impl Prompt {
    async fn prompt(&self, _window: &str, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        Self::completed(&emitter, self.dismissed, Value::from("")).await.unwrap();
    }

    fn dismiss(&self) {}

    #[zbus(signal)]
    async fn completed(emitter: &SignalEmitter<'_>, dismissed: bool, result: Value<'_>) -> zbus::Result<()>;
}

/// The person closes the prompt; then answers it, and the service turns out to open no session.
pub fn dismissed() {
    for (dismissed, reason) in [(true, VaultError::PromptDismissed), (false, VaultError::Refused("it opens no session"))] {
        let service = Connection::session().unwrap();
        service.object_server().at(PATH, Service).unwrap();
        service.object_server().at(PROMPT, Prompt { dismissed }).unwrap();
        service.request_name("org.freedesktop.secrets").unwrap();
        assert_eq!(crate::scene::program("first").open().map(|_| ()).unwrap_err(), reason);
        service.release_name("org.freedesktop.secrets").unwrap();
    }
}
