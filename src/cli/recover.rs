//! `calit recover`: the last good version of a damaged document, as a new one.

use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::{Data, Outcome, print};
use crate::app;
use crate::document::{Content, DocumentId, DocumentKind};
use crate::store::{DocumentStore, NewDocument, Snapshot};

/// Makes a new document of the last good version of a damaged one, which stays as it is.
#[derive(clap::Args)]
pub struct Recover {
    /// The document's id, as `calit documents` shows it.
    document: String,
    /// Name of the new document [default: the old one's].
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    data: Data,
}

impl Recover {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        let document = DocumentId::parse_open(&self.document)?;
        if document.kind() == DocumentKind::Open {
            bail!("{:?} is a plain document: only boards, calendars and notes are recovered", self.document);
        }
        let store = self.data.open().await?;
        let listed = store.list().await?.into_iter().find(|listed| listed.id == document);
        let listed = listed.with_context(|| format!("there is no document {:?}", self.document))?;
        let Some(snapshot) = last_good(store.as_ref(), &document).await? else {
            bail!("no version of {:?} is intact; its stored bytes were left as they are", self.document);
        };
        let new = NewDocument {
            id: app::new_document_id(document.kind()),
            name: self.name.unwrap_or(listed.name),
            author: Arc::from("recover"),
            created_at_ms: app::system_clock().now_ms(),
        };
        store.create(&new, &[snapshot.bytes]).await?;
        let (id, position) = (new.id.as_str(), snapshot.position.get());
        print(format_args!("{id} holds {:?} as it was at its log position {position}", new.name))?;
        Ok(Outcome::Done)
    }
}

/// The newest version whose bytes are intact and decode.
async fn last_good(store: &dyn DocumentStore, document: &DocumentId) -> anyhow::Result<Option<Snapshot>> {
    for version in store.versions(document).await? {
        if let Ok(snapshot) = store.load_version(document, version.id).await
            && Content::verify_snapshot(&snapshot.bytes).is_ok_and(|digest| *digest.as_bytes() == snapshot.digest)
        {
            return Ok(Some(snapshot));
        }
    }
    Ok(None)
}
