//! A Redis cluster: replicas speak with any of its nodes, and with another one when theirs dies.

use super::reach_each_other;
use crate::harness::backend::{Backend, Shared};
use crate::harness::crowd::Crowd;
use crate::harness::eventually;
use crate::harness::server::Server;
use crate::harness::servers::{Redis, free_port};

const SLOTS: usize = 16_384;

/// Three masters that share the slots.
struct Cluster {
    nodes: Vec<Redis>,
}

impl Cluster {
    async fn start() -> Self {
        let (mut nodes, mut ports) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            // Usually it is 10,000 above the other one, which may be no port at all.
            let bus = free_port().to_string();
            let options = ["--cluster-enabled", "yes", "--cluster-port", &bus, "--cluster-node-timeout", "1000"];
            nodes.push(Redis::with(&options).await);
            ports.push(bus);
        }
        for (number, node) in nodes.iter().enumerate() {
            let share = |number: usize| number * SLOTS / 3;
            let (first, last) = (share(number), share(number + 1) - 1);
            assert_ok(&node.command(&["CLUSTER", "ADDSLOTSRANGE", &first.to_string(), &last.to_string()]));
            let met = ["CLUSTER", "MEET", "127.0.0.1", &node.port.to_string(), &ports[number]];
            assert_ok(&nodes[0].command(&met));
        }
        let cluster = Self { nodes };
        cluster.agrees().await;
        cluster
    }

    /// Every node is there, and all nodes know it.
    async fn agrees(&self) {
        let agrees = |node: &Redis| {
            let (info, nodes) = (node.command(&["CLUSTER", "INFO"]), node.command(&["CLUSTER", "NODES"]));
            let connected = nodes.lines().filter(|line| line.contains(" connected ") && !line.contains("fail")).count();
            info.contains("cluster_state:ok") && connected == self.nodes.len()
        };
        eventually("the nodes agree", async || self.nodes.iter().all(agrees).then_some(())).await;
    }

    /// Every node's address, for each replica another one first.
    fn url(&self, replica: usize) -> String {
        let mut urls: Vec<String> = self.nodes.iter().map(Redis::url).collect();
        urls.rotate_left(replica);
        urls.join(",")
    }

    /// Whether a replica listens to a node.
    fn is_heard(&self, node: usize) -> bool {
        !self.nodes[node].command(&["PUBSUB", "CHANNELS"]).trim().is_empty()
    }

    /// Moves slots from one node to another, as an operator does.
    fn move_slots(&self, from: usize, to: usize) {
        let id = |node: usize| self.nodes[node].command(&["CLUSTER", "MYID"]).trim().to_owned();
        let address = format!("127.0.0.1:{}", self.nodes[to].port);
        let (from, to) = (id(from), id(to));
        let said = self.nodes[0].command(&[
            "--cluster",
            "reshard",
            &address,
            "--cluster-from",
            &from,
            "--cluster-to",
            &to,
            "--cluster-slots",
            "200",
            "--cluster-yes",
        ]);
        assert!(said.contains("Moving slot") && !said.contains("ERR"), "{said}");
    }
}

fn assert_ok(said: &str) {
    assert_eq!(said.trim(), "OK");
}

async fn on(cluster: &Cluster) -> Server {
    let mut shared = Shared::new(3);
    shared.redis_url = (0..3).map(|replica| cluster.url(replica)).collect();
    let server = Server::through(Backend::Shared(shared), &["--open"]);
    eventually("each replica has a node of its own", async || (0..3).all(|node| cluster.is_heard(node)).then_some(()))
        .await;
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_on_different_nodes_of_a_cluster_hear_each_other() {
    let cluster = Cluster::start().await;

    reach_each_other(&on(&cluster).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_and_slots_that_move_cost_nothing() {
    let mut cluster = Cluster::start().await;
    let server = on(&cluster).await;
    let mut crowd = Crowd::join(&server).await;

    crowd.edit();
    cluster.move_slots(1, 2);
    crowd.edit();
    crowd.recovers("a move of slots").await;

    // Its slots are nobody's now, and the cluster says that it is down.
    cluster.nodes[0].kill();
    crowd.edit();
    crowd.saved(|_| true).await;
    let node = &cluster.nodes[1];
    eventually("the cluster is down", async || node.command(&["CLUSTER", "INFO"]).contains("state:fail").then_some(()))
        .await;
    crowd.edit();
    crowd.recovers("the death of a node").await;

    cluster.nodes[0].start_again().await;
    cluster.agrees().await;
    crowd.edit();
    crowd.recovers("the return of a node").await;

    crowd.end(server).await;
}
