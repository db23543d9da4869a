use std::path::PathBuf;

/// The location of the private Postgres, and its use of the disk.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data folder, such as `./data`; all files are in `postgres` below it.
    pub data_dir: PathBuf,
    /// The durability of its data.
    pub durability: Durability,
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
