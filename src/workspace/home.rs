//! The home page: my cards over all boards, the sprints under way, and what others changed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::digest::{Digest, OpenCard, RunningSprint};
use super::{Failure, Workspace, stored};
use crate::access::UserId;
use crate::board::Board;
use crate::board::history;
use crate::document::{Content, DocumentId};
use crate::store::{DocumentInfo, EventQuery, RecordedEvent};

/// Most boards that the page looks into, the ones edited last: a person works on a handful.
const BOARDS_MAX: usize = 200;

/// Most changes that it tells.
const CHANGES_MAX: usize = 50;

/// Events that are looked through for them: some are of boards put away, or told by another event.
const EVENTS_READ: u32 = 500;

/// What the home page shows, as JSON.
#[derive(Serialize)]
pub struct Home {
    me: Option<String>,
    cards: Vec<OnBoard<OpenCard>>,
    sprints: Vec<OnBoard<RunningSprint>>,
    changes: Vec<OnBoard<Change>>,
}

/// Something, and the board on which it is.
#[derive(Serialize)]
struct OnBoard<T> {
    board: String,
    board_name: String,
    #[serde(flatten)]
    it: T,
}

#[derive(Serialize)]
struct Change {
    at: u64,
    by: String,
    by_name: Option<String>,
    subject: String,
    title: Option<String>,
    body: Box<RawValue>,
}

/// What an event is about.
#[derive(Deserialize)]
struct Kind<'a> {
    kind: &'a str,
}

/// A board and what is on it.
struct Look {
    id: DocumentId,
    digest: Arc<Digest>,
}

impl Workspace {
    /// The home page of somebody who was last here at `since_ms`.
    ///
    /// # Errors
    /// When the store does not answer. A board that cannot be read is left out.
    pub async fn home(&self, me: Option<&UserId>, since_ms: u64) -> Result<Home, Failure> {
        let mut boards: Vec<DocumentInfo> = self.boards().await?;
        boards.retain(|board| board.archived_at_ms.is_none());
        boards.sort_by_key(|board| std::cmp::Reverse(board.last_edit_at_ms));
        let mut looks = Vec::new();
        for board in boards.into_iter().take(BOARDS_MAX) {
            let read = async || self.read_digest(&board.id).await;
            if let Some(digest) = self.0.digests.get(&board.id, board.updates, read).await {
                looks.push(Look { id: board.id, digest });
            }
        }
        let not_by = me.map(|me| me.as_str().to_owned());
        let query = EventQuery { since_ms, not_by, limit: EVENTS_READ, ..EventQuery::default() };
        let events = self.0.store.events(&query).await?;
        Ok(Home::new(me, &looks, events))
    }

    /// A live board is asked, so that it is not decoded twice; any other is read from the store.
    async fn read_digest(&self, board: &DocumentId) -> Option<Digest> {
        if let Some(room) = self.0.hub.live(board)
            && let Ok(digest) = room.look(digest_of).await
        {
            return digest;
        }
        let read = stored::read(self.0.store.as_ref(), board, digest_of).await;
        read.inspect_err(|error| tracing::warn!(document.id = board.as_str(), %error, "not on the home page")).ok()?
    }
}

/// `None` when the board cannot be read, which must not cost its room.
fn digest_of(content: &Content) -> Option<Digest> {
    stored::guarded(|| content.read(|txn| Digest::of(&Board::read(txn))))
}

impl Home {
    fn new(me: Option<&UserId>, looks: &[Look], events: Vec<RecordedEvent>) -> Self {
        let mine = |card: &&OpenCard| me.is_some_and(|me| card.assignees.contains(me.as_str()));
        let cards =
            looks.iter().flat_map(|look| look.digest.open.iter().filter(mine).map(|card| look.on_board(card.clone())));
        let sprints =
            looks.iter().flat_map(|look| look.digest.sprints.iter().map(|sprint| look.on_board(sprint.clone())));
        let changes = events.into_iter().filter_map(|event| {
            let look = looks.iter().find(|look| look.id == event.document)?;
            // Who renames a board without ever working on it is no member of it, but may be known elsewhere.
            let by_name =
                look.name_of(&event.author).or_else(|| looks.iter().find_map(|any| any.name_of(&event.author)));
            let by_name = by_name.cloned();
            Some(look.on_board(look.change(event, by_name)?))
        });
        Self {
            me: me.map(|me| me.as_str().to_owned()),
            cards: cards.collect(),
            sprints: sprints.collect(),
            changes: changes.take(CHANGES_MAX).collect(),
        }
    }
}

impl Look {
    fn on_board<T>(&self, it: T) -> OnBoard<T> {
        OnBoard { board: self.id.as_str().to_owned(), board_name: self.digest.name.clone(), it }
    }

    fn name_of(&self, author: &str) -> Option<&String> {
        self.digest.people.get(author)
    }

    /// `None` for what the card's own event tells already.
    fn change(&self, event: RecordedEvent, by_name: Option<String>) -> Option<Change> {
        let Kind { kind } = serde_json::from_str(&event.body).ok()?;
        if kind == "scope" {
            return None;
        }
        let RecordedEvent { at_ms, author, subject, body, .. } = event;
        let digest = &self.digest;
        let title = if subject == history::BOARD { Some(&digest.name) } else { digest.titles.get(&subject) };
        Some(Change {
            at: at_ms,
            by: author.as_ref().to_owned(),
            by_name,
            title: title.cloned(),
            subject,
            body: RawValue::from_string(body).ok()?,
        })
    }
}
