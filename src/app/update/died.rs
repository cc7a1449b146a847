//! What the model does when a worker has ended by a fault.

use crate::app::backup::Restore;
use crate::app::diagnosis::Diagnoses;
use crate::app::job::Unopened;
use crate::app::model::{Model, VaultState};
use crate::app::notice;
use crate::app::ports::VaultError;

use super::{camera, import};

/// Nothing waits for a worker that has ended by a fault, and it is said.
pub(super) fn worker_died(model: &mut Model, name: &'static str) {
    match name {
        "vault" => {
            model.writing = 0;
            model.moving.busy = false;
            model.enrolment.saving = false;
            model.login.saving_user = false;
            model.protection.busy = false;
            if matches!(model.vault, VaultState::Opening { .. }) {
                model.vault = VaultState::Failed(Unopened { error: VaultError::Silent, keyring_used: true, in_file: false });
            }
        }
        "backup" => {
            model.backup.making = false;
            model.backup.writing = false;
            model.backup.auto_running = false;
            model.backup.restore = Restore::None;
        }
        "work" => {
            model.login.busy = false;
            model.login.saving_user = false;
            model.enrolment.saving = false;
            model.diagnoses = Diagnoses::default();
        }
        "import" => import::worker_died(model),
        "screen" => import::screen_worker_died(model),
        "camera" => camera::worker_died(model),
        "icons" => model.icons.worker_died(),
        "desktop" => model.outside.tray = crate::app::ports::TrayState::Off,
        "time server" => model.clock.asked.busy = None,
        // The only other one waits for file dialogs.
        _ => model.backup.making = false,
    }
    model.failures += 1;
    model.dead.insert(name);
    model.say(notice::worker_died(name), None);
}
