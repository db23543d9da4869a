//! The site file, from which a node can start while Postgres is away.
//!
//! A line names the format. Records follow, each behind its length in four bytes (little endian):
//! one [`Head`], then one [`Record`] for each guide. SHA-256 of everything before ends the file. It
//! is written beside its place and then moved there, so it is whole or absent.
//!
//! Before a node serves a take-down, it withdraws its file: it deletes it, durably. So no file shows
//! a guide that this node no longer served.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use annai_domain::{Encoding, GuideId, Ref, RefName};
use annai_storage::delivery::{DeliveredVersion, LastChange, LedgerPosition, ListSort, Part};
use annai_web::error_chain;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncWriteExt as _, BufWriter};
use tokio::sync::MutexGuard;

use super::Site;
use super::changes::Changes;
use super::guide::Guide;
use super::snapshot::Snapshot;
use crate::error::NoBody;

/// The first line of every file. Another version of the format has another number.
const FORMAT: &[u8] = b"annai-site 3\n";
/// The longest time for the disk to delete the file.
const DISK: Duration = Duration::from_secs(5);
/// The size of the checksum at the end.
const CHECKSUM: usize = 32;

/// The record of the site as a whole.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    position: LedgerPosition,
    empty: LedgerPosition,
    slugs: Vec<(String, GuideId)>,
    changes: Vec<LastChange>,
}

/// The record of a guide: its document in the encodings that clients accept. Every other encoding
/// can be made from them.
#[derive(Debug, Serialize, Deserialize)]
struct Record<'a> {
    version: DeliveredVersion,
    #[serde(with = "serde_bytes")]
    brotli: &'a [u8],
    #[serde(with = "serde_bytes")]
    gzip: &'a [u8],
}

/// The reason why a site file could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SiteFileError {
    /// No site is loaded yet.
    #[error("the site is not loaded yet")]
    NotLoaded,
    /// A guide of this site was taken down meanwhile. A later attempt writes the site without it.
    #[error("a guide was taken down while the file was written")]
    Outdated,
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The file ends early, was changed, or has another version.
    #[error("the file is not a whole site of this version")]
    Damaged,
    /// The ready bytes of a guide are not available.
    #[error("the ready bytes of a guide are not available")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The site file of a node, and the oldest site that it may hold.
#[derive(Debug, Default)]
pub(super) struct KeptFile {
    /// `None` before the first use of the file.
    path: Option<PathBuf>,
    /// `None` before the first take-down.
    oldest: Option<Age>,
}

/// The age of a snapshot: its history of the ledger, then its ref there.
pub(super) type Age = (u64, Ref);

impl Site {
    /// Writes the site to the file at `path`, and returns its ref.
    ///
    /// # Errors
    ///
    /// See [`SiteFileError`]. An older file at `path` stays.
    pub async fn save(&self, path: &Path) -> Result<RefName, SiteFileError> {
        let snapshot = self.now().ok_or(SiteFileError::NotLoaded)?;
        drop(self.may_keep(&snapshot, path).await?);
        let beside = path.with_extension("new");
        // Other users of this machine must not read a site that needs a key.
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&beside).await?;
        let mut writer = Writer {
            file: BufWriter::new(file),
            checksum: Sha256::new(),
        };
        let written = self.write(&snapshot, &mut writer).await;
        let kept = match written {
            Ok(()) => writer.finish().await.map_err(SiteFileError::from),
            Err(error) => Err(error),
        };
        if let Err(error) = kept {
            // The first error is the one to report.
            let _ = fs::remove_file(&beside).await;
            return Err(error);
        }
        let _file = self.may_keep(&snapshot, path).await?;
        fs::rename(&beside, path).await?;
        sync_folder(path).await?;
        Ok(snapshot.position.name)
    }

    /// Locks the file for `snapshot`, unless a guide was taken down after it.
    async fn may_keep(
        &self,
        snapshot: &Snapshot,
        path: &Path,
    ) -> Result<MutexGuard<'_, KeptFile>, SiteFileError> {
        let mut file = self.0.file.lock().await;
        file.path = Some(path.to_owned());
        if Some(snapshot.age()) < file.oldest {
            return Err(SiteFileError::Outdated);
        }
        Ok(file)
    }

    /// Deletes the site file if it may be older than `taken_down`, the ref of a take-down.
    ///
    /// When this returns, a restart without the database does not show the guide again. The next
    /// file holds that ref or a later one.
    pub async fn withdraw_file(&self, taken_down: Ref) {
        let served = self.now().map_or(0, |now| now.history);
        // A ledger that lost the served ref has a history that this node has yet to load.
        let history = served + u64::from(self.short_end().is_some());
        self.withdraw((history, taken_down)).await;
    }

    /// Deletes the site file if it may be older than `age`.
    pub(super) async fn withdraw(&self, age: Age) {
        let mut file = self.0.file.lock().await;
        if file.oldest >= Some(age) {
            return;
        }
        file.oldest = Some(age);
        let Some(path) = &file.path else { return };
        if let Err(error) = delete(path).await {
            tracing::error!(path = %path.display(), error = %error_chain(&error), "the file of the published site could not be deleted; after a restart without the database this node would serve a guide that was taken down");
        }
        self.0.withdrawals.send_modify(|count| *count += 1);
    }

    /// Completes when the site file was withdrawn after `seen` withdrawals and the site can be
    /// written again. Returns the number of withdrawals.
    pub async fn file_is_withdrawn(&self, seen: u64) -> u64 {
        let mut withdrawals = self.0.withdrawals.subscribe();
        // Both senders live as long as the site.
        let _ = withdrawals.wait_for(|count| *count > seen).await;
        let count = *withdrawals.borrow();
        let oldest = self.0.file.lock().await.oldest;
        let is_new = |_: &Ref| self.now().is_some_and(|now| Some(now.age()) >= oldest);
        let _ = self.served().wait_for(is_new).await;
        count
    }

    async fn write(&self, snapshot: &Snapshot, to: &mut Writer) -> Result<(), SiteFileError> {
        to.bytes(FORMAT).await?;
        let slugs = snapshot.owners();
        to.record(&Head {
            position: snapshot.position,
            empty: snapshot.empty,
            slugs: slugs
                .map(|(slug, guide)| (slug.to_owned(), guide))
                .collect(),
            changes: snapshot.changes.to_list(),
        })
        .await?;
        for guide in snapshot.in_order(ListSort::PublishedAt) {
            let get = async |encoding| {
                let answer = self.bodies().get(guide, Part::Answer(encoding)).await;
                answer.map_err(|error: NoBody| SiteFileError::Body(Box::new(error)))
            };
            to.record(&Record {
                version: guide.version.clone(),
                brotli: &get(Encoding::Brotli).await?,
                gzip: &get(Encoding::Gzip).await?,
            })
            .await?;
        }
        Ok(())
    }

    /// Serves the site in the file at `path`, unless a site is served already. Returns the ref of
    /// the file, or `None` without a file.
    ///
    /// # Errors
    ///
    /// See [`SiteFileError`]. A served site stays served.
    pub async fn restore(&self, path: &Path) -> Result<Option<RefName>, SiteFileError> {
        self.0.file.lock().await.path = Some(path.to_owned());
        let bytes = match fs::read(path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read?,
        };
        let _guard = self.0.making.lock().await;
        let snapshot = self.read(&bytes)?;
        let name = snapshot.position.name;
        if self.now().is_none() {
            self.serve(snapshot);
            self.0.is_from_file.store(true, Ordering::Relaxed);
            // No request waits for Postgres before the ledger was read.
            self.0.is_database_away.store(true, Ordering::Relaxed);
        }
        Ok(Some(name))
    }

    fn read(&self, bytes: &[u8]) -> Result<Snapshot, SiteFileError> {
        let (content, checksum) = bytes
            .split_last_chunk::<CHECKSUM>()
            .ok_or(SiteFileError::Damaged)?;
        if Sha256::digest(content).as_slice() != checksum {
            return Err(SiteFileError::Damaged);
        }
        let rest = content.strip_prefix(FORMAT).ok_or(SiteFileError::Damaged)?;
        let (head, mut rest) = record::<Head>(rest)?;
        let (mut guides, mut answers) = (Vec::new(), Vec::new());
        while !rest.is_empty() {
            let (record, behind) = record::<Record<'_>>(rest)?;
            rest = behind;
            guides.push(Arc::new(Guide::new(record.version)));
            answers.push([record.brotli, record.gzip]);
        }
        // Brotli of every guide before gzip of any, the newest first.
        for (place, encoding) in [Encoding::Brotli, Encoding::Gzip].into_iter().enumerate() {
            for (guide, answers) in std::iter::zip(&guides, &answers).rev() {
                let part = Part::Answer(encoding);
                self.bodies().put(guide, part, answers[place]);
            }
        }
        let changes = Changes::new(head.changes);
        Ok(Snapshot::new(
            head.position,
            head.empty,
            guides,
            head.slugs,
            changes,
        ))
    }
}

/// Deletes the file at `path` durably. A disk that hangs must not hold up the take-down for ever.
async fn delete(path: &Path) -> io::Result<()> {
    let deleted = async {
        match fs::remove_file(path).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => {
                removed?;
                sync_folder(path).await
            }
        }
    };
    tokio::time::timeout(DISK, deleted).await?
}

async fn sync_folder(of: &Path) -> io::Result<()> {
    match of.parent() {
        Some(folder) => File::open(folder).await?.sync_all().await,
        None => Ok(()),
    }
}

/// A file in progress, and the checksum of its bytes so far.
struct Writer {
    file: BufWriter<File>,
    checksum: Sha256,
}

impl Writer {
    async fn record(&mut self, value: &impl Serialize) -> Result<(), SiteFileError> {
        let bytes =
            postcard::to_stdvec(value).map_err(|error| SiteFileError::Body(error.into()))?;
        let length = u32::try_from(bytes.len()).map_err(|_| SiteFileError::Damaged)?;
        self.bytes(&length.to_le_bytes()).await?;
        self.bytes(&bytes).await
    }

    async fn bytes(&mut self, bytes: &[u8]) -> Result<(), SiteFileError> {
        self.checksum.update(bytes);
        Ok(self.file.write_all(bytes).await?)
    }

    async fn finish(mut self) -> io::Result<()> {
        let checksum = self.checksum.finalize();
        self.file.write_all(&checksum).await?;
        self.file.flush().await?;
        self.file.get_ref().sync_all().await
    }
}

/// Splits the first record off `bytes`.
fn record<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<(T, &'a [u8]), SiteFileError> {
    let (length, rest) = bytes
        .split_first_chunk::<4>()
        .ok_or(SiteFileError::Damaged)?;
    let length = u32::from_le_bytes(*length) as usize;
    let (record, rest) = rest
        .split_at_checked(length)
        .ok_or(SiteFileError::Damaged)?;
    let record = postcard::from_bytes(record).map_err(|_| SiteFileError::Damaged)?;
    Ok((record, rest))
}
