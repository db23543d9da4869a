#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod accept;
mod accept_encoding;
mod answer_on;
mod bearer;
mod body_wait;
mod client_address;
mod conditional;
mod context;
mod entity_tag;
mod extract;
mod fallback;
mod guide_file;
mod layers;
mod limits;
pub mod metrics;
mod openapi;
pub mod outage;
mod problem;
mod request_id;
mod strict;
mod trace;
mod with_parameter;

pub use accept::accepts_html;
pub use accept_encoding::AcceptEncoding;
pub use answer_on::answer_on;
pub use bearer::{bearer, bearer_text};
pub use client_address::{ClientAddress, TrustedProxies, TrustedProxiesError};
pub use conditional::{IfMatch, IfNoneMatch};
pub use context::allow_time;
pub use entity_tag::{EntityTag, EntityTagError, ReadyTag};
pub use extract::{Json, Path, Query};
pub use fallback::{method_not_allowed, not_found};
pub use guide_file::{GuideFile, GuideForm};
pub use layers::{Answers, Layers};
pub use limits::{Allowance, Exceeded, KeyLimit, NetworkLimit};
pub use openapi::{describe_responses, require_nullable_members};
pub use problem::{Problem, ProblemDocument, ProblemError, ProblemKind, error_chain};
pub use request_id::RequestId;
pub use strict::suggest;
pub use with_parameter::with_parameter;
