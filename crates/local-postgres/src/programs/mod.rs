//! Chooses the PostgreSQL programs, and gets them where a machine has none.

mod archive;
mod client;
mod error;
mod get;
mod machine;
mod pins;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use machine::Machine;

use crate::binaries::{Binaries, find_in};
use crate::folder::Folder;
use crate::offer::Offer;
use crate::record::Record;
use crate::settings::{Download, ProgramSettings};
use crate::{LocalPostgresError, MINIMUM_VERSION, Progress};
use store::Store;

/// The needs of a cluster; a new one needs nothing particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The major version that wrote the cluster.
    pub(crate) major: Option<u32>,
    /// Whether its contents may be compressed with lz4.
    pub(crate) lz4: bool,
}

impl Wanted {
    fn by(folder: &Folder) -> Result<Self, LocalPostgresError> {
        Ok(Self {
            major: folder.cluster_version()?,
            lz4: Record::read(folder)?.is_some_and(|record| record.has_lz4),
        })
    }

    /// Returns whether programs of that version fit.
    fn is_version(self, version: u32) -> bool {
        self.major
            .map_or(version >= MINIMUM_VERSION, |major| major == version)
    }
}

/// Chooses the programs: those of the setting, else those that Annai got, else the system's.
pub(crate) fn choose(
    machine: &Machine,
    settings: &ProgramSettings,
    folder: &Folder,
) -> Result<Binaries, LocalPostgresError> {
    let wanted = Wanted::by(folder)?;
    if let Some(named) = &settings.folder {
        let found = Binaries::named(named).ok_or_else(|| LocalPostgresError::NoProgramsIn {
            folder: named.clone(),
        })?;
        return select(vec![found], folder, wanted, machine);
    }
    let mut found = newest_first(Store::of(folder).installed());
    found.extend(newest_first(find_in(&machine.places)));
    select(found, folder, wanted, machine)
}

fn newest_first(mut found: Vec<Binaries>) -> Vec<Binaries> {
    found.sort_by_key(|binaries| std::cmp::Reverse(binaries.version()));
    found
}

/// Selects the first programs that fit, or says why none do.
fn select(
    found: Vec<Binaries>,
    folder: &Folder,
    wanted: Wanted,
    machine: &Machine,
) -> Result<Binaries, LocalPostgresError> {
    let mut versions: Vec<u32> = found.iter().map(Binaries::version).collect();
    let mut without_lz4 = None;
    for binaries in found {
        if !wanted.is_version(binaries.version()) {
            continue;
        }
        if !wanted.lz4 || binaries.has_lz4(folder) {
            return Ok(binaries);
        }
        without_lz4.get_or_insert(binaries);
    }
    let cluster = folder.cluster();
    if let Some(binaries) = without_lz4 {
        return Err(LocalPostgresError::NoLz4 {
            cluster,
            programs: binaries.place(),
            version: binaries.version(),
        });
    }
    versions.sort_unstable();
    versions.dedup();
    match (wanted.major, versions.last()) {
        (Some(wanted), _) => Err(LocalPostgresError::VersionMissing {
            cluster,
            wanted,
            installed: list(&versions),
        }),
        (None, Some(&newest)) => Err(LocalPostgresError::TooOld { newest }),
        (None, None) => Err(LocalPostgresError::BinariesMissing {
            searched: machine.searched(),
        }),
    }
}

fn list(versions: &[u32]) -> String {
    if versions.is_empty() {
        return "none".to_owned();
    }
    let versions: Vec<String> = versions.iter().map(u32::to_string).collect();
    versions.join(", ")
}

/// Makes sure that `choose` finds programs: it gets them if need be and if that is allowed.
///
/// The caller holds the start lock.
pub(crate) async fn provide(
    machine: &Machine,
    settings: &ProgramSettings,
    folder: &Folder,
    progress: &mut impl FnMut(Progress),
) -> Result<(), LocalPostgresError> {
    let Err(missing) = choose(machine, settings, folder) else {
        return Ok(());
    };
    let names_a_folder = settings.folder.is_some();
    if names_a_folder || !missing.is_lack_of_programs() {
        return Err(missing);
    }
    let wanted = Wanted::by(folder)?;
    if let Some(file) = &settings.archive {
        return get::from_file(file, machine, folder, wanted, progress).await;
    }
    let clients = get::available(machine, wanted).await;
    let Some(offer) = clients
        .first()
        .map(|client| get::offer(*client, machine, wanted))
    else {
        return Err(missing);
    };
    let agreed = match settings.download {
        Download::Never => false,
        Download::Yes => true,
        Download::Ask(ask) => ask_on_a_thread(ask, offer).await,
    };
    if !agreed {
        return Err(missing);
    }
    progress(Progress::Missing);
    get::from_clients(&clients, machine, folder, wanted, progress).await
}

/// Asks without holding up the runtime; a person may take minutes.
async fn ask_on_a_thread(ask: fn(&Offer) -> bool, offer: Offer) -> bool {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    // The runtime waits for its own threads when the process ends; it does not wait for this one.
    std::thread::spawn(move || sender.send(ask(&offer)));
    receiver.await.unwrap_or(false)
}
