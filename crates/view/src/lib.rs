#![doc = include_str!("../README.md")]
#![expect(missing_docs, reason = "a template names the fields of its view")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod assets;
mod catalogue;
mod files;
mod filters;
mod frame;
mod scripts;
mod templates;
#[cfg(test)]
mod tests;
mod user_agent;
mod view;

pub mod account;
pub mod audit;
pub mod conflict;
pub mod developers;
pub mod diff;
pub mod editor;
pub mod error;
pub mod fields;
pub mod form;
pub mod guide;
pub mod guides;
pub mod history;
pub mod home;
pub mod keys;
pub mod people;
pub mod preview;
pub mod preview_links;
pub mod publishing;
pub mod reference;
pub mod review;
pub mod shared_preview;
pub mod sign_in;
pub mod slugs;
pub mod threads;
pub mod webhooks;

pub use assets::asset;
pub(crate) use assets::assets_path;
pub use catalogue::{Message, find_text, keys_under, words_of};
pub use frame::{FlashKind, FlashView, Frame, JudgedView, Person, WaitingBadge};
pub use templates::{RenderError, render};
pub use view::View;
