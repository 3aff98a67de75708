//! `calit migrate`: the store's schema as this release wants it, before the release serves.

use super::{Data, Outcome, print};

/// Brings the store's schema up to date, as starting the server does.
#[derive(clap::Args)]
pub struct Migrate {
    #[command(flatten)]
    data: Data,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<Outcome> {
        self.data.open().await?;
        print(format_args!("the schema of {} is up to date", self.data.place()?))?;
        Ok(Outcome::Done)
    }
}
