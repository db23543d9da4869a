//! The files below `<data folder>/postgres`.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rand::distr::{Alphanumeric, SampleString};

use crate::LocalPostgresError;

/// The maximum length of a unix socket's path, in bytes: `sun_path` without its final zero.
///
/// macOS allows less than Linux.
const MAX_SOCKET_PATH: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The name Postgres gives its socket for port 5432.
pub(crate) const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// The length of the log, in bytes, from which the next start moves it aside.
const MAX_LOG_BYTES: u64 = 16 * 1024 * 1024;

/// The parent of the socket's folder when the data folder's own path is too long.
const SHORT_FOLDER: &str = "/tmp";

/// The folder `<data folder>/postgres`, as an absolute path without symbolic links.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Creates the folder if it does not exist yet.
    pub(crate) fn prepare(data_dir: &Path) -> Result<Self, LocalPostgresError> {
        if !data_dir.exists() {
            fs::create_dir_all(data_dir).map_err(LocalPostgresError::file("create", data_dir))?;
            // The server's user must be able to pass through, regardless of the umask. The private
            // files are one level below.
            fs::set_permissions(data_dir, fs::Permissions::from_mode(0o755))
                .map_err(LocalPostgresError::file("set the permissions of", data_dir))?;
        }
        let data_dir = data_dir
            .canonicalize()
            .map_err(LocalPostgresError::file("find", data_dir))?;
        let root = data_dir.join("postgres");
        make_private(&root).map_err(LocalPostgresError::file("create", &root))?;
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the data folder around this folder.
    pub(crate) fn data_dir(&self) -> &Path {
        self.root.parent().unwrap_or(&self.root)
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// Returns the path where a cluster is created; it is renamed when it is whole.
    pub(crate) fn new_cluster(&self) -> PathBuf {
        self.root.join("cluster.new")
    }

    /// Returns the path of the cluster that newly got programs create as a trial.
    pub(crate) fn trial_cluster(&self) -> PathBuf {
        self.root.join("cluster.trial")
    }

    /// Returns the record of what the programs of the cluster could do.
    pub(crate) fn record(&self) -> PathBuf {
        self.root.join("programs.json")
    }

    /// Returns an empty configuration, with which the server program answers questions about itself.
    pub(crate) fn empty_configuration(&self) -> Result<PathBuf, LocalPostgresError> {
        let folder = self.root.join("empty");
        make_private(&folder).map_err(LocalPostgresError::file("create", &folder))?;
        for name in ["postgresql.conf", "postgresql.auto.conf"] {
            let path = folder.join(name);
            fs::write(&path, b"").map_err(LocalPostgresError::file("write", &path))?;
        }
        Ok(folder)
    }

    pub(crate) fn password_file(&self) -> PathBuf {
        self.root.join("password")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.root.join("server.log")
    }

    pub(crate) fn owner_lock(&self) -> PathBuf {
        self.root.join("owner.lock")
    }

    /// Returns the lock held while a process looks for a server, starts it, or stops it as a guest.
    pub(crate) fn start_lock(&self) -> PathBuf {
        self.root.join("start.lock")
    }

    /// Returns the lock that all guests share.
    pub(crate) fn guest_lock(&self) -> PathBuf {
        self.root.join("guest.lock")
    }

    /// Returns the mark that exists while a server started by a guest has no owner.
    fn guest_mark(&self) -> PathBuf {
        self.root.join("started-by-guest")
    }

    pub(crate) fn is_started_by_guest(&self) -> bool {
        self.guest_mark().exists()
    }

    pub(crate) fn mark_started_by_guest(&self) -> Result<(), LocalPostgresError> {
        let path = self.guest_mark();
        fs::write(&path, b"").map_err(LocalPostgresError::file("write", &path))
    }

    pub(crate) fn clear_guest_mark(&self) -> Result<(), LocalPostgresError> {
        let path = self.guest_mark();
        ignore_missing(fs::remove_file(&path)).map_err(LocalPostgresError::file("remove", &path))
    }

    /// Returns the major version that wrote the cluster; `None` before there is a cluster.
    pub(crate) fn cluster_version(&self) -> Result<Option<u32>, LocalPostgresError> {
        let path = self.cluster().join("PG_VERSION");
        match fs::read_to_string(&path) {
            Ok(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a version number"))
                .map_err(LocalPostgresError::file("read", &path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LocalPostgresError::file("read", &path)(error)),
        }
    }

    pub(crate) fn read_password(&self) -> Result<Option<String>, LocalPostgresError> {
        let path = self.password_file();
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|password| !password.is_empty())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LocalPostgresError::file("read", &path)(error)),
        }
    }

    /// Writes a new random password, readable only by the server's user.
    pub(crate) fn write_password(&self) -> Result<String, LocalPostgresError> {
        let path = self.password_file();
        // 40 characters out of 62: 238 bits.
        let password = Alphanumeric.sample_string(&mut rand::rng(), 40);
        let write = || {
            ignore_missing(fs::remove_file(&path))?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)?;
            writeln!(file, "{password}")?;
            file.sync_all()
        };
        write().map_err(LocalPostgresError::file("write", &path))?;
        Ok(password)
    }

    /// Opens the server's log for appending and returns its length.
    pub(crate) fn open_log(&self) -> Result<(fs::File, u64), LocalPostgresError> {
        let path = self.log();
        let open = || {
            if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > MAX_LOG_BYTES) {
                fs::rename(&path, self.root.join("server.log.1"))?;
            }
            let file = OpenOptions::new()
                .append(true)
                .create(true)
                .mode(0o600)
                .open(&path)?;
            let length = file.metadata()?.len();
            Ok((file, length))
        };
        open().map_err(LocalPostgresError::file("open", &path))
    }

    /// Returns the last lines of the log after `start` bytes.
    pub(crate) fn log_tail(&self, start: u64) -> String {
        let read = || -> io::Result<String> {
            let mut file = fs::File::open(self.log())?;
            file.seek(SeekFrom::Start(start))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        last_lines(&read().unwrap_or_default())
    }

    /// Returns the folder for the socket: ours, or a short private one if our path is too long.
    pub(crate) fn socket_folder(
        &self,
        owner: Option<(u32, u32)>,
    ) -> Result<PathBuf, LocalPostgresError> {
        let own = self.root.join("socket");
        let folder = if fits_a_socket(&own) {
            own
        } else {
            self.short_socket_folder(owner)?
        };
        make_private(&folder).map_err(LocalPostgresError::file("create", &folder))?;
        if let Some((uid, gid)) = owner {
            std::os::unix::fs::lchown(&folder, Some(uid), Some(gid))
                .map_err(LocalPostgresError::file("hand over", &folder))?;
        }
        Ok(folder)
    }

    /// Removes the socket of a server that is gone, and its lock file.
    ///
    /// The lock file names a process number. If a zombie or another program has that number,
    /// Postgres would refuse to start. Only we use the folder, and callers have made sure that no
    /// server runs.
    pub(crate) fn clear_socket(socket_folder: &Path) -> Result<(), LocalPostgresError> {
        for name in [SOCKET_NAME.to_owned(), format!("{SOCKET_NAME}.lock")] {
            let path = socket_folder.join(name);
            ignore_missing(fs::remove_file(&path))
                .map_err(LocalPostgresError::file("remove", &path))?;
        }
        Ok(())
    }

    /// Finds the short folder of an earlier start, or creates a new private one.
    fn short_socket_folder(
        &self,
        owner: Option<(u32, u32)>,
    ) -> Result<PathBuf, LocalPostgresError> {
        let note = self.root.join("socket-folder");
        if let Ok(text) = fs::read_to_string(&note) {
            let folder = PathBuf::from(text.trim());
            let uid = owner.map_or_else(|| nix::unistd::geteuid().as_raw(), |(uid, _)| uid);
            if is_private_to(&folder, uid) {
                return Ok(folder);
            }
        }
        let name = format!("annai-{}", Alphanumeric.sample_string(&mut rand::rng(), 16));
        let folder = Path::new(SHORT_FOLDER).join(name);
        DirBuilder::new()
            .mode(0o700)
            .create(&folder)
            .map_err(LocalPostgresError::file("create", &folder))?;
        fs::write(&note, folder.as_os_str().as_bytes())
            .map_err(LocalPostgresError::file("write", &note))?;
        Ok(folder)
    }

    /// Removes the short folder for the socket, if there is one; a leftover does no harm.
    pub(crate) fn remove_short_socket_folder(&self) {
        let note = self.root.join("socket-folder");
        if let Ok(text) = fs::read_to_string(&note) {
            let removed = fs::remove_dir(text.trim()).and_then(|()| fs::remove_file(&note));
            if let Err(error) = removed {
                tracing::debug!(%error, "the socket's folder could not be removed");
            }
        }
    }
}

/// Returns whether a socket below this folder has a path that the system and Postgres accept.
///
/// The path must fit in `sun_path` and survive the list syntax of `unix_socket_directories`.
fn fits_a_socket(folder: &Path) -> bool {
    let plain = folder.to_str().is_some_and(|text| {
        !text
            .chars()
            .any(|character| character.is_control() || character == '"')
    });
    plain && folder.as_os_str().len() + 1 + SOCKET_NAME.len() <= MAX_SOCKET_PATH
}

/// Returns whether this is a real folder of that user, closed to all other users.
fn is_private_to(folder: &Path, uid: u32) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| {
        metadata.is_dir() && metadata.uid() == uid && metadata.mode() & 0o777 == 0o700
    })
}

fn make_private(folder: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

pub(crate) fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Returns the last twenty lines of `text`.
pub(crate) fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
