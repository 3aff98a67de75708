//! One of the addresses at which Redis may be: whether it is a Redis that we can use.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, InfoDict, IntoConnectionInfo as _, ProtocolVersion, PushInfo};

use super::RedisError;

/// How long Redis may take for an answer, or for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// Oldest release that is tested against.
const MAJOR_MIN: u32 = 7;

/// An address of Redis.
pub(super) struct Server {
    client: Client,
    /// Where, without the password.
    pub(super) address: String,
}

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another try may help.
    Unreachable(String),
    /// Nothing but another configuration helps.
    Refused(String),
    /// The same: it may not be the Redis that is meant.
    Untrusted(String),
}

/// The servers of `REDIS_URL`: one URL, or several with commas between.
pub(super) fn parse(urls: &str) -> Result<Vec<Server>, RedisError> {
    let parts = urls.split(',').map(str::trim).filter(|url| !url.is_empty());
    let servers: Option<Vec<Server>> = parts.map(Server::parse).collect();
    servers.filter(|servers| !servers.is_empty()).ok_or(RedisError::Url)
}

impl Server {
    fn parse(url: &str) -> Option<Self> {
        let info = url.into_connection_info().ok()?;
        let address = info.addr().to_string();
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings)).ok()?;
        Some(Self { client, address })
    }

    /// Connects, and checks who answers.
    pub(super) async fn connect(
        &self,
        on_push: impl Fn(PushInfo) + Send + Sync + 'static,
    ) -> Result<MultiplexedConnection, Failure> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_push_sender(move |push| {
                on_push(push);
                Ok::<_, redis::aio::SendError>(())
            });
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let info: redis::RedisResult<InfoDict> = redis::cmd("INFO").query_async(&mut connection).await;
        match info {
            Ok(info) => check(&info)?,
            // Who may publish and subscribe need not see more.
            Err(error) if error.code() == Some("NOPERM") => {}
            Err(error) => return Err(error.into()),
        }
        Ok(connection)
    }
}

impl From<redis::RedisError> for Failure {
    fn from(error: redis::RedisError) -> Self {
        if is_about_trust(&error) {
            Self::Untrusted(error.to_string())
        } else if error.is_io_error() || error.is_timeout() || error.is_connection_dropped() {
            Self::Unreachable(error.to_string())
        } else {
            Self::Refused(error.to_string())
        }
    }
}

/// Whether TLS has failed, rather than the line: the certificate is of another name, too old, or of an authority that is not
/// among those that the system or `SSL_CERT_FILE` trusts; there is no such file; whoever answers does not speak TLS.
fn is_about_trust(error: &redis::RedisError) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<Arc<dyn Error + Send + Sync>>());
    let io = cause.map(|cause| cause.downcast_ref::<io::Error>());
    io.is_some_and(|io| io.is_none_or(|io| io.kind() == io::ErrorKind::InvalidData)) && error.is_io_error()
}

fn check(info: &InfoDict) -> Result<(), Failure> {
    let text = |key: &str| info.get::<String>(key).unwrap_or_default();
    let version = text("redis_version");
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < MAJOR_MIN) {
        return Err(Failure::Refused(format!("it is version {version}, and {MAJOR_MIN} or later is needed")));
    }
    // A cluster passes messages on between all nodes; without one, what is published on a copy stays there.
    if text("role") == "slave" && text("cluster_enabled") != "1" {
        return Err(Failure::Unreachable("it is a copy of another Redis".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(version: &str, role: &str, cluster: u8) -> InfoDict {
        InfoDict::new(&format!("redis_version:{version}\r\nrole:{role}\r\ncluster_enabled:{cluster}\r\n"))
    }

    #[test]
    fn an_old_redis_is_refused_and_a_copy_is_passed_over() {
        for good in [info("7.0.15", "master", 0), info("10.1.0", "master", 0), info("8.2.1", "slave", 1)] {
            assert!(check(&good).is_ok());
        }
        for old in [info("6.2.14", "master", 0), info("", "master", 0)] {
            assert!(matches!(check(&old), Err(Failure::Refused(_))));
        }
        assert!(matches!(check(&info("7.2.4", "slave", 0)), Err(Failure::Unreachable(_))));
    }

    #[test]
    fn several_addresses_are_read_and_an_error_does_not_show_the_password() {
        let addresses = |urls| parse(urls).map(|servers| servers.into_iter().map(|it| it.address).collect::<Vec<_>>());

        assert_eq!(addresses("redis://:secret@one:1, rediss://two:2").ok(), Some(vec!["one:1".into(), "two:2".into()]));
        for wrong in ["", ",", "redis://one,http://:secret@two", "one:1"] {
            let error = addresses(wrong).expect_err("not of Redis").to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
