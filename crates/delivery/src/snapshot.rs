use annai_domain::{Ref, RefName};
use annai_storage::delivery::{LedgerPosition, current_position, find_position};
use annai_web::{Problem, ProblemKind};

use crate::state::DeliveryState;
use crate::trouble::storage_problem;

/// The site as it stood at a ref: what a request is answered from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Snapshot {
    pub(crate) name: RefName,
    /// Whether the address names the ref, so that its answer never changes.
    pub(crate) frozen: bool,
}

impl Snapshot {
    /// The site now, or as it stood at `pinned`.
    pub(crate) async fn resolve(
        state: &DeliveryState,
        pinned: Option<RefName>,
    ) -> Result<Self, Problem> {
        let Some(name) = pinned else {
            let position = current_position(&state.db).await;
            let LedgerPosition { name, .. } = position.map_err(|error| storage_problem(&error))?;
            return Ok(Self {
                name,
                frozen: false,
            });
        };
        if !exists(state, name).await? {
            return Err(Problem::new(ProblemKind::TokenExpired)
                .with_detail(format!("ref {name} is not one of this database"))
                .with_extension("restart", "/v1/refs/current"));
        }
        Ok(Self { name, frozen: true })
    }

    /// The position in the ledger.
    pub(crate) fn at(self) -> Ref {
        self.name.number
    }

    /// What the addresses of this snapshot begin with.
    pub(crate) fn prefix(self) -> String {
        if self.frozen {
            format!("/v1/@{}", self.name)
        } else {
            "/v1".to_owned()
        }
    }
}

/// Whether the ledger of this database has an entry of that name.
pub(crate) async fn exists(state: &DeliveryState, name: RefName) -> Result<bool, Problem> {
    let position = find_position(&state.db, name.number).await;
    let position = position.map_err(|error| storage_problem(&error))?;
    Ok(position.is_some_and(|position| position.name == name))
}
