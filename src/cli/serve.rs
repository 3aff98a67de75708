//! `calit serve`.

use crate::app::Server;
use crate::cli::{Outcome, print};
use crate::config::{Config, Settings};
use crate::shutdown::Shutdown;

pub(super) async fn run(settings: &Settings) -> anyhow::Result<Outcome> {
    let config = Config::parse(settings)?;
    let shutdown = Shutdown::default();
    let server = Server::start(config, &shutdown).await?;
    // On standard output, for whoever started the server on port 0.
    print(server.greeting()?)?;
    Ok(if server.run(shutdown).await? { Outcome::Done } else { Outcome::Incomplete })
}
