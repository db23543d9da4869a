//! Threads with their places in a text.

use annai_content::{AnchoredText, GuideSource, Place};
use annai_storage::threads::ThreadRecord;
use tokio::task::JoinError;

/// The place of a thread's anchor, and the text that has it.
#[derive(Debug)]
pub struct PlacedIn<'a> {
    /// The place.
    pub at: Place,
    /// The text.
    pub source: &'a GuideSource,
}

/// Places threads in a source, and returns each as `view` shows it.
///
/// A thread about the guide as a whole has no place. In a source that does not parse, no thread has
/// one. Comparing letters takes long, so this runs on a thread for blocking work.
///
/// # Errors
///
/// [`JoinError`] when the placing panicked.
pub async fn place_threads<T: Send + 'static>(
    source: Vec<u8>,
    records: Vec<ThreadRecord>,
    view: impl Fn(ThreadRecord, Option<PlacedIn<'_>>) -> T + Send + 'static,
) -> Result<Vec<T>, JoinError> {
    let placed = tokio::task::spawn_blocking(move || {
        let source = GuideSource::parse(source).ok();
        let text = source.as_ref().map(AnchoredText::new);
        let text = source.as_ref().zip(text.as_ref());
        let place = |record: ThreadRecord| {
            let anchored = text.zip(record.anchor.as_ref());
            let place = anchored.map(|((source, text), anchor)| PlacedIn {
                at: text.place(anchor),
                source,
            });
            view(record, place)
        };
        records.into_iter().map(place).collect()
    });
    placed.await
}
