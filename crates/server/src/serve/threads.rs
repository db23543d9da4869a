use tokio::runtime::{Builder, Handle, Runtime};

use crate::failure::Failure;

/// Threads for the editors' side only: rendering and compression there never delay a response to a
/// site.
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

    /// Returns the handle that runs work on these threads.
    pub(crate) fn handle(&self) -> Handle {
        self.0
            .as_ref()
            .map_or_else(Handle::current, |runtime| runtime.handle().clone())
    }
}

impl Drop for EditorsThreads {
    fn drop(&mut self) {
        // Dropping a runtime waits for its threads, which panics on a thread of another runtime.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
