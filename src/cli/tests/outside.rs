//! The pretend machine and time server.

use crate::app::ports::{FolderFacts, Machine, MachineFacts, TimeAnswer, TimeError, TimeServer, TimeServers};
use crate::domain::{Moment, UnixTime};

/// A machine without cares.
pub struct Calm;

impl Machine for Calm {
    fn look(&mut self) -> MachineFacts {
        let folder = FolderFacts { path: Ok("/data".into()), missing: false, open_to_others: vec![], free: Some(20 << 30) };
        MachineFacts { folder, synchronised: Some(true) }
    }
}

/// A time server that answers at once.
pub struct Asked(pub Option<Result<i64, TimeError>>);

impl TimeServers for Asked {
    fn ask(&mut self, server: &TimeServer) -> Result<TimeAnswer, TimeError> {
        let behind = self.0.expect("nobody was to be asked")?;
        let at = Moment::of_wall(UnixTime::from_secs(1_111_111_109));
        Ok(TimeAnswer { server: server.clone(), at, behind, uncertainty: std::time::Duration::from_micros(1_500) })
    }
}
