//! What the model does about time servers: the only place that asks one, and only when a person has pressed the button.

use crate::app::job::{Job, WorkJob};
use crate::app::model::Model;
use crate::app::ports::TimeServer;

/// Asks the server that was typed, one at a time, and keeps its name for the next time.
pub(super) fn ask(model: &mut Model, typed: &str) -> Vec<Job> {
    if model.clock.asked.busy.is_some() {
        return Vec::new();
    }
    model.clock.asked.misnamed = None;
    let server = match TimeServer::parse(typed) {
        Ok(server) => server,
        Err(error) => {
            model.clock.asked.misnamed = Some(error);
            return Vec::new();
        }
    };
    model.clock.asked.busy = Some(server.clone());
    let mut jobs = Vec::new();
    let name = server.to_string();
    if model.settings.time_server != name {
        model.settings.time_server = name;
        jobs.push(Job::Work(WorkJob::SaveSettings(model.settings.clone())));
    }
    jobs.push(Job::Time(server));
    jobs
}
