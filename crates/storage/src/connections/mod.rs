//! The connections to the servers of one database.

mod hosts;
mod pool;
mod role;
mod route;
mod servers;

pub use hosts::{Hosts, HostsError};
pub(crate) use pool::{Pool, PoolSize};
pub(crate) use role::PoolRole;
pub use role::{Connections, RoleMode};
pub(crate) use route::{Cluster, Route, Wanted};
pub use servers::{ServerReport, ServerState};
