#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod approve;
mod autosave;
mod begin_thread;
mod change_owner;
mod copy_guide;
mod create_guide;
mod error;
mod events;
mod export;
mod fields;
pub mod import;
mod import_revision;
mod keys;
mod links;
mod mentions;
mod name_revision;
mod preview;
mod preview_links;
mod projection;
mod publish;
mod published;
mod references;
mod referrers;
mod reply;
mod request_changes;
mod restore;
mod rollback;
mod save;
mod save_merge;
mod save_revision;
mod settle_thread;
mod submit;
mod take_down;
mod take_over;
mod undo_publication;
mod webhooks;
mod withdraw;
mod write_revision;

pub use approve::{Approved, approve};
pub use autosave::{Autosaved, autosave, discard_working_copy};
pub use begin_thread::{BegunThread, ThreadForm, begin_thread};
pub use change_owner::change_owner;
pub use copy_guide::copy_guide;
pub use create_guide::{NewGuide, create_guide};
pub use error::{CommandError, SavedText, StaleText};
pub use export::{EXPORT_PAGE, export_names};
pub use import_revision::{ImportOutcome, ImportedFile, import_revision};
pub use keys::{NewKey, create_key, revoke_key};
pub use links::{link_addresses, list_referring};
pub use mentions::who_may_read;
pub use name_revision::name_revision;
pub use preview::{Preview, PreviewRight, find_linked_revision, find_preview, open_preview_link};
pub use preview_links::{NewPreviewLink, create_preview_link, revoke_preview_link};
pub use publish::{break_glass, publish};
pub use published::Published;
pub use references::backfill_references;
pub use reply::reply;
pub use request_changes::request_changes;
pub use restore::restore;
pub use rollback::rollback;
pub use save::{NewText, NotSaved, Saved, keep_text, save};
pub use save_merge::{MergedFrom, save_merge};
pub use save_revision::save_revision;
pub use settle_thread::settle_thread;
pub use submit::submit;
pub use take_down::{archive, unarchive, unpublish};
pub use take_over::take_over;
pub use undo_publication::{Undone, undo_publication};
pub use webhooks::{
    NewWebhook, WebhookForm, create_webhook, disable_webhook, enable_webhook, redeliver_webhook,
    rotate_webhook_secret, test_webhook, update_webhook,
};
pub use withdraw::withdraw;
pub use write_revision::SavedRevision;
