#![doc = include_str!("../README.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod audit_action;
mod cache_tags;
mod clock;
mod closed_set;
mod content_hash;
pub mod decide;
mod email;
mod encoding;
mod event;
mod facts;
mod field_fault;
mod file_dialect;
mod guide_urls;
mod ids;
mod ledger;
pub mod limits;
mod locale;
mod mention;
mod reference_kind;
mod review;
mod revision_kind;
mod role;
mod slug;
mod status;
pub mod text;
mod thread;
pub mod token;
mod webhook;

pub use audit_action::AuditAction;
pub use cache_tags::{LISTS_TAG, REFS_TAG, cache_tag, cache_tags};
pub use clock::Clock;
pub use closed_set::UnknownWord;
#[doc(hidden)]
pub use closed_set::api_schema;
pub use content_hash::{ContentHash, ContentHashError};
pub use email::{EmailAddress, EmailAddressError};
pub use encoding::Encoding;
pub use event::{
    Event, PublicGuide, PublicRelease, ReleasedGuide, ReviewedRevision, TakenDownGuide,
    gathered_body, pinned_path,
};
pub use facts::{GuideFacts, LatestRevision, PublicRevision, Visibility, VisibilityKind};
pub use field_fault::FieldFault;
pub use file_dialect::FileDialect;
pub use guide_urls::{GuideUrls, GuideUrlsError};
pub use ids::{
    ApiKeyId, CommentId, DecisionId, GuideId, NodeId, PreviewLinkId, ReviewId, ReviewPolicyId,
    RevisionId, ThreadId, UserId, WebhookDeliveryId, WebhookEndpointId, WebhookEventId, WindowId,
};
pub use ledger::{Authority, AuthorityKind, PublicationAction, Ref, RefName, RefNameError};
pub use locale::Locale;
pub use mention::{Mention, mentions};
pub use reference_kind::ReferenceKind;
pub use review::{PolicyStep, Review, ReviewPolicy, ReviewState, Verdict};
pub use revision_kind::{RevisionKind, RevisionOrigin};
pub use role::{Actor, Permission, Role, RoleSet};
pub use slug::{Slug, SlugError};
pub use status::{GuideStatus, Judgement, Work, judgement, judgement_in, status, work};
pub use thread::{Anchor, Quotation, ThreadAction, ThreadFacts};
pub use webhook::{
    MOST_ATTEMPTS, WebhookEventType, WebhookKind, WebhookReach, WebhookSecret, WebhookUrl,
    WebhookUrlError, WebhookWindow, is_public_address, wait_after,
};
