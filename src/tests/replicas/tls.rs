//! Redis over TLS: replicas speak with it when they know who vouches for it, and say so when they do not.

use std::process::Output;

use super::reach_each_other;
use crate::harness::backend::{Backend, Shared};
use crate::harness::certificates::Authority;
use crate::harness::crowd::Crowd;
use crate::harness::server::{Server, calit};
use crate::harness::servers::{Redis, free_port};

/// A Redis that also speaks TLS, and its port for that.
async fn redis_of(authority: &Authority, name: &str) -> (Redis, u16) {
    let (certificate, key) = authority.vouch_for(name);
    let [certificate, key, trusted] = [certificate, key, authority.file()].map(|file| file.display().to_string());
    let port = free_port();
    let own = ["--tls-port", &port.to_string(), "--tls-cert-file", &certificate, "--tls-key-file", &key];
    let theirs = ["--tls-ca-cert-file", &trusted, "--tls-auth-clients", "no"];
    (Redis::with(&[&own[..], &theirs].concat()).await, port)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_hear_each_other_over_tls_and_find_redis_again() {
    let authority = Authority::new();
    let (mut redis, port) = redis_of(&authority, "IP:127.0.0.1").await;
    let mut shared = Shared::new(2);
    shared.redis_url = vec![format!("rediss://127.0.0.1:{port}"); 2];
    shared.trusted = Some(authority.file());
    let server = Server::through(Backend::Shared(shared), &["--open"]);

    reach_each_other(&server).await;
    let mut crowd = Crowd::join(&server).await;
    redis.kill();
    crowd.edit();
    crowd.saved(|_| true).await;
    redis.start_again().await;
    crowd.recovers("the death of a Redis over TLS").await;
    crowd.end(server).await;
}

#[tokio::test]
async fn a_redis_that_cannot_be_trusted_is_one_sentence_and_exit_code_2() {
    let (known, stranger) = (Authority::new(), Authority::new());
    let (_redis, port) = redis_of(&known, "IP:127.0.0.1").await;
    let (_other, port_of_other) = redis_of(&known, "DNS:elsewhere").await;
    let (picky, port_of_picky) = redis_of(&known, "IP:127.0.0.1").await;
    picky.command(&["CONFIG", "SET", "tls-auth-clients", "yes"]);
    let shared = Shared::new(1);
    let start = |port: u16, trusted: &str| -> Output {
        let mut command = calit();
        command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]);
        command.env("DATABASE_URL", &shared.postgres_url[0]).env("SSL_CERT_FILE", trusted);
        command.env("REDIS_URL", format!("rediss://:secret@127.0.0.1:{port}"));
        command.output().expect("the binary was built with the tests")
    };
    let [known, stranger] = [known.file(), stranger.file()].map(|file| file.display().to_string());

    let cases = [
        ("an authority that nobody knows", port, &*stranger),
        ("a certificate for another name", port_of_other, &*known),
        ("a file that is not there", port, "/missing.pem"),
        ("a Redis that asks for our certificate", port_of_picky, &*known),
    ];
    for (what, port, trusted) in cases {
        let refused = start(port, trusted);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{what}: {said}");
        assert_eq!(said.lines().count(), 1, "{what}: {said}");
        assert!(said.contains(&format!("Redis at 127.0.0.1:{port} is not trusted")), "{what}: {said}");
        assert!(said.contains("SSL_CERT_FILE") && !said.contains("secret"), "{what}: {said}");
    }
    assert_eq!(shared.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0", "nothing was touched");
}
