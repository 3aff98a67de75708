//! What a server of the tests stands on: an embedded store, or a database of its own in the tests' Postgres and a deployment of
//! its own in their Redis.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a server is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setup {
    /// So many replicas in one process, over SQLite.
    Embedded { replicas: usize },
    /// So many replicas over Postgres and Redis.
    Shared { replicas: usize },
}

impl Setup {
    /// What `CALIT_TEST_REPLICAS` and `CALIT_TEST_STORE` say: how many replicas, over Postgres and Redis unless the store is
    /// `embedded`. Without them it is one, embedded.
    pub(crate) fn from_environment() -> Self {
        let number = variable("CALIT_TEST_REPLICAS");
        let replicas = number.as_ref().map_or(1, |number| number.parse().expect("CALIT_TEST_REPLICAS is a number"));
        match variable("CALIT_TEST_STORE").as_deref() {
            None if number.is_some() => Self::Shared { replicas },
            None | Some("embedded") => Self::Embedded { replicas },
            Some(other) => panic!("CALIT_TEST_STORE is {other:?}: write embedded, or leave it"),
        }
    }
}

/// Where the data is, and the way there.
pub(crate) enum Backend {
    Embedded { replicas: usize },
    Shared(Shared),
}

/// Postgres and Redis, as the replicas reach them.
pub(crate) struct Shared {
    replicas: usize,
    /// As `postgres://…/`, to be followed by a database.
    postgres: String,
    database: String,
    /// How each replica reaches them: directly, unless a test puts a proxy in between.
    pub(crate) postgres_url: Vec<String>,
    pub(crate) redis_url: Vec<String>,
    /// The authorities that they trust, if not the system's.
    pub(crate) trusted: Option<PathBuf>,
}

impl Backend {
    pub(crate) fn new(setup: Setup) -> Self {
        match setup {
            Setup::Embedded { replicas } => Self::Embedded { replicas },
            Setup::Shared { replicas } => Self::Shared(Shared::new(replicas)),
        }
    }

    pub(crate) fn replicas(&self) -> usize {
        match self {
            Self::Embedded { replicas } => *replicas,
            Self::Shared(shared) => shared.replicas,
        }
    }

    pub(crate) fn processes(&self) -> usize {
        match self {
            Self::Embedded { .. } => 1,
            Self::Shared(shared) => shared.replicas,
        }
    }

    /// The database, of a test that has asked for one.
    pub(crate) fn shared(&self) -> &Shared {
        match self {
            Self::Shared(shared) => shared,
            Self::Embedded { .. } => panic!("this server has a store of its own"),
        }
    }

    /// Tells a command where the data is.
    pub(crate) fn configure(&self, command: &mut Command, process: usize) {
        match self {
            Self::Embedded { replicas } => command.env("CALIT_REPLICAS", replicas.to_string()),
            Self::Shared(shared) => command
                .env("DATABASE_URL", &shared.postgres_url[process])
                .env("REDIS_URL", &shared.redis_url[process])
                .env("CALIT_DEPLOYMENT", &shared.database)
                .envs(shared.trusted.as_ref().map(|file| ("SSL_CERT_FILE", file))),
        };
    }
}

impl Shared {
    /// A fresh database, and a deployment of that name.
    pub(crate) fn new(replicas: usize) -> Self {
        Self::at(required("CALIT_TEST_POSTGRES"), &required("CALIT_TEST_REDIS"), replicas)
    }

    /// The same, on servers of a test's own.
    pub(crate) fn at(postgres: String, redis: &str, replicas: usize) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let postgres = server_of(postgres);
        let database = format!("calit_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        psql(&format!("{postgres}postgres"), &format!("CREATE DATABASE {database}"));
        let postgres_url = vec![format!("{postgres}{database}"); replicas];
        let redis_url = vec![redis.to_owned(); replicas];
        Self { replicas, postgres, database, postgres_url, redis_url, trusted: None }
    }

    /// What its replicas are called on Redis.
    pub(crate) fn deployment(&self) -> &str {
        &self.database
    }

    /// As [`Shared::new`], with PgBouncer before the database.
    pub(crate) fn behind_pgbouncer(replicas: usize) -> Self {
        let mut shared = Self::new(replicas);
        shared.postgres_url =
            vec![format!("{}{}", server_of(required("CALIT_TEST_PGBOUNCER")), shared.database); replicas];
        shared
    }

    /// Runs a file of statements in the server's database.
    pub(crate) fn run_file(&self, file: &Path) {
        let url = format!("{}{}", self.postgres, self.database);
        let run = Command::new("psql").args([&url, "-v", "ON_ERROR_STOP=1", "-q", "-f"]).arg(file).output();
        let run = run.expect("psql is installed");
        assert!(run.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&run.stderr));
    }

    /// Runs a statement in the server's database.
    pub(crate) fn sql(&self, statement: &str) -> String {
        psql(&format!("{}{}", self.postgres, self.database), statement)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // Its connections end with the processes, a moment later.
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.database);
        let _ = Command::new("psql").args([&format!("{}postgres", self.postgres), "-qAtc", &statement]).output();
    }
}

fn psql(url: &str, statement: &str) -> String {
    let run = Command::new("psql").args([url, "-v", "ON_ERROR_STOP=1", "-qAtc", statement]).output();
    let run = run.expect("psql is installed");
    assert!(run.status.success(), "{statement}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8_lossy(&run.stdout).trim().to_owned()
}

/// A URL without its database, to be followed by another one.
fn server_of(mut url: String) -> String {
    url.truncate(url.rfind('/').expect("a URL with a database") + 1);
    url
}

fn required(name: &str) -> String {
    variable(name).unwrap_or_else(|| panic!("{name} is not set: `make test` starts the servers that it names"))
}

#[expect(clippy::disallowed_methods, reason = "the tests' own settings come from their runner")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
