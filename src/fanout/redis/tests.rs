//! The contract over a real Redis, and what only this way promises: whatever happens to Redis or comes from it, a gap says so.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tempfile::TempDir;
use tokio_util::sync::DropGuard;
use tokio_util::task::TaskTracker;

use super::*;
use crate::fanout::Heard;
use crate::fanout::contract::{self, DEADLINE, Network, document, meet, next_gap, next_message, until};
use crate::fanout::message::{MESSAGE_BYTES_MAX, Sent};

/// A deployment of one test's own.
struct Deployment {
    url: String,
    name: String,
}

impl Deployment {
    /// On the Redis that the tests share.
    fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the tests' own settings come from their runner")]
        let url = std::env::var("CALIT_TEST_REDIS");
        Self::at(url.expect("CALIT_TEST_REDIS is not set: `make test` starts the Redis that it names"))
    }

    fn at(url: String) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let name = format!("test-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        Self { url, name }
    }

    /// A replica, whether or not Redis is there.
    async fn start(&self, number: u64) -> Running {
        let (metrics, stop) = (Arc::new(Metrics::new().expect("names are unique")), CancellationToken::new());
        let connected = RedisFanout::new(&self.url, &self.name, ReplicaId::new(number), Arc::clone(&metrics));
        let (fanout, task) = connected.expect("a good URL");
        TaskTracker::new().spawn(task.run(stop.clone()));
        Running { fanout, metrics, _stop: stop.drop_guard() }
    }

    /// Publishes bytes as they are, where the replicas listen for a document.
    async fn forge(&self, document: &DocumentId, bytes: &[u8]) {
        let channel = Names::new(&self.name).channel(channel_of(document));
        let server = &server::parse(&self.url).expect("a good URL")[0];
        let mut connection = server.connect(|_| {}).await.expect("Redis is there");
        let heard: redis::RedisResult<u64> =
            redis::cmd("PUBLISH").arg(channel).arg(bytes).query_async(&mut connection).await;
        assert_eq!(heard.expect("published"), 1, "replicas that listen");
    }
}

impl Network for Deployment {
    type Replica = Running;

    async fn replica(&self, number: u64) -> Running {
        let running = self.start(number).await;
        until("connected", || running.is_connected()).await;
        running
    }
}

contract::tests!(Deployment::new());

/// A replica with its task; dropping it is its death.
struct Running {
    fanout: RedisFanout,
    metrics: Arc<Metrics>,
    _stop: DropGuard,
}

impl Running {
    fn is_connected(&self) -> bool {
        self.metrics.fanout_connected.get() == 1
    }

    fn dropped(&self, reason: &str) -> u64 {
        self.metrics.fanout_dropped.get(reason).get()
    }
}

#[async_trait]
impl Fanout for Running {
    fn replica(&self) -> ReplicaId {
        self.fanout.replica()
    }

    async fn join(&self, document: &DocumentId) -> Line {
        self.fanout.join(document).await
    }

    fn is_alive(&self, replica: ReplicaId) -> bool {
        self.fanout.is_alive(replica)
    }
}

/// A Redis of one test's own, to be hurt.
struct OwnRedis {
    port: u16,
    folder: TempDir,
    process: Child,
}

impl OwnRedis {
    async fn start(options: &[&str]) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a folder");
        let process = spawn_redis(port, &folder, options);
        let own = Self { port, folder, process };
        own.answers().await;
        own
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    async fn answers(&self) {
        until("the server answers", || std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok()).await;
    }

    fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }

    async fn start_again(&mut self) {
        self.process = spawn_redis(self.port, &self.folder, &[]);
        self.answers().await;
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.process.id().to_string()]).status();
        assert!(sent.expect("kill is installed").success());
    }

    /// What a command answers.
    fn command(&self, words: &[&str]) -> String {
        let ran = Command::new("redis-cli").args(["-p", &self.port.to_string()]).args(words).output();
        String::from_utf8_lossy(&ran.expect("redis-cli is installed").stdout).into_owned()
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn spawn_redis(port: u16, folder: &TempDir, options: &[&str]) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"]);
    command.arg(folder.path()).args(options).stdout(Stdio::null()).spawn().expect("redis-server is installed")
}

/// Two replicas over a Redis, and a line of each.
async fn pair(deployment: &Deployment) -> [(Running, Line); 2] {
    let (ada, bob) = (deployment.replica(1).await, deployment.replica(2).await);
    let (mut at_ada, mut at_bob) = (ada.join(&document("plan")).await, bob.join(&document("plan")).await);
    meet(&mut at_ada, &mut at_bob).await;
    [(ada, at_ada), (bob, at_bob)]
}

/// Speaks until the other has heard what a test waits for: while a replica reconnects, what is said to it is lost.
async fn speaks_until(speaker: &mut Line, listener: &mut Line, is_it: impl Fn(&Heard) -> bool) {
    let deadline = Instant::now() + DEADLINE;
    loop {
        assert!(Instant::now() < deadline, "never heard");
        if speaker.has_peers() {
            speaker.publish(Bytes::from_static(b"again"));
        }
        let heard = timeout(Duration::from_millis(50), listener.hear()).await;
        if heard.is_ok_and(|heard| is_it(&heard)) {
            return;
        }
    }
}

async fn speaks_again(speaker: &mut Line, listener: &mut Line) {
    speaks_until(speaker, listener, |heard| matches!(heard, Heard::Message { body, .. } if body == "again")).await;
}

#[tokio::test]
async fn what_is_forged_is_counted_and_ignored() {
    let deployment = Deployment::new();
    let listener = deployment.replica(1).await;
    let plan = document("plan");
    let mut line = listener.join(&plan).await;
    let ours = Names::new(&deployment.name).number;
    let envelope = |body: &'static [u8]| {
        let (origin, body) = (ReplicaId::new(2), Bytes::from_static(body));
        Sent::Message(Envelope { origin, epoch: 1, counter: 0, document: plan.clone(), body })
    };
    let mut newer = envelope(b"newer").write(ours);
    newer[0] += 1;

    deployment.forge(&plan, b"").await;
    deployment.forge(&plan, b"\x02nonsense").await;
    deployment.forge(&plan, &envelope(b"").write(ours)[..20]).await;
    deployment.forge(&plan, &newer).await;
    deployment.forge(&plan, &envelope(b"elsewhere").write(ours ^ 1)).await;
    deployment.forge(&plan, &vec![1; MESSAGE_BYTES_MAX + 1]).await;
    deployment.forge(&plan, &envelope(b"good").write(ours)).await;

    let heard = timeout(DEADLINE, line.hear()).await.expect("a message in time");
    assert_eq!(heard, Heard::Message { from: ReplicaId::new(2), body: Bytes::from_static(b"good") });
    let dropped = ["malformed", "version", "deployment", "oversized", "way_in"].map(|reason| listener.dropped(reason));
    assert_eq!(dropped, [2, 2, 1, 1, 0]);
    assert_eq!(listener.metrics.fanout_messages.get("received").get(), 1);
}

#[tokio::test]
async fn what_was_said_before_a_stop_is_heard() {
    let [(ada, mut from_ada), (_bob, mut at_bob)] = pair(&Deployment::new()).await;

    for number in 0..1_000_u16 {
        from_ada.publish(Bytes::copy_from_slice(&number.to_be_bytes()));
    }
    drop(ada);

    for number in 0..1_000_u16 {
        assert_eq!(next_message(&mut at_bob).await.1, number.to_be_bytes()[..]);
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_redis_that_stands_still() {
    let redis = OwnRedis::start(&[]).await;
    let deployment = Deployment::at(redis.url());
    let metrics = Arc::new(Metrics::new().expect("names are unique"));
    let connected = RedisFanout::new(&deployment.url, &deployment.name, ReplicaId::new(1), Arc::clone(&metrics));
    let (_fanout, task) = connected.expect("a good URL");
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    tasks.spawn(task.run(stop.clone()));
    until("connected", || metrics.fanout_connected.get() == 1).await;

    redis.signal("-STOP");
    stop.cancel();
    tasks.close();

    timeout(FAREWELL * 2, tasks.wait()).await.expect("it ends");
}

#[tokio::test]
async fn deployments_on_one_redis_do_not_hear_each_other() {
    let (one, other) = (Deployment::new(), Deployment::new());
    let [(ada, mut from_ada), (_bob, mut at_bob)] = pair(&one).await;
    let cyd = other.replica(3).await;
    let mut from_cyd = cyd.join(&document("plan")).await;

    from_cyd.publish(Bytes::from_static(b"elsewhere"));
    from_ada.publish(Bytes::from_static(b"here"));

    assert_eq!(next_message(&mut at_bob).await.1, "here");
    assert!(!ada.is_alive(cyd.replica()));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_counted_and_noticed_by_the_others() {
    let [(ada, mut from_ada), (_bob, mut at_bob)] = pair(&Deployment::new()).await;

    from_ada.publish(vec![0; BODY_BYTES_MAX + 1].into());
    from_ada.publish(vec![0; BODY_BYTES_MAX].into());

    assert_eq!(next_gap(&mut at_bob).await, Some(ada.replica()));
    assert_eq!(next_message(&mut at_bob).await.1.len(), BODY_BYTES_MAX);
    assert_eq!(ada.dropped("way_out"), 1);
}

#[tokio::test]
async fn what_the_way_out_has_no_room_for_is_counted_and_noticed() {
    let redis = OwnRedis::start(&[]).await;
    let [(ada, mut from_ada), (_bob, mut at_bob)] = pair(&Deployment::at(redis.url())).await;

    redis.signal("-STOP");
    let large = Bytes::from(vec![0; 4 * 1024 * 1024]);
    for _ in 0..2 * OUT_BYTES_MAX / large.len() {
        from_ada.publish(large.clone());
    }
    assert!(ada.dropped("way_out") > 0);
    redis.signal("-CONT");

    speaks_until(&mut from_ada, &mut at_bob, |heard| matches!(heard, Heard::Gap { .. })).await;
    speaks_again(&mut from_ada, &mut at_bob).await;
}

#[tokio::test]
async fn a_killed_connection_is_made_again_and_leaves_a_gap() {
    let redis = OwnRedis::start(&[]).await;
    let [(_ada, mut at_ada), (_bob, mut at_bob)] = pair(&Deployment::at(redis.url())).await;

    let killed = redis.command(&["CLIENT", "KILL", "TYPE", "pubsub"]);
    assert_eq!(killed.trim(), "2", "replicas that were connected");

    assert_eq!(next_gap(&mut at_ada).await, None);
    assert_eq!(next_gap(&mut at_bob).await, None);
    speaks_again(&mut at_ada, &mut at_bob).await;
    speaks_again(&mut at_bob, &mut at_ada).await;
}

#[tokio::test]
async fn a_redis_that_dies_and_comes_back_leaves_a_gap() {
    let mut redis = OwnRedis::start(&[]).await;
    let [(ada, mut at_ada), (bob, mut at_bob)] = pair(&Deployment::at(redis.url())).await;

    redis.kill();
    until("it is noticed", || !ada.is_connected() && !bob.is_connected()).await;
    let began = Instant::now();
    let mut joined_meanwhile = bob.join(&document("other")).await;
    assert!(began.elapsed() < JOIN_PATIENCE, "nobody waits for a Redis that is not there");
    redis.start_again().await;

    for line in [&mut at_ada, &mut at_bob, &mut joined_meanwhile] {
        assert_eq!(next_gap(line).await, None);
    }
    speaks_again(&mut at_ada, &mut at_bob).await;
}

#[tokio::test]
async fn a_redis_that_stands_still_is_noticed_and_nobody_waits_for_it() {
    let redis = OwnRedis::start(&[]).await;
    let [(ada, mut at_ada), (bob, mut at_bob)] = pair(&Deployment::at(redis.url())).await;

    redis.signal("-STOP");
    let began = Instant::now();
    let _line = timeout(JOIN_PATIENCE * 2, bob.join(&document("other"))).await.expect("a join does not wait for Redis");
    until("the silence is noticed", || !ada.is_connected() && !bob.is_connected()).await;
    assert!(began.elapsed() < Duration::from_secs(4), "it took {:?}", began.elapsed());
    until("the other is not alive", || !ada.is_alive(bob.replica())).await;
    redis.signal("-CONT");

    assert_eq!(next_gap(&mut at_ada).await, None);
    assert_eq!(next_gap(&mut at_bob).await, None);
    speaks_again(&mut at_ada, &mut at_bob).await;
    until("the other is alive", || ada.is_alive(bob.replica())).await;
}

#[tokio::test]
async fn a_line_that_joined_before_its_channel_was_there_hears_a_gap_when_it_is() {
    let redis = OwnRedis::start(&[]).await;
    let deployment = Deployment::at(redis.url());
    let listener = deployment.replica(1).await;

    // Longer than a join waits, and shorter than what makes a connection end.
    redis.signal("-STOP");
    let mut line = listener.join(&document("plan")).await;
    redis.signal("-CONT");

    assert_eq!(next_gap(&mut line).await, None);
}

#[tokio::test]
async fn a_channel_is_given_up_with_its_last_line() {
    let redis = OwnRedis::start(&[]).await;
    let listener = Deployment::at(redis.url()).replica(1).await;
    let channels = || redis.command(&["PUBSUB", "CHANNELS"]).lines().count();

    let (one, two) = (listener.join(&document("plan")).await, listener.join(&document("plan")).await);
    assert_eq!(channels(), 2, "heartbeats and the document's");
    drop(one);
    assert_eq!(channels(), 2);
    drop(two);

    until("only heartbeats are heard", || channels() == 1).await;
}

#[tokio::test]
async fn a_redis_that_is_not_there_at_the_start_is_found_when_it_comes() {
    let mut redis = OwnRedis::start(&[]).await;
    redis.kill();
    let deployment = Deployment::at(redis.url());
    let replica = deployment.start(1).await;
    let mut line = replica.join(&document("plan")).await;

    redis.start_again().await;

    assert_eq!(next_gap(&mut line).await, None);
    until("connected", || replica.is_connected()).await;
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer_or_is_a_copy() {
    let primary = OwnRedis::start(&[]).await;
    let copy = OwnRedis::start(&["--replicaof", &format!("127.0.0.1 {}", primary.port)]).await;
    let urls = format!("redis://127.0.0.1:{},{},{}", free_port(), copy.url(), primary.url());

    let mut line = {
        let deployment = Deployment::at(urls);
        let [(_ada, mut from_ada), (_bob, mut at_bob)] = pair(&deployment).await;
        speaks_again(&mut from_ada, &mut at_bob).await;
        at_bob
    };

    assert_eq!(copy.command(&["PUBSUB", "CHANNELS"]).trim(), "");
    assert!(futures_util::FutureExt::now_or_never(line.hear()).is_none());
}

#[tokio::test]
async fn a_wrong_password_is_said_at_the_start_and_not_shown() {
    let redis = OwnRedis::start(&["--requirepass", "right"]).await;
    let signing_in = |password: &str| format!("redis://:{password}@127.0.0.1:{}", redis.port);

    let wrong = RedisFanout::check(&signing_in("hunter2")).await.expect_err("refused").to_string();
    let none = RedisFanout::check(&redis.url()).await.expect_err("refused").to_string();

    assert!(wrong.contains(&redis.port.to_string()) && !wrong.contains("hunter2"), "{wrong}");
    assert!(none.contains("refuses"), "{none}");
    assert!(RedisFanout::check(&signing_in("right")).await.is_ok());
}
