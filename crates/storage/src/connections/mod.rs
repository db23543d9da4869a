//! The connections to the servers of one database.

mod hosts;
mod pool;
mod route;

pub use hosts::{Hosts, HostsError};
pub(crate) use pool::{Pool, PoolRole, PoolSize};
pub(crate) use route::{Cluster, Route, Wanted};
