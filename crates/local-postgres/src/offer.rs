//! The ways to get programs, for the person who is asked.

use std::fmt;

/// A package client of the machine, in the order of our trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// The distribution's own packages, on Debian and Ubuntu as root.
    Apt,
    /// A wheel by Python's client.
    Pip,
    /// A package by Node's client.
    Npm,
}

impl Client {
    pub(crate) const ALL: [Self; 3] = [Self::Apt, Self::Pip, Self::Npm];
}

impl fmt::Display for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Apt => "apt",
            Self::Pip => "pip",
            Self::Npm => "npm",
        })
    }
}

/// The way in which Annai would get the programs, for the person who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The client that gets them.
    pub client: Client,
    /// The package.
    pub package: &'static str,
    /// The version of PostgreSQL, where it is known before.
    pub release: Option<&'static str>,
    /// The size of the download, where it is known before.
    pub megabytes: Option<u64>,
    /// The licences of package and programs.
    pub licence: &'static str,
    /// Whether the data folder has no cluster yet.
    pub is_first: bool,
}
