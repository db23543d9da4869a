use std::time::Duration;

/// A step of bringing the server up, to be shown to the person waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The PostgreSQL programs are being searched for.
    FindingBinaries,
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
