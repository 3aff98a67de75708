//! Somebody on a board: edits it as the app does, commands the server, and hears what comes of it.

use std::net::SocketAddr;

use calit::board::Board;
use calit::board::edit::Editor;
use calit::board::value::Stamp;
use client_protocol::frame::{ClientMessage, ReceivedMessage};
use serde_json::Value;
use yrs::Transact as _;

use super::author::Author;
use super::eventually;
use super::socket::{self, Socket};

/// A connection of our own kind to a board, with a copy of it.
pub(crate) struct Person {
    pub(crate) author: Author,
    pub(crate) socket: Socket,
    frames: u64,
    at_ms: i64,
}

impl Person {
    /// Joins as a guest with this secret, under a Yjs client id.
    pub(crate) async fn join(address: SocketAddr, board: &str, secret: &str, id: u64) -> Self {
        let mut socket = Socket::calit(address, &format!("{board}?guest={secret}")).await;
        let author = Author::new(id);
        socket::apply(&author.doc, &socket.fetch().await);
        Self { author, socket, frames: 0, at_ms: 1_900_000_000_000 }
    }

    /// Edits the board and sends the edit; it is durable when this returns.
    pub(crate) async fn edit(&mut self, change: impl FnOnce(&mut Editor<'_, '_>)) {
        self.send_edit(change).await;
        self.settle().await;
    }

    /// Edits the board and sends the edit, without waiting for it.
    pub(crate) async fn send_edit(&mut self, change: impl FnOnce(&mut Editor<'_, '_>)) {
        self.at_ms += 1;
        let stamp = Stamp::new(self.at_ms, "usr_test");
        let update = self.author.edit(|txn| change(&mut Editor::new(txn, stamp)));
        self.socket.send_update(update).await;
        self.frames += 1;
    }

    /// Waits until everything sent is acknowledged, and takes in what comes meanwhile.
    async fn settle(&mut self) {
        let (doc, frames) = (self.author.doc.clone(), self.frames);
        let heard = |message| {
            take(&doc, &message);
            matches!(message, ReceivedMessage::Ack { frames: acked, .. } if acked >= frames).then_some(())
        };
        self.socket.find("an acknowledgement", heard).await;
    }

    /// Asks the server; returns whether it was done and what it answered.
    pub(crate) async fn command(&mut self, key: &str, json: &str) -> (bool, Value) {
        self.socket.send(ClientMessage::Command { key: key.into(), json: json.into() }).await;
        self.outcome(key).await
    }

    /// Waits for the outcome of a command.
    pub(crate) async fn outcome(&mut self, key: &str) -> (bool, Value) {
        let doc = self.author.doc.clone();
        let heard = |message| {
            take(&doc, &message);
            match message {
                ReceivedMessage::Outcome { key: of, ok, json } if of == key => Some((ok, json)),
                _ => None,
            }
        };
        let (ok, json) = self.socket.find("an outcome", heard).await;
        (ok, serde_json::from_str(&json).expect("an outcome is JSON"))
    }

    /// The board as this person's copy has it after asking the server for the rest.
    pub(crate) async fn board(&mut self) -> Board {
        let doc = self.author.doc.clone();
        let state = self.socket.fetch_hearing(|message| take(&doc, message)).await;
        socket::apply(&doc, &state);
        Board::read(&doc.transact())
    }

    /// The board once something is so: what the server puts right follows the edit a moment later, where a replica has to
    /// take the document's lease for it.
    pub(crate) async fn board_when(&mut self, what: &str, is_so: impl Fn(&Board) -> bool) -> Board {
        eventually(what, async || Some(self.board().await).filter(&is_so)).await
    }
}

fn take(doc: &yrs::Doc, message: &ReceivedMessage) {
    if let ReceivedMessage::Update(update) = message {
        socket::apply(doc, update);
    }
}
