//! The world of one run: replicas that come and go over one store and one network, people who edit, and all that can go
//! wrong, drawn from a seed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use calit::access::Mode;
use calit::clock::Clock;
use calit::document::{DocumentId, DocumentKind};
use calit::replica::ReplicaId;
use calit::room::decoder::Decoder;
use calit::room::hub::{Hub, Services};
use calit::room::persistence::{LogWriter, WriterLimits};
use calit::store::{DocumentStore, NewDocument};
use calit::telemetry::metrics::Metrics;
use client_protocol::frame::Role;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::edits;
use super::network::Network;
use super::person::Person;
use super::site::{Site, Weather};
use super::store::{Connection, Database};
use super::trace::Trace;
use crate::harness::client::Dialect;
use crate::harness::seed::Random;

/// When the simulation begins, in ms since 1970.
const BEGIN_MS: u64 = 1_800_000_000_000;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// How long a replica may take to stop when it is told to: the grace period of a pod.
const GRACE: Duration = Duration::from_secs(30);

/// What people and replicas share.
pub(super) struct Field {
    pub(super) document: DocumentId,
    pub(super) database: Database,
    pub(super) weather: Weather,
    pub(super) trace: Trace,
    /// What each command of a person came to, as it was heard first.
    pub(super) outcomes: Mutex<BTreeMap<(String, String), String>>,
    replicas: Mutex<Vec<Option<Arc<Replica>>>>,
}

/// One server process.
pub(super) struct Replica {
    pub(super) id: ReplicaId,
    pub(super) site: Site,
    pub(super) hub: Hub,
    pub(super) metrics: Arc<Metrics>,
    /// By how much its clock was set wrong meanwhile, in ms.
    clock_step: Arc<AtomicI64>,
    drain: CancellationToken,
    stop_writer: CancellationToken,
    tasks: TaskTracker,
}

impl Field {
    /// Some replica that is there.
    pub(super) fn pick(&self, random: &mut Random) -> Option<Arc<Replica>> {
        let replicas = self.replicas();
        if replicas.is_empty() {
            None
        } else {
            Some(Arc::clone(&replicas[random.below(replicas.len() as u64) as usize]))
        }
    }

    /// The replicas that are there.
    pub(super) fn replicas(&self) -> Vec<Arc<Replica>> {
        self.replicas.lock().unwrap_or_else(PoisonError::into_inner).iter().flatten().cloned().collect()
    }
}

/// What goes wrong with one place for a replica, and until when.
#[derive(Default)]
struct Slot {
    starts: Option<Instant>,
    store_back: Option<Instant>,
    bus_back: Option<Instant>,
}

pub(super) struct World {
    pub(super) field: Arc<Field>,
    pub(super) people: Vec<Arc<Person>>,
    /// Who has gone for good, with whatever was not saved.
    pub(super) gone: BTreeSet<u64>,
    random: Random,
    network: Network,
    slots: Vec<Slot>,
    /// One in so many calls to the store fails.
    store_trouble: u64,
    replicas_made: u64,
}

impl World {
    pub(super) async fn begin(seed: u64, trace: Trace) -> Self {
        let mut random = Random::new(seed.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(seed));
        let weather = Weather::default();
        let kind = if random.one_in(4) { DocumentKind::Note } else { DocumentKind::Board };
        let document = DocumentId::from_parts(kind, &[7; 16]);
        let database = Database::new(trace.clone());
        let new =
            NewDocument { id: document.clone(), name: "Simulated".into(), author: "test".into(), created_at_ms: 1 };
        let initial = if kind == DocumentKind::Board { vec![edits::board()] } else { Vec::new() };
        database.rows().create(&new, &initial).expect("the store is empty");
        let slots = 1 + random.below(3);
        let field = Arc::new(Field {
            document,
            database,
            weather: weather.clone(),
            trace: trace.clone(),
            outcomes: Mutex::default(),
            replicas: Mutex::new((0..slots).map(|_| None).collect()),
        });
        let mut world = Self {
            field,
            people: Vec::new(),
            gone: BTreeSet::new(),
            network: Network::new(Random::new(random.next()), weather, trace),
            slots: (0..slots).map(|_| Slot::default()).collect(),
            store_trouble: [15, 60, 300, 1_000_000][random.below(4) as usize],
            replicas_made: 0,
            random,
        };
        (0..world.slots.len()).for_each(|slot| world.start(slot));
        world.invite();
        world
    }

    fn invite(&mut self) {
        let count = 2 + self.random.below(4);
        for number in 0..count {
            let dialect = if self.random.one_in(3) { Dialect::Stock } else { Dialect::Calit };
            let role = if number > 1 && self.random.one_in(4) { Role::Viewer } else { Role::Editor };
            let secret = format!("{:032x}", number % 3);
            let user = Mode::Demo.guest(Some(&secret)).expect("a secret").expect("a person");
            let random = Random::new(self.random.next());
            let person = Arc::new(Person::new(1_001 + number, dialect, role, user, random, Arc::clone(&self.field)));
            self.people.push(Arc::clone(&person));
            tokio::spawn(person.live());
        }
    }

    /// Starts a replica in a slot.
    fn start(&mut self, slot: usize) {
        self.replicas_made += 1;
        let id = ReplicaId::new(self.random.next() >> 8 << 8 | self.replicas_made);
        let (site, metrics) = (Site::default(), Arc::new(Metrics::new().expect("names are unique")));
        let is_alone = self.slots.len() == 1;
        self.network.add(id, &site);
        let store: Arc<dyn DocumentStore> = Arc::new(Connection {
            database: self.field.database.clone(),
            site: site.clone(),
            weather: self.field.weather.clone(),
            trace: self.field.trace.clone(),
            replica: id,
            outlives: !is_alone,
            random: Mutex::new(Random::new(self.random.next())),
            trouble: self.store_trouble,
        });
        let (log, writer) = LogWriter::new(Arc::clone(&store), WriterLimits::default());
        let (drain, stop_writer, tasks) = (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
        tokio::spawn(writer.run(stop_writer.clone()));
        let (began, skew_ms) = (Instant::now(), BEGIN_MS + self.random.below(3_000) + self.age_ms());
        let clock_step = Arc::<AtomicI64>::default();
        let stepped = Arc::clone(&clock_step);
        let hub = Hub::new(Services {
            store,
            log,
            metrics: Arc::clone(&metrics),
            clock: Clock::new(move || {
                let right_ms = skew_ms + u64::try_from(began.elapsed().as_millis()).unwrap_or(0);
                right_ms.saturating_add_signed(stepped.load(Ordering::Relaxed))
            }),
            decoder: Decoder::Here,
            tasks: tasks.clone(),
            drain: drain.clone(),
            room_bytes_max: u64::MAX,
            server_client_id: 100 + self.replicas_made,
            fanout: Arc::new(self.network.bus.replica(id)),
            is_alone,
        });
        let replica = Arc::new(Replica { id, site: site.clone(), hub, metrics, clock_step, drain, stop_writer, tasks });
        self.field.replicas.lock().unwrap_or_else(PoisonError::into_inner)[slot] = Some(replica);
        self.field.trace.note(format_args!("replica {id} starts"));
        let bus = self.network.bus.clone();
        tokio::spawn(async move {
            let mut beat = interval(Duration::from_secs(1));
            while !site.is_dead() {
                beat.tick().await;
                bus.beat(id);
            }
        });
    }

    fn age_ms(&self) -> u64 {
        self.field.trace.age_ms()
    }

    /// Everything goes wrong for a while.
    pub(super) async fn play(&mut self) {
        let events = 40 + self.random.below(160);
        let pause_ms = [20, 120, 400][self.random.below(3) as usize];
        for _ in 0..events {
            sleep(Duration::from_millis(1 + self.random.below(pause_ms))).await;
            self.mend(false);
            self.event();
        }
    }

    fn event(&mut self) {
        let person = Arc::clone(&self.people[self.random.below(self.people.len() as u64) as usize]);
        let is_here = !self.gone.contains(&person.id);
        let slot = self.random.below(self.slots.len() as u64) as usize;
        match self.random.below(100) {
            0..4 => person.cut.notify_waiters(),
            4..8 if is_here => drop(person.wants_in.send_replace(self.random.one_in(2))),
            8..11 => person.mind().stall(Duration::from_millis(self.random.below(4_000))),
            11..13 => person.mind().state.send_again(),
            13..16 => self.cut_store(slot),
            16..19 => self.cut_bus(slot),
            19..22 => self.crash(slot),
            22..24 => self.restart(slot),
            24..25 => self.send_home(&person),
            25..37 if is_here => self.command(&person),
            37..39 => self.step_clock(slot),
            _ if is_here => edits::edit(&person, &self.field),
            _ => {}
        }
    }

    /// Somebody sets a replica's clock, by up to six hours.
    fn step_clock(&mut self, slot: usize) {
        let Some(replica) = self.replica(slot) else { return };
        let step_ms = i64::try_from(self.random.below(12 * HOUR_MS)).unwrap_or(0) - 6 * HOUR_MS as i64;
        self.field.trace.note(format_args!("the clock of replica {} steps by {step_ms} ms", replica.id));
        replica.clock_step.fetch_add(step_ms, Ordering::Relaxed);
    }

    /// Goes away for good, unless somebody has to stay.
    fn send_home(&mut self, person: &Person) {
        if self.gone.len() + 2 < self.people.len() {
            self.field.trace.note(format_args!("person {} goes home", person.id));
            person.wants_in.send_replace(false);
            self.gone.insert(person.id);
        }
    }

    /// Asks the server, perhaps on two devices at once.
    fn command(&mut self, person: &Person) {
        let Some((key, json)) = edits::command(person, &self.field) else { return };
        let is_other = |other: &&Arc<Person>| {
            other.id != person.id
                && other.user == person.user
                && edits::may_command(other)
                && !self.gone.contains(&other.id)
        };
        let other = self.people.iter().find(is_other).filter(|_| self.random.one_in(2));
        self.field.trace.note(format_args!("person {} asks {key}: {json}", person.id));
        person.mind().ask(&key, json.clone());
        if let Some(other) = other {
            other.mind().ask(&key, json);
        }
    }

    fn replica(&self, slot: usize) -> Option<Arc<Replica>> {
        self.field.replicas.lock().unwrap_or_else(PoisonError::into_inner)[slot].clone()
    }

    /// Mostly a moment, sometimes longer than any lease.
    fn outage(&mut self) -> Option<Instant> {
        let ms = if self.random.one_in(4) { 5_000 + self.random.below(20_000) } else { self.random.below(4_000) };
        Some(Instant::now() + Duration::from_millis(ms))
    }

    fn cut_store(&mut self, slot: usize) {
        let Some(replica) = self.replica(slot) else { return };
        self.field.trace.note(format_args!("replica {} loses the store", replica.id));
        replica.site.cut_store(true);
        self.slots[slot].store_back = self.outage();
    }

    fn cut_bus(&mut self, slot: usize) {
        let Some(replica) = self.replica(slot) else { return };
        self.field.trace.note(format_args!("replica {} loses the bus", replica.id));
        replica.site.cut_bus(true);
        self.slots[slot].bus_back = self.outage();
    }

    fn crash(&mut self, slot: usize) {
        let Some(replica) = self.take(slot) else { return };
        self.field.trace.note(format_args!("replica {} crashes", replica.id));
        replica.end();
    }

    fn restart(&mut self, slot: usize) {
        let Some(replica) = self.take(slot) else { return };
        self.field.trace.note(format_args!("replica {} drains", replica.id));
        let trace = self.field.trace.clone();
        tokio::spawn(async move {
            replica.stop().await;
            trace.note(format_args!("replica {} has stopped", replica.id));
        });
    }

    /// Takes a replica out of its slot, which gets another.
    fn take(&mut self, slot: usize) -> Option<Arc<Replica>> {
        let replica = self.field.replicas.lock().unwrap_or_else(PoisonError::into_inner)[slot].take()?;
        // A replica that is alone has a lock on its data: the next one starts when it has stopped.
        let pause = if self.slots.len() == 1 { GRACE } else { Duration::ZERO };
        let pause = pause + Duration::from_millis(200 + self.random.below(5_000));
        self.slots[slot] = Slot { starts: Some(Instant::now() + pause), ..Slot::default() };
        Some(replica)
    }

    /// Ends what has gone wrong for long enough, or everything.
    fn mend(&mut self, all: bool) {
        let now = Instant::now();
        let is_due = |due: Option<Instant>| due.is_some_and(|due| all || due <= now);
        for slot in 0..self.slots.len() {
            if is_due(self.slots[slot].starts.filter(|due| *due <= now || self.slots.len() > 1)) {
                self.slots[slot].starts = None;
                self.start(slot);
            }
            let Some(replica) = self.replica(slot) else { continue };
            if is_due(self.slots[slot].store_back) {
                self.slots[slot].store_back = None;
                self.field.trace.note(format_args!("replica {} has the store again", replica.id));
                replica.site.cut_store(false);
            }
            if is_due(self.slots[slot].bus_back) {
                self.slots[slot].bus_back = None;
                self.field.trace.note(format_args!("replica {} has the bus again", replica.id));
                replica.site.cut_bus(false);
                self.network.bus.gap(replica.id);
            }
        }
    }

    /// All faults end, and everybody who has not gone for good comes back.
    pub(super) async fn calm(&mut self) {
        self.field.weather.calm();
        self.field.trace.note("calm");
        self.mend(true);
        while self.slots.iter().any(|slot| slot.starts.is_some()) {
            sleep(Duration::from_millis(500)).await;
            self.mend(true);
        }
        for person in &self.people {
            person.wants_in.send_replace(!self.gone.contains(&person.id));
            // Who has a slow line gets a better one.
            person.cut.notify_waiters();
        }
    }

    /// Stops all replicas in order.
    pub(super) async fn end(&self) {
        for replica in self.field.replicas() {
            replica.stop().await;
        }
    }
}

impl Replica {
    /// Dies at once. What still runs in its tasks reaches nobody, and ends.
    fn end(&self) {
        self.site.crash();
        self.drain.cancel();
        self.stop_writer.cancel();
    }

    /// Stops as a server does that is told to.
    async fn stop(&self) {
        self.drain.cancel();
        self.tasks.close();
        // Whoever takes longer is killed.
        let _ = timeout(GRACE, self.tasks.wait()).await;
        self.end();
    }
}
