//! `GET /admin/guides/{guide_id}/presence`: server-sent events.
//!
//! `people` lists the other people, `revision` names the newest revision, `over` is the last event
//! of a session.

use std::convert::Infallible;
use std::time::Duration;

use annai_desk::{DeskState, OtherPerson, Seat};
use annai_domain::{GuideId, RevisionId, decide};
use annai_identity::{NotSignedIn, Onlooker};
use annai_storage::{StorageError, guides, users};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::poll_fn;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use super::address::Path;
use super::error::PageError;

/// The time after which a browser connects again.
const RETRY: Duration = Duration::from_secs(5);

/// The newest revision, as the editor's script shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct NewestRevision {
    revision_id: RevisionId,
    number: i32,
    by: String,
}

/// The last sent state.
#[derive(Debug, Default)]
struct Told {
    people: Option<Vec<OtherPerson>>,
    revision: Option<NewestRevision>,
}

/// Streams who is in the guide until the browser leaves. The stream does not count as use of the
/// session.
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
    let pulse = seat.pulse();
    let (out, mut events) = mpsc::channel(2);
    tokio::spawn(tell(state, onlooker, seat, out));
    let events = poll_fn(move |context| {
        events
            .poll_recv(context)
            .map(|event| event.map(Ok::<_, Infallible>))
    });
    // Proxies that collect responses would hold the events back.
    let headers = [("x-accel-buffering", "no")];
    let alive = KeepAlive::new().interval(pulse).text("");
    Ok((headers, Sse::new(events).keep_alive(alive)).into_response())
}

/// Sends changes in the guide until the browser leaves, the person may not read it, or the program
/// stops.
async fn tell(state: DeskState, onlooker: Onlooker, mut seat: Seat, out: mpsc::Sender<Event>) {
    let mut told = Told::default();
    let mut leaving = seat.leaving();
    let mut pulse = tokio::time::interval(seat.pulse());
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    if out.send(Event::default().retry(RETRY)).await.is_err() {
        return;
    }
    loop {
        let is_beat = tokio::select! {
            _ = pulse.tick() => true,
            () = seat.changed() => false,
            _ = leaving.wait_for(|is_leaving| *is_leaving) => return,
            () = out.closed() => return,
        };
        let onlooker = match onlooker.again(&state.identity).await {
            Ok(Some(onlooker)) => onlooker,
            Ok(None) => return say_over(&out).await,
            // Without a database nobody knows whether the person may still read the guide.
            Err(_) => continue,
        };
        if is_beat {
            seat.beat(&onlooker.0.user.display_name);
        }
        match news(&state, &onlooker, &seat, &mut told).await {
            Ok(Some(events)) => {
                for event in events {
                    if out.send(event).await.is_err() {
                        return;
                    }
                }
            }
            Ok(None) => return say_over(&out).await,
            Err(_) => {}
        }
    }
}

/// Sends the last event: the session is over, or the person may not read the guide.
async fn say_over(out: &mpsc::Sender<Event>) {
    let _ = out.send(Event::default().event("over").data("{}")).await; // the browser may have left
}

/// Returns the events since the last ones; `None` when the person may not read the guide.
async fn news(
    state: &DeskState,
    onlooker: &Onlooker,
    seat: &Seat,
    told: &mut Told,
) -> Result<Option<Vec<Event>>, StorageError> {
    let db = state.database.reader();
    let facts = guides::find_facts(&db, seat.guide_id()).await?;
    let Some(facts) = facts.filter(|facts| decide::read(facts, &onlooker.0.actor).is_ok()) else {
        return Ok(None);
    };
    let mut events = Vec::new();
    let latest = facts.latest;
    let is_new = |told: &NewestRevision| told.number != latest.revision_number;
    if told.revision.as_ref().is_none_or(is_new) {
        let author = users::find(&db, latest.created_by).await?;
        let revision = NewestRevision {
            revision_id: latest.revision_id,
            number: latest.revision_number,
            by: author.map(|user| user.display_name).unwrap_or_default(),
        };
        events.extend(event("revision", &revision));
        told.revision = Some(revision);
    }
    let people = seat.others();
    if told.people.as_ref() != Some(&people) {
        events.extend(event("people", &people));
        told.people = Some(people);
    }
    Ok(Some(events))
}

fn event(name: &str, data: &impl Serialize) -> Option<Event> {
    Event::default().event(name).json_data(data).ok() // ids, numbers and names are always JSON
}
