//! What happened in documents, read newest first; `append.rs` writes it.
//!
//! Events are keyed by document and number, so that one document's history is read from neighbouring places and a batch that
//! is appended again leaves one copy. Their texts are not checked by a sum as log rows are: no document is rebuilt from them.

use sqlx::QueryBuilder;
use sqlx::postgres::{PgConnection, Postgres};

use super::connect::store_error;
use super::text;
use crate::store::sql::{EventRow, recorded_event, to_sql};
use crate::store::{EVENTS_READ_MAX, EventQuery, RecordedEvent, StoreError};

/// The newest events that the query asks for.
pub(super) async fn read(connection: &mut PgConnection, query: &EventQuery) -> Result<Vec<RecordedEvent>, StoreError> {
    let mut sql: QueryBuilder<Postgres> = QueryBuilder::new(
        "SELECT documents.id, events.number, at_ms, author, subject, body
         FROM events JOIN documents ON documents.number = events.document WHERE at_ms >= ",
    );
    sql.push_bind(to_sql(query.since_ms));
    if let Some(document) = &query.document {
        let (number, _) = super::read::find(connection, document).await?;
        sql.push(" AND events.document = ").push_bind(number);
    }
    if let Some(subject) = &query.subject {
        sql.push(" AND subject = ").push_bind(text(subject));
    }
    if let Some(before) = query.before {
        sql.push(" AND events.number < ").push_bind(to_sql(before));
    }
    if let Some(author) = &query.not_by {
        sql.push(" AND author <> ").push_bind(text(author));
    }
    // Within a document numbers grow with time, and an index has them in order; over all documents only time has.
    sql.push(if query.document.is_some() {
        " ORDER BY events.number DESC"
    } else {
        " ORDER BY at_ms DESC, events.document DESC, events.number DESC"
    });
    sql.push(" LIMIT ").push_bind(i64::from(query.limit.min(EVENTS_READ_MAX)));
    let rows: Vec<EventRow> =
        sql.build_query_as().persistent(false).fetch_all(connection).await.map_err(store_error)?;
    Ok(rows.into_iter().filter_map(recorded_event).collect())
}
