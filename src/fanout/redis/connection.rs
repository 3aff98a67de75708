//! One connection to Redis, from its beginning to its end.
//!
//! Promises: it ends when it does not carry this replica's own heartbeat any more, and when this process stood still for so
//! long that the others may have forgotten it. What arrives waits in a bounded queue, whose overflow is a gap.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{PushInfo, PushKind, RedisResult, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::server::{Failure, Server};
use super::{Channels, Outgoing, RedisWay, channel_of};
use crate::fanout::ALIVE_FOR;
use crate::fanout::message::{MESSAGE_BYTES_MAX, Sent, Unreadable};

/// Most messages that leave in one pipeline.
const PIPELINE_MAX: usize = 256;

/// Pushes and their bytes that wait to be read. Beyond, they are lost, and everything is a gap.
const PUSHES_MAX: usize = 16_384;
const PUSHES_BYTES_MAX: usize = 64 * 1024 * 1024;

/// How often a replica says that it is alive.
const BEAT: Duration = Duration::from_secs(1);

/// Speaks with a server for as long as it answers, or until nothing waits after `stop`; why it ended.
pub(super) async fn speak_with(
    server: &Server,
    way: &Arc<RedisWay>,
    out: &mut mpsc::Receiver<Outgoing>,
    stop: &CancellationToken,
) -> String {
    let (sender, pushes) = mpsc::channel(PUSHES_MAX);
    let overflow = Arc::new(AtomicBool::new(false));
    let inbox = Inbox {
        pushes: sender,
        room: Arc::new(Semaphore::new(PUSHES_BYTES_MAX)),
        overflow: Arc::clone(&overflow),
        way: Arc::clone(way),
    };
    let connection = match server.connect(move |push| inbox.put(push)).await {
        Ok(connection) => connection,
        Err(Failure::Unreachable(why) | Failure::Refused(why) | Failure::Untrusted(why)) => return why,
    };
    // What is in the way out was said while nobody could hear it.
    while out.try_recv().is_ok() {
        way.metrics.fanout_dropped.get("way_out").inc();
    }
    let last_beat = Mutex::new(Instant::now());
    let ended = tokio::select! {
        why = listen(way, pushes, &overflow, &last_beat) => Ok(why),
        why = follow_lines(way, connection.clone()) => why,
        why = publish(way, connection.clone(), out, stop) => why,
        why = beat(way, connection, &last_beat) => why,
    };
    ended.map_or_else(|error| error.to_string(), ToOwned::to_owned)
}

/// Takes what Redis pushes, where nothing may wait.
struct Inbox {
    pushes: mpsc::Sender<Push>,
    room: Arc<Semaphore>,
    overflow: Arc<AtomicBool>,
    way: Arc<RedisWay>,
}

/// What Redis pushes, and the room that it takes.
struct Push {
    kind: PushKind,
    body: Option<Bytes>,
    _room: OwnedSemaphorePermit,
}

impl Inbox {
    fn put(&self, push: PushInfo) {
        let body = match push.data.into_iter().nth(1) {
            Some(Value::BulkString(bytes)) if push.kind == PushKind::Message => Some(Bytes::from(bytes)),
            _ => None,
        };
        let size = body.as_ref().map_or(0, Bytes::len);
        if size > MESSAGE_BYTES_MAX {
            self.way.metrics.fanout_dropped.get(Unreadable::TooLarge.reason()).inc();
            return;
        }
        let room = u32::try_from(size).ok().and_then(|size| Arc::clone(&self.room).try_acquire_many_owned(size).ok());
        let put = room.map(|room| self.pushes.try_send(Push { kind: push.kind, body, _room: room }));
        if !matches!(put, Some(Ok(()))) {
            self.overflow.store(true, Ordering::Relaxed);
        }
    }
}

/// Takes in what Redis pushes.
async fn listen(
    way: &RedisWay,
    mut pushes: mpsc::Receiver<Push>,
    overflow: &AtomicBool,
    last_beat: &Mutex<Instant>,
) -> &'static str {
    while let Some(push) = pushes.recv().await {
        if overflow.swap(false, Ordering::Relaxed) {
            way.metrics.fanout_dropped.get("way_in").inc();
            way.exchange.gap(|_| true);
        }
        match push.body {
            Some(bytes) => take(way, bytes, last_beat),
            None if push.kind == PushKind::Disconnection => break,
            None => {}
        }
    }
    "it is cut off"
}

fn take(way: &RedisWay, bytes: Bytes, last_beat: &Mutex<Instant>) {
    match Sent::read(bytes, way.names.number) {
        Ok(Sent::Beat(replica)) if replica == way.exchange.replica() => {
            *last_beat.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
        Ok(Sent::Beat(replica)) => way.exchange.hear_of(replica),
        Ok(Sent::Message(envelope)) => {
            if way.exchange.deliver(&envelope) {
                way.metrics.fanout_messages.get("received").inc();
            }
        }
        Err(unreadable) => way.metrics.fanout_dropped.get(unreadable.reason()).inc(),
    }
}

/// Listens to the channels that lines need, from the first moment of a connection on.
async fn follow_lines(way: &RedisWay, mut connection: MultiplexedConnection) -> RedisResult<&'static str> {
    let names = |channels: &[u64]| channels.iter().map(|channel| way.names.channel(*channel)).collect::<Vec<_>>();
    let mut changed = way.channels.subscribe();
    connection.subscribe(way.names.control()).await?;
    loop {
        let (mut new, mut old) = (Vec::new(), Vec::new());
        way.channels.send_if_modified(|channels| {
            (new, old) = difference(channels);
            // At once: whoever joins from now on waits until the channel is there again.
            if let Some(confirmed) = &mut channels.confirmed {
                confirmed.retain(|channel| !old.contains(channel));
            }
            false
        });
        if !new.is_empty() {
            connection.subscribe(names(&new)).await?;
        }
        confirm(way, &new);
        if !old.is_empty() {
            connection.unsubscribe(names(&old)).await?;
        }
        let is_behind = |channels: &Channels| difference(channels) != (Vec::new(), Vec::new());
        if changed.wait_for(is_behind).await.is_err() {
            return Ok("the server stops");
        }
    }
}

/// The channels that are needed and not there, and those that are there and not needed.
fn difference(channels: &Channels) -> (Vec<u64>, Vec<u64>) {
    let none = BTreeSet::new();
    let (wanted, confirmed) = (&channels.wanted, channels.confirmed.as_ref().unwrap_or(&none));
    let new = wanted.keys().filter(|channel| !confirmed.contains(channel)).copied().collect();
    let old = confirmed.iter().filter(|channel| !wanted.contains_key(channel)).copied().collect();
    (new, old)
}

/// Redis sends what is said on these from now on.
fn confirm(way: &RedisWay, new: &[u64]) {
    let (mut is_first, mut owed) = (false, BTreeSet::new());
    way.channels.send_modify(|channels| {
        is_first = channels.confirmed.is_none();
        channels.confirmed.get_or_insert_default().extend(new);
        owed = new.iter().filter(|channel| channels.owed_a_gap.remove(channel)).copied().collect();
    });
    if is_first {
        tracing::info!("connected to Redis");
        way.metrics.fanout_connected.set(1);
        way.exchange.reconnected();
    } else if !owed.is_empty() {
        way.exchange.gap(|document| owed.contains(&channel_of(document)));
    }
}

/// Publishes what lines say, until `stop` and nothing waits.
async fn publish(
    way: &RedisWay,
    mut connection: MultiplexedConnection,
    out: &mut mpsc::Receiver<Outgoing>,
    stop: &CancellationToken,
) -> RedisResult<&'static str> {
    let mut outgoing = Vec::new();
    loop {
        tokio::select! {
            biased;
            _ = out.recv_many(&mut outgoing, PIPELINE_MAX) => {}
            () = stop.cancelled() => return Ok("the server stops"),
        }
        let mut pipeline = redis::pipe();
        for Outgoing { envelope, .. } in &outgoing {
            let channel = way.names.channel(channel_of(&envelope.document));
            pipeline.publish(channel, Sent::Message(envelope.clone()).write(way.names.number)).ignore();
        }
        pipeline.query_async::<()>(&mut connection).await?;
        way.metrics.fanout_messages.get("published").inc_by(outgoing.len() as u64);
        outgoing.clear();
    }
}

/// Says that this replica is alive, and hears itself say it.
async fn beat(
    way: &RedisWay,
    mut connection: MultiplexedConnection,
    last_beat: &Mutex<Instant>,
) -> RedisResult<&'static str> {
    let mut tick = interval(BEAT);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let message = Sent::Beat(way.exchange.replica()).write(way.names.number);
    loop {
        let before = Instant::now();
        tick.tick().await;
        if before.elapsed() > ALIVE_FOR {
            // The others may have counted it as dead and told it nothing; its own last beat may still wait to be heard.
            return Ok("this process stood still");
        }
        let publish = redis::cmd("PUBLISH").arg(way.names.control()).arg(&message).to_owned();
        publish.query_async::<()>(&mut connection).await?;
        if last_beat.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > ALIVE_FOR {
            return Ok("silence");
        }
    }
}
