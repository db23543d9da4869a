//! What pages show: one typed view per template, the templates themselves, the words in
//! Japanese and English, and the files that pages load.

mod assets;
mod catalogue;
mod filters;
mod frame;
mod templates;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod conflict;
pub(crate) mod diff;
pub(crate) mod editor;
pub(crate) mod error;
pub(crate) mod fields;
pub(crate) mod form;
pub(crate) mod guide;
pub(crate) mod guides;
pub(crate) mod history;
pub(crate) mod home;
pub(crate) mod keys;
pub(crate) mod people;
pub(crate) mod preview;
pub(crate) mod preview_links;
pub(crate) mod publishing;
pub(crate) mod review;
pub(crate) mod shared_preview;
pub(crate) mod sign_in;
pub(crate) mod threads;
pub(crate) mod webhooks;

use serde::Serialize;

pub(crate) use assets::{asset, assets_path};
pub use catalogue::Locale;
pub(crate) use catalogue::{Message, words_of};
pub(crate) use frame::{Flash, FlashKind, Frame, Person};
pub(crate) use templates::{RenderError, render};

/// The data of one template.
///
/// A template shows one view and decides nothing; whatever it names must be there, or
/// rendering fails.
pub(crate) trait View: Serialize + Sized {
    /// The template's path below `admin-ui/templates`.
    const TEMPLATE: &'static str;

    /// One value per distinct look; a test renders them all in both languages.
    #[cfg(test)]
    fn samples() -> Vec<Self>;
}
