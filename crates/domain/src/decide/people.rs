//! The rules for people, consumers' API keys and webhooks.

use super::{Forbidden, Refusal, require};
use crate::{Actor, Permission, UserId};

/// Allows administrators and refuses everybody else.
///
/// # Errors
///
/// [`Forbidden::Role`].
pub fn administer(actor: &Actor) -> Result<(), Refusal> {
    require(actor, Permission::Administer)
}

/// Allows administrators to change the roles of `user_id`, but not their own.
///
/// # Errors
///
/// [`Forbidden::Role`].
pub fn change_roles(actor: &Actor, user_id: UserId) -> Result<(), Refusal> {
    administer(actor)?;
    if actor.user_id == user_id {
        return Err(Refusal::Forbidden(Forbidden::Role));
    }
    Ok(())
}
