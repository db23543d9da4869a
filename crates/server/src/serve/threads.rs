use tokio::runtime::{Builder, Handle, Runtime};

use crate::failure::Failure;

/// Threads of their own for the editors' side: rendering and compressing there never hold up an
/// answer to a site.
#[derive(Debug)]
pub(crate) struct EditorsThreads(Option<Runtime>);

impl EditorsThreads {
    pub(crate) fn start() -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread()
            .thread_name("annai-editors")
            .enable_all()
            .build()
            .map_err(anyhow::Error::new)?;
        Ok(Self(Some(runtime)))
    }

    /// Where their work is handed in.
    pub(crate) fn handle(&self) -> Handle {
        self.0
            .as_ref()
            .map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }
}

impl Drop for EditorsThreads {
    fn drop(&mut self) {
        // A runtime that is dropped would wait, which nobody may do on a thread that answers.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
