//! The password once more, before administration.

use annai_domain::Permission;
use annai_identity::{SignInError, reauthenticate};
use annai_view::sign_in::ConfirmView;

use super::error::PageError;
use super::form::FormData;
use super::page::Page;

impl Page {
    /// Lets administrators change things who proved who they are within the last 10 minutes. The
    /// others are asked for their password, and the question sends `form` again together with it.
    /// Looking asks for the role only.
    pub(super) async fn administer(&self, form: &FormData) -> Result<(), PageError> {
        self.require(Permission::Administer)?;
        if self.signed_in.session.is_fresh {
            return Ok(());
        }
        let (is_refused, wait) = match form.confirmation() {
            None => (false, None),
            Some(password) => {
                match reauthenticate(&self.state.identity, &self.signed_in, password).await {
                    Ok(()) => return Ok(()),
                    Err(SignInError::Refused) => (true, None),
                    Err(SignInError::Wait(wait)) => (true, Some(wait)),
                    Err(error) => return Err(error.into()),
                }
            }
        };
        Err(PageError::unconfirmed(ConfirmView {
            action: self.path().to_owned(),
            fields: form.fields().to_vec(),
            is_refused,
            wait_seconds: wait.map(|wait| wait.seconds.into()),
        }))
    }
}
