//! `calit documents`: what is stored.

use jiff::Timestamp;

use super::{Data, Outcome, print};

/// Lists the stored documents.
#[derive(clap::Args)]
pub struct Documents {
    #[command(flatten)]
    data: Data,
}

impl Documents {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        let documents = self.data.open().await?.list().await?;
        print(format_args!("{:<26} {:>12} {:>10}  {:<20}  NAME", "DOCUMENT", "BYTES", "UPDATES", "LAST EDIT"))?;
        for document in &documents {
            let edited = document.last_edit_at_ms.map_or_else(|| "never".into(), when);
            let (id, name) = (document.id.as_str(), printable(&document.name));
            print(format_args!("{id:<26} {:>12} {:>10}  {edited:<20}  {name}", document.bytes, document.updates))?;
        }
        print(format_args!("{} document(s)", documents.len()))?;
        Ok(Outcome::Done)
    }
}

fn when(at_ms: u64) -> String {
    let timestamp = i64::try_from(at_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    timestamp.map_or_else(|| "?".into(), |timestamp| format!("{timestamp:.0}"))
}

/// A name is somebody's text: it must not steer the terminal.
fn printable(name: &str) -> String {
    name.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
