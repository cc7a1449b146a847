//! What a person can ask for: the model, the actions, the jobs, the ports. No widgets, no OS, no threads.

pub mod change;
pub mod document;
pub mod ports;
