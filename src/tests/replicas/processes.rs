//! Replicas that die, stand still and restart, under people who go on.

use calit::board::Board;
use serde_json::json;
use tokio::time::{Duration, Instant};

use super::boundaries::{Barrier, Moment};
use super::{GONE_AFTER, replicas, sees, view, with_proxies, write};
use crate::commands::{ADA, BOB, sprint, sprint_id};
use crate::harness::client::{Client, Dialect, converge};
use crate::harness::crowd::Crowd;
use crate::harness::person::Person;
use crate::harness::proxy::{Proxy, Weather};
use crate::harness::{eventually, eventually_within};
use crate::workspace::first_board;

#[tokio::test]
async fn the_people_of_a_dead_replica_are_gone_within_five_seconds() {
    let mut server = replicas(2, &["--open"]);
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    there.announce(Some(r#"{"user":{"name":"bob"}}"#));
    here.until("bob", |state| state.others.contains_key(&2)).await;

    server.kill_replica(1);
    let died = Instant::now();

    here.until("bob is gone", |state| !state.others.contains_key(&2)).await;
    assert!(died.elapsed() < GONE_AFTER + Duration::from_secs(1), "it took {:?}", died.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_replica_passed_on_and_did_not_store_is_stored_by_another() {
    let (mut server, _redis, postgres) = with_proxies(2, &["--open"]).await;
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    write(&there, "stored", "x");
    there.saved().await;
    postgres.weather(Weather { is_stalled: true, ..Weather::default() });
    write(&there, "passed-on", "x");
    sees(&here, "passed-on").await;

    // Its author never comes back.
    there.disconnect();
    server.kill_replica(1);

    let shared = server.backend().shared();
    let count = || shared.sql("SELECT count(*) FROM log").parse::<u64>().unwrap_or_default();
    let before = count();
    eventually_within(Duration::from_secs(30), "another replica stores it", async || (count() > before).then_some(()))
        .await;
    here.disconnect();
    server.kill();
    postgres.weather(Weather::default());
    server.start();
    let later = Client::join(Dialect::Calit, server.address_of(0), "notes", 3).await;
    assert!(view(&later).contains("passed-on"), "{}", view(&later));
}

/// [CM3]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_whose_replica_dies_before_it_is_stored_is_stored_whole_by_another() {
    let mut server = replicas(2, &[]);
    let board = first_board(&server).await;
    let mut ada = Person::join(server.address_of(0), &board, ADA, 1001).await;
    ada.edit(|editor| editor.add_sprint(&sprint_id("spr_t"), &sprint("24")).expect("a new id")).await;
    let bob = Client::join(Dialect::Calit, server.address_of(1), &format!("{board}?guest={BOB}"), 1002).await;
    let mut barrier = Barrier::new(server.backend().shared()).await;
    let start = json!({ "do": "start_sprint", "sprint": "spr_t" }).to_string();
    let started = |board: &Board| board.sprints[&sprint_id("spr_t")].started.clone();

    barrier.arm(server.backend().shared(), "log", Moment::Before).await;
    bob.ask("k", &start);
    barrier.reached("the decision on its way to the store").await;
    let decided = eventually("the others see it", async || started(&ada.board().await)).await;
    server.kill_replica(1);
    barrier.disarm(server.backend().shared(), "log", false).await;

    let told = || {
        let count = "SELECT count(*) FROM events WHERE body LIKE '%sprint_started%' AND subject = 'spr_t'";
        server.backend().shared().sql(&format!("SELECT ({count}) || ' ' || count(*) FROM outcomes"))
    };
    eventually_within(Duration::from_secs(30), "another replica stores it", async || (told() == "1 1").then_some(()))
        .await;
    let mut again = Person::join(server.address_of(0), &board, BOB, 1003).await;
    let (ok, answer) = again.command("k", &start).await;
    assert!(ok, "{answer}");
    assert_eq!((started(&again.board().await), told().as_str()), (Some(decided), "1 1"));
}

#[tokio::test]
async fn a_stopped_replica_is_like_a_dead_one_until_it_goes_on() {
    let server = replicas(2, &["--open"]);
    let here = Client::join(Dialect::Calit, server.address_of(0), "notes", 1).await;
    let there = Client::join(Dialect::Calit, server.address_of(1), "notes", 2).await;
    there.announce(Some("{}"));
    here.until("the other", |state| state.others.contains_key(&2)).await;

    server.signal_replica(1, "STOP");
    here.until("the other is gone", |state| !state.others.contains_key(&2)).await;
    write(&here, "meanwhile", "x");
    here.saved().await;
    server.signal_replica(1, "CONT");

    sees(&there, "meanwhile").await;
    here.until("the other is back", |state| state.others.contains_key(&2)).await;
}

/// [CL2]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_restart_one_after_the_other_under_people_who_edit() {
    let mut server = replicas(3, &["--open"]);
    let mut people = Vec::new();
    for id in 0..24 {
        let replica = id % 3;
        let proxy = Proxy::to(server.address_of(replica)).await;
        let dialect = if id % 2 == 0 { Dialect::Calit } else { Dialect::Stock };
        let client = Client::join(dialect, proxy.address, "notes", 1 + id as u64).await;
        people.push((replica, proxy, client));
    }

    for restarted in 0..3 {
        let refuge = (restarted + 1) % 3;
        let mut moved = Vec::new();
        for (replica, proxy, client) in people.iter_mut().filter(|(replica, ..)| *replica == restarted) {
            *replica = refuge;
            proxy.lead_to(server.address_of(refuge));
            moved.push((client.clone(), client.look(|state| state.connections)));
        }
        server.signal_replica(restarted, "TERM");
        for (number, (_, _, client)) in people.iter().enumerate() {
            write(client, &format!("restart-{restarted}-{number}"), "x");
        }
        assert_eq!(server.ended_replica(restarted).await.code(), Some(0));
        server.start_replica(restarted);
        for (client, before) in moved {
            client.until("they are back", |state| state.connections > before && state.is_synced).await;
        }
    }

    let clients: Vec<Client> = people.iter().map(|(.., client)| client.clone()).collect();
    for client in &clients {
        client.saved().await;
    }
    converge(&clients, view).await;
    let seen = view(&clients[0]);
    for key in (0..3).flat_map(|restart| (0..24).map(move |number| format!("\"restart-{restart}-{number}\""))) {
        assert!(seen.contains(&key), "{key} is not in {seen}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stands_still_or_dies_in_the_middle_loses_nothing() {
    let mut server = replicas(3, &["--open"]);
    let mut crowd = Crowd::join(&server).await;

    crowd.edit();
    server.signal_replica(1, "STOP");
    crowd.edit();
    crowd.saved(|replica| replica != 1).await;
    server.signal_replica(1, "CONT");
    crowd.recovers("a replica that stood still").await;

    crowd.edit();
    crowd.people.iter().for_each(|member| member.proxy.lead_to(server.address_of(2)));
    server.kill_replica(1);
    crowd.edit();
    crowd.recovers("the death of a replica").await;
    server.start_replica(1);

    crowd.end(server).await;
}
