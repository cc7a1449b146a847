//! What the model does about a camera: it stays on as long as the dialog shows it, and goes off with the first code of an account.

use std::collections::VecDeque;

use crate::app::camera::{Film, Saw};
use crate::app::import::{Choice, Refused, Source, Step};
use crate::app::job::{Filmed, Job, Shoot};
use crate::app::model::Model;
use crate::app::notice::{self, Notice};
use crate::app::ports::CameraError;

use super::import;

/// Camera number `at` is wanted.
pub(super) fn turn_on(model: &mut Model, at: usize) -> Vec<Job> {
    match &model.import.step {
        Step::Filming(film) if film.at == at => Vec::new(),
        Step::Filming(_) => {
            // What the other one still sends is not waited for.
            model.import.run += 1;
            film(model, at)
        }
        _ => import::begin(model, VecDeque::from([Source::Camera])),
    }
}

/// Turns it on.
pub(super) fn film(model: &mut Model, at: usize) -> Vec<Job> {
    let film = Film::of(at);
    let shoot = Shoot::open(&film.waiting, model.import.run, at);
    model.import.step = Step::Filming(Box::new(film));
    vec![Job::Camera(shoot)]
}

/// It is on, or has sent a frame, or neither.
pub(super) fn filmed(model: &mut Model, filmed: Result<Filmed, CameraError>, run: u64) -> Vec<Job> {
    let Step::Filming(film) = &mut model.import.step else { return Vec::new() };
    if run != model.import.run {
        return Vec::new();
    }
    let saw = match filmed {
        Ok(Filmed::On(cameras)) => {
            film.at = film.at.min(cameras.len().saturating_sub(1));
            film.cameras = cameras;
            Saw::Nothing
        }
        Ok(Filmed::Seen(frame)) => film.saw(frame),
        Err(error) => {
            stop(model, notice::camera::error(error));
            return Vec::new();
        }
    };
    match saw {
        Saw::Nothing => vec![Job::Camera(Shoot::next(&film.waiting, run))],
        Saw::Codes(codes) => import::codes(model, Source::Camera, codes),
        Saw::Several(sight) => {
            model.import.step = Step::Choosing(Choice::of(Source::Camera, sight));
            Vec::new()
        }
    }
}

fn stop(model: &mut Model, why: Notice) {
    model.import.step = Step::Refused(Refused { source: Source::Camera, app: None, choose_app: false, why });
}

/// The worker that has the cameras has ended.
pub(super) fn worker_died(model: &mut Model) {
    if matches!(model.import.step, Step::Filming(_)) {
        stop(model, notice::worker_died("camera"));
    }
}
