//! Settings: flags and environment variables become a [`Config`], or every mistake in them at once.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use crate::access::Mode;
use crate::store::place::Place;
use crate::store::postgres::DatabaseUrl;

/// Memory for rooms unless told otherwise: some 20 boards of 5,000 cards.
const ROOM_MEGABYTES: u64 = 1024;

/// More than anybody means.
const NUMBER_MAX: u64 = 1_000_000;

/// More replicas than that in one process show nothing new.
const REPLICAS_MAX: u64 = 16;

/// What `calit serve` is told, as it was written.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Settings {
    /// Address for users: HTTP and WebSocket.
    #[arg(long, env = "CALIT_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: String,
    /// Address for operators: /livez, /readyz and /metrics.
    #[arg(long, env = "CALIT_ADMIN_LISTEN", default_value = "127.0.0.1:9090")]
    pub admin_listen: String,
    /// Where documents are kept.
    #[command(flatten)]
    pub store: StoreSettings,
    /// Redis, over which replicas hear each other at once, as redis://host:port [default: this is the only replica].
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,
    /// What replicas that belong together call themselves on Redis.
    #[arg(long, env = "CALIT_DEPLOYMENT", default_value = "calit")]
    pub deployment: String,
    /// Lets everybody in as a guest of a demo workspace: `true` or `false` [default: true on a loopback address].
    #[arg(long, env = "CALIT_DEMO", num_args = 0..=1, default_missing_value = "true")]
    pub demo: Option<String>,
    /// Development mode of a plain Yjs server: any name under /sync/ is a document. Only on a loopback address.
    #[arg(long, env = "CALIT_OPEN", num_args = 0..=1, default_missing_value = "true")]
    pub open: Option<String>,
    /// Memory for open documents, in megabytes [default: 1024].
    #[arg(long, env = "CALIT_ROOM_MEGABYTES")]
    pub room_megabytes: Option<String>,
    /// So many replicas in this one process, over the embedded store; the others listen on free ports. To see what several
    /// do, without Postgres and Redis: they end together.
    #[arg(long, env = "CALIT_REPLICAS", hide_short_help = true)]
    pub replicas: Option<String>,
    /// Seconds between SIGTERM and the first closed connection, for load balancers to notice [default: 0].
    #[arg(long, env = "CALIT_DRAIN_GRACE")]
    pub drain_grace: Option<String>,
}

/// Where documents are kept, as it was written.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct StoreSettings {
    /// Directory of the embedded store.
    #[arg(long, env = "CALIT_DATA", default_value = "./data")]
    pub data: String,
    /// Keeps documents in Postgres (15 or later) instead: postgres://user:password@host:port/database.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl StoreSettings {
    /// Checks them; `None` if there are mistakes.
    pub fn place(&self, mistakes: &mut Vec<String>) -> Option<Place> {
        match self.database_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
            Some(url) => match DatabaseUrl::parse(url) {
                Ok(url) => return Some(Place::Database(url)),
                Err(what) => mistakes.push(format!("--database-url (DATABASE_URL) cannot be used: {what}")),
            },
            None if self.data.trim().is_empty() => {
                mistakes.push("--data (CALIT_DATA) is empty: name a directory".into());
            }
            None => return Some(Place::Directory(self.data.clone().into())),
        }
        None
    }
}

/// Checked settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Address for users.
    pub listen: SocketAddr,
    /// Address for operators.
    pub admin_listen: SocketAddr,
    /// Where documents are kept.
    pub store: Place,
    /// Where replicas hear each other.
    pub redis_url: Option<String>,
    /// What replicas that belong together call themselves there.
    pub deployment: String,
    /// Who is let in.
    pub mode: Mode,
    /// Memory for open documents, in bytes.
    pub room_bytes_max: u64,
    /// How many replicas this process is.
    pub replicas: usize,
    /// Between SIGTERM and the first closed connection.
    pub drain_grace: Duration,
}

/// Everything that is wrong with the settings, one sentence each.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} mistake(s):\n  - {}", .0.len(), .0.join("\n  - "))]
pub struct Mistakes(pub Vec<String>);

impl Config {
    /// Checks all settings.
    ///
    /// # Errors
    /// Lists every mistake, not only the first.
    pub fn parse(settings: &Settings) -> Result<Self, Mistakes> {
        let mut mistakes = Vec::new();
        let listen = address("--listen", &settings.listen, &mut mistakes);
        let admin_listen = address("--admin-listen", &settings.admin_listen, &mut mistakes);
        let demo = flag("--demo", settings.demo.as_deref(), &mut mistakes);
        let open = flag("--open", settings.open.as_deref(), &mut mistakes).unwrap_or(false);
        let megabytes = number("--room-megabytes", settings.room_megabytes.as_deref(), 16..=NUMBER_MAX, &mut mistakes);
        let grace = number("--drain-grace", settings.drain_grace.as_deref(), 0..=NUMBER_MAX, &mut mistakes);
        let replicas = number("--replicas", settings.replicas.as_deref(), 1..=REPLICAS_MAX, &mut mistakes);
        let store = settings.store.place(&mut mistakes);
        if !is_name(&settings.deployment) {
            mistakes.push(format!(
                "--deployment (CALIT_DEPLOYMENT) is {:?}: write 1 to 64 letters, digits, - and _",
                settings.deployment
            ));
        }
        if settings.redis_url.is_some() && matches!(store, Some(Place::Directory(_))) {
            mistakes
                .push("--redis-url (REDIS_URL) is for replicas that share a database: give DATABASE_URL too".into());
        }
        if replicas.is_some() && matches!(store, Some(Place::Database(_))) {
            mistakes.push(
                "--replicas (CALIT_REPLICAS) is for the embedded store: start one process for each over a database"
                    .into(),
            );
        }
        let is_loopback = listen.is_some_and(|listen| listen.ip().is_loopback());
        if open && listen.is_some() && !is_loopback {
            mistakes.push(format!(
                "--open (CALIT_OPEN) lets anybody write anything, so it is allowed on a loopback address only, not on {}",
                settings.listen
            ));
        }
        let mode = match (open, demo.unwrap_or(is_loopback)) {
            (true, _) => Mode::Open,
            (false, true) => Mode::Demo,
            (false, false) => Mode::Closed,
        };
        match (listen, admin_listen, store) {
            (Some(listen), Some(admin_listen), Some(store)) if mistakes.is_empty() => Ok(Self {
                listen,
                admin_listen,
                store,
                redis_url: settings.redis_url.clone(),
                deployment: settings.deployment.clone(),
                mode,
                room_bytes_max: megabytes.unwrap_or(ROOM_MEGABYTES) * 1024 * 1024,
                replicas: replicas.unwrap_or(1) as usize,
                drain_grace: Duration::from_secs(grace.unwrap_or(0)),
            }),
            _ => Err(Mistakes(mistakes)),
        }
    }
}

fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&text.len()) && text.bytes().all(is_plain)
}

fn variable(flag: &str) -> String {
    format!("CALIT_{}", flag.trim_start_matches('-').replace('-', "_").to_uppercase())
}

fn address(flag: &str, text: &str, mistakes: &mut Vec<String>) -> Option<SocketAddr> {
    let parsed = text.parse().ok();
    if parsed.is_none() {
        let variable = variable(flag);
        mistakes.push(format!("{flag} ({variable}) is {text:?}: write an address and a port, like 127.0.0.1:8080"));
    }
    parsed
}

fn flag(flag: &str, text: Option<&str>, mistakes: &mut Vec<String>) -> Option<bool> {
    match text? {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        other => {
            mistakes.push(format!("{flag} ({}) is {other:?}: write true or false", variable(flag)));
            None
        }
    }
}

fn number(flag: &str, text: Option<&str>, range: RangeInclusive<u64>, mistakes: &mut Vec<String>) -> Option<u64> {
    let text = text?;
    let parsed = text.parse().ok().filter(|number| range.contains(number));
    if parsed.is_none() {
        let (variable, least, most) = (variable(flag), range.start(), range.end());
        mistakes.push(format!("{flag} ({variable}) is {text:?}: write a whole number from {least} to {most}"));
    }
    parsed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            listen: "127.0.0.1:0".into(),
            admin_listen: "127.0.0.1:0".into(),
            store: StoreSettings { data: "./data".into(), database_url: None },
            deployment: "calit".into(),
            ..Settings::default()
        }
    }

    #[test]
    fn a_loopback_address_is_a_demo_and_others_are_closed() {
        let mode = |listen: &str| Config::parse(&Settings { listen: listen.into(), ..settings() }).map(|c| c.mode);

        assert_eq!(mode("127.0.0.1:80"), Ok(Mode::Demo));
        assert_eq!(mode("[::1]:80"), Ok(Mode::Demo));
        assert_eq!(mode("0.0.0.0:80"), Ok(Mode::Closed));
    }

    #[test]
    fn open_is_refused_where_others_can_reach_it() {
        let open = Some("true".to_owned());
        let outcome = Config::parse(&Settings { listen: "0.0.0.0:80".into(), open, ..settings() });

        assert!(outcome.is_err_and(|mistakes| mistakes.0[0].contains("loopback")));
    }

    #[test]
    fn all_mistakes_are_reported_at_once() {
        let wrong = Settings {
            listen: "here".into(),
            admin_listen: "there".into(),
            store: StoreSettings::default(),
            redis_url: None,
            deployment: "two words".into(),
            demo: Some("maybe".into()),
            open: Some("perhaps".into()),
            room_megabytes: Some("lots".into()),
            replicas: Some("0".into()),
            drain_grace: Some("-1".into()),
        };

        assert_eq!(Config::parse(&wrong).map_err(|mistakes| mistakes.0.len()), Err(9));
    }

    #[test]
    fn replicas_of_one_process_are_for_the_embedded_store() {
        let parse = |replicas: &str, url: Option<&str>| {
            let store = StoreSettings { data: "./data".into(), database_url: url.map(str::to_owned) };
            Config::parse(&Settings { replicas: Some(replicas.into()), store, ..settings() })
        };

        assert_eq!(parse("3", None).map(|config| config.replicas), Ok(3));
        assert!(parse("17", None).is_err());
        let refused = parse("2", Some("postgres://ada@db/boards"));
        assert!(refused.is_err_and(|mistakes| mistakes.0[0].contains("--replicas")));
    }

    #[test]
    fn a_database_takes_the_place_of_the_directory() {
        let place = |url: &str| {
            let database_url = Some(url.to_owned());
            let mut mistakes = Vec::new();
            let place = StoreSettings { data: String::new(), database_url }.place(&mut mistakes);
            (place.map(|place| place.to_string()), mistakes.concat())
        };

        let (shown, _) = place("postgres://ada:secret@db:5433/boards?password=secret");
        assert_eq!(shown.as_deref(), Some("postgres://ada@db:5433/boards"));
        for wrong in ["mysql://ada:secret@db/boards", "postgres://ada:secret@db:many/boards", "secret"] {
            let (shown, mistakes) = place(wrong);
            assert!(shown.is_none() && mistakes.contains("DATABASE_URL") && !mistakes.contains("secret"), "{mistakes}");
        }
        assert!(place("").1.contains("--data"));
    }
}
