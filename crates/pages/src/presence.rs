//! `GET /admin/guides/{guide_id}/presence`: server-sent events.
//!
//! `people` lists who else is there, `revision` names the newest revision, `over` says that there is
//! nothing more to come for this session.

use std::convert::Infallible;
use std::fmt::Write as _;

use annai_domain::{GuideId, RevisionId, decide};
use annai_storage::{StorageError, guides, users};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::address::Path;
use super::error::PageError;
use annai_desk::DeskState;
use annai_desk::{OtherPerson, Seat};
use annai_identity::{NotSignedIn, Onlooker};

/// When to come back, in milliseconds.
const RETRY: &str = "retry: 5000\n\n";
/// Proof that the connection lives.
const NOTHING_NEW: &str = ":\n\n";
/// The last event of a session that is over, or of a guide that is not there for them any more.
const OVER: &str = "event: over\ndata: {}\n\n";

/// The newest revision, as its reader may want to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct NewestRevision {
    revision_id: RevisionId,
    number: i32,
    by: String,
}

/// What a stream has told already.
#[derive(Debug, Default)]
struct Told {
    people: Option<Vec<OtherPerson>>,
    revision: Option<NewestRevision>,
}

/// Who is in the guide, until its reader leaves. Their session is not kept awake by it.
pub(crate) async fn get(
    State(state): State<DeskState>,
    onlooker: Result<Onlooker, NotSignedIn>,
    Path(guide_id): Path<GuideId>,
) -> Result<Response, PageError> {
    let onlooker = onlooker?;
    let facts = guides::find_facts(&state.database.reader(), guide_id).await?;
    let facts = facts.ok_or_else(PageError::not_found)?;
    decide::read(&facts, &onlooker.0.actor)?;
    let seat = state.presence.sit(guide_id, onlooker.0.actor.user_id);
    let seat = seat.ok_or_else(|| PageError::new(StatusCode::TOO_MANY_REQUESTS))?;
    let (out, mut written) = mpsc::channel(2);
    tokio::spawn(write(state, onlooker, seat, out));
    let body = futures_util::stream::poll_fn(move |context| {
        let next = written.poll_recv(context);
        next.map(|bytes: Option<Bytes>| bytes.map(Ok::<_, Infallible>))
    });
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/event-stream"),
        ),
        // Proxies that collect answers would hold the events back.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}

async fn write(state: DeskState, onlooker: Onlooker, mut seat: Seat, out: mpsc::Sender<Bytes>) {
    let mut told = Told::default();
    let mut leaving = seat.leaving();
    let mut pulse = tokio::time::interval(seat.pulse());
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut text = RETRY.to_owned();
    loop {
        if out.send(text.into()).await.is_err() {
            return;
        }
        let is_beat = tokio::select! {
            _ = pulse.tick() => true,
            () = seat.changed() => false,
            _ = leaving.wait_for(|is_leaving| *is_leaving) => return,
            () = out.closed() => return,
        };
        let onlooker = match onlooker.again(&state.identity).await {
            Ok(Some(onlooker)) => onlooker,
            Ok(None) => return bid_farewell(&out).await,
            Err(_) => {
                // Without a database nobody can say whether they may still look.
                text = NOTHING_NEW.into();
                continue;
            }
        };
        if is_beat {
            seat.beat(&onlooker.0.user.display_name);
        }
        text = match news(&state, &onlooker, &seat, &mut told).await {
            Ok(Some(news)) => news,
            Ok(None) => return bid_farewell(&out).await,
            Err(_) => NOTHING_NEW.to_owned(),
        };
    }
}

async fn bid_farewell(out: &mpsc::Sender<Bytes>) {
    let _ = out.send(OVER.into()).await; // or the reader has gone meanwhile
}

/// What is new since the last events; `None` when the guide is not there for them any more.
async fn news(
    state: &DeskState,
    onlooker: &Onlooker,
    seat: &Seat,
    told: &mut Told,
) -> Result<Option<String>, StorageError> {
    let db = state.database.reader();
    let facts = guides::find_facts(&db, seat.guide_id()).await?;
    let Some(facts) = facts.filter(|facts| decide::read(facts, &onlooker.0.actor).is_ok()) else {
        return Ok(None);
    };
    let mut text = String::new();
    let latest = facts.latest;
    let is_new = |told: &NewestRevision| told.number != latest.revision_number;
    if told.revision.as_ref().is_none_or(is_new) {
        let author = users::find(&db, latest.created_by).await?;
        let revision = NewestRevision {
            revision_id: latest.revision_id,
            number: latest.revision_number,
            by: author.map(|user| user.display_name).unwrap_or_default(),
        };
        push_event(&mut text, "revision", &revision);
        told.revision = Some(revision);
    }
    let people = seat.others();
    if told.people.as_ref() != Some(&people) {
        push_event(&mut text, "people", &people);
        told.people = Some(people);
    }
    Ok(Some(if text.is_empty() {
        NOTHING_NEW.to_owned()
    } else {
        text
    }))
}

/// Adds an event. JSON has no line ends of its own, so that no name can end the event early.
fn push_event(text: &mut String, name: &str, data: &impl Serialize) {
    if let Ok(data) = serde_json::to_string(data) {
        let _infallible = write!(text, "event: {name}\ndata: {data}\n\n");
    }
}
