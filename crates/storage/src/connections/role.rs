use annai_domain::closed_set;

/// The names of the connection roles, as the migrations create them.
#[derive(Debug, Clone, Copy)]
pub struct Connections;

impl Connections {
    /// The role of the editors' side.
    pub const APP: &'static str = "annai_app";
    /// The role of delivery.
    pub const DELIVERY: &'static str = "annai_delivery";
}

closed_set! {
    /// The way in which connections get the rights of their role.
    pub enum RoleMode: "a way to get a role" {
        /// Each connection takes its role on by `SET ROLE`.
        Set = "set",
        /// The logins have their roles from the start.
        Login = "login",
    }
}

/// The rights of a pool's connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PoolRole {
    /// The name of the role.
    pub(crate) name: &'static str,
    /// The way in which connections get it.
    pub(crate) mode: RoleMode,
}
