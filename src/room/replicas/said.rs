//! What rooms of one document say to each other across replicas: the body of a fan-out message.
//!
//! Reading is total: whatever the bytes are, they are a message or nothing, and memory grows only with the bytes. What is
//! inside (updates, state vectors, presence) is checked by the gate when it is used; what goes to the store as it is, here.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::{Buf, BufMut, Bytes};
use client_protocol::varint;

use crate::board::history::Origin;
use crate::replica::ReplicaId;
use crate::room::turn::{Part, PartSource};
use crate::store::{Event, OUTCOME_KEY_BYTES_MAX, Outcome};

/// Longest name of an author, in bytes.
const AUTHOR_BYTES_MAX: usize = 256;

/// Longest subject of an event, in bytes: an id.
const SUBJECT_BYTES_MAX: usize = 200;

/// Whose an update is: a member's, the server's, or the server's and what it did follows.
const MEMBERS: u8 = 0;
const SERVERS: u8 = 1;
const DECIDED: u8 = 2;

const UPDATES: u8 = 0;
const PRESENCE: u8 = 1;
const DIGEST: u8 = 2;
const ASK: u8 = 3;
const ANSWER: u8 = 4;
const WANTED: u8 = 5;
const RELEASED: u8 = 6;
const STORED: u8 = 7;
const PRESENT: u8 = 8;

/// One update, as the replica that took it in passes it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::room) struct Shared {
    /// Who made it.
    pub(super) author: Arc<str>,
    /// Whether a member or the server wrote it.
    pub(super) origin: Origin,
    /// The update.
    pub(super) update: Bytes,
    /// What it did, and what it answers, if the server wrote it: a decision that another replica stores, because this one
    /// has died, must not look like somebody's forgery.
    pub(super) events: Vec<Event>,
    pub(super) outcome: Option<Outcome>,
}

/// What a room says to the rooms of its document on other replicas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::room) enum Said {
    /// What a turn took in, which is stored once this ticket of the sender's is.
    Updates { ticket: u64, updates: Vec<Shared> },
    /// The sender has stored what it passed on with the tickets behind the first number, up to the second.
    Stored { first: u64, last: u64 },
    /// The states of members that changed; or of all, for somebody who asked.
    Presence(Bytes),
    /// The awareness ids of all members: nobody else is with the sender.
    Present(BTreeSet<u64>),
    /// What the document is here, now that it is quiet: whoever has another one asks.
    Digest([u8; 32]),
    /// Asks for what the sender lacks: one replica, or all of them; whoever has the same digest has nothing to say.
    Ask { to: Option<ReplicaId>, digest: [u8; 32], state_vector: Bytes },
    /// What one replica lacked when it asked. For nobody else: a diff is right only where its state vector came from.
    Answer { to: ReplicaId, is_stored: bool, update: Bytes },
    /// The sender has something to decide: let whoever keeps the document let go of it.
    Wanted,
    /// The sender keeps the document no more.
    Released,
}

impl Shared {
    pub(super) fn of(part: &Part) -> Self {
        let (author, update) = (Arc::clone(&part.author), part.update.clone());
        if part.source == PartSource::Server {
            let (events, outcome) = (part.events.clone(), part.outcome.clone());
            return Self { author, origin: Origin::Server, update, events, outcome };
        }
        Self { author, origin: Origin::Member, update, events: Vec::new(), outcome: None }
    }
}

impl Said {
    pub(in crate::room) fn write(&self) -> Bytes {
        let mut out = Vec::new();
        match self {
            Self::Updates { ticket, updates } => {
                out.put_u8(UPDATES);
                out.put_u64(*ticket);
                updates.iter().for_each(|update| write_shared(&mut out, update));
            }
            Self::Presence(states) => {
                out.put_u8(PRESENCE);
                out.put_slice(states);
            }
            Self::Present(members) => {
                out.put_u8(PRESENT);
                members.iter().for_each(|member| varint::write(&mut out, *member));
            }
            Self::Digest(digest) => {
                out.put_u8(DIGEST);
                out.put_slice(digest);
            }
            Self::Ask { to, digest, state_vector } => {
                out.put_u8(ASK);
                out.put_u64(to.map_or(0, ReplicaId::get));
                out.put_slice(digest);
                out.put_slice(state_vector);
            }
            Self::Answer { to, is_stored, update } => {
                out.put_u8(ANSWER);
                out.put_u64(to.get());
                out.put_u8(u8::from(*is_stored));
                out.put_slice(update);
            }
            Self::Wanted => out.put_u8(WANTED),
            Self::Released => out.put_u8(RELEASED),
            Self::Stored { first, last } => {
                out.put_u8(STORED);
                out.put_u64(*first);
                out.put_u64(*last);
            }
        }
        out.into()
    }

    /// What the bytes say; nothing if they are no message of this version.
    pub(super) fn read(mut bytes: Bytes) -> Option<Self> {
        let said = match bytes.try_get_u8().ok()? {
            UPDATES => {
                let (ticket, mut updates) = (bytes.try_get_u64().ok()?, Vec::new());
                while !bytes.is_empty() {
                    updates.push(shared(&mut bytes)?);
                }
                Self::Updates { ticket, updates }
            }
            PRESENCE => Self::Presence(std::mem::take(&mut bytes)),
            PRESENT => {
                let mut members = BTreeSet::new();
                while !bytes.is_empty() {
                    members.insert(varint::read(&mut bytes)?);
                }
                Self::Present(members)
            }
            DIGEST => Self::Digest(digest(&mut bytes)?),
            ASK => {
                let to = bytes.try_get_u64().ok()?;
                let digest = digest(&mut bytes)?;
                let to = (to != 0).then(|| ReplicaId::new(to));
                Self::Ask { to, digest, state_vector: std::mem::take(&mut bytes) }
            }
            ANSWER => {
                let to = ReplicaId::new(bytes.try_get_u64().ok()?);
                let is_stored = flag(&mut bytes)?;
                Self::Answer { to, is_stored, update: std::mem::take(&mut bytes) }
            }
            WANTED => Self::Wanted,
            RELEASED => Self::Released,
            STORED => Self::Stored { first: bytes.try_get_u64().ok()?, last: bytes.try_get_u64().ok()? },
            _ => return None,
        };
        bytes.is_empty().then_some(said)
    }
}

fn write_shared(out: &mut Vec<u8>, shared: &Shared) {
    let Shared { author, origin, update, events, outcome } = shared;
    let has_decided = !events.is_empty() || outcome.is_some();
    out.put_u8(match origin {
        _ if has_decided => DECIDED,
        Origin::Server => SERVERS,
        Origin::Member | Origin::Stored => MEMBERS,
    });
    varint::write_bytes(out, author.as_bytes());
    varint::write_bytes(out, update);
    if has_decided {
        varint::write(out, events.len() as u64);
        for Event { number, subject, body } in events {
            varint::write(out, *number);
            varint::write_bytes(out, subject.as_bytes());
            varint::write_bytes(out, body.as_bytes());
        }
        let (key, json) = outcome.as_ref().map_or(("", ""), |outcome| (&outcome.key, &outcome.json));
        varint::write_bytes(out, key.as_bytes());
        varint::write_bytes(out, json.as_bytes());
    }
}

fn shared(bytes: &mut Bytes) -> Option<Shared> {
    let whose = bytes.try_get_u8().ok()?;
    let origin = match whose {
        MEMBERS => Origin::Member,
        SERVERS | DECIDED => Origin::Server,
        _ => return None,
    };
    let author = varint::read_string(bytes).filter(|author| author.len() <= AUTHOR_BYTES_MAX)?;
    let update = varint::read_bytes(bytes)?;
    let mut shared = Shared { author: author.into(), origin, update, events: Vec::new(), outcome: None };
    if whose == DECIDED {
        for _ in 0..varint::read(bytes)? {
            let number = varint::read(bytes)?;
            let subject = varint::read_string(bytes).filter(|subject| subject.len() <= SUBJECT_BYTES_MAX)?;
            shared.events.push(Event { number, subject, body: varint::read_string(bytes)? });
        }
        let key = varint::read_string(bytes).filter(|key| key.len() <= OUTCOME_KEY_BYTES_MAX)?;
        let json = varint::read_string(bytes)?;
        shared.outcome = (!key.is_empty()).then_some(Outcome { key, json });
    }
    Some(shared)
}

fn flag(bytes: &mut Bytes) -> Option<bool> {
    match bytes.try_get_u8().ok()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn digest(bytes: &mut Bytes) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    bytes.try_copy_to_slice(&mut digest).ok()?;
    Some(digest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shared() -> impl Strategy<Value = Shared> {
        let event = (0..=varint::MAX, "[a-z_]{0,20}", ".{0,20}");
        let event = event.prop_map(|(number, subject, body)| Event { number, subject, body });
        let outcome = ("[a-z]{1,20}", ".{0,20}").prop_map(|(key, json)| Outcome { key, json });
        let decided = (proptest::collection::vec(event, 0..3), proptest::option::of(outcome));
        let whose = prop_oneof![
            Just((Origin::Member, (Vec::new(), None))),
            decided.prop_map(|decided| (Origin::Server, decided))
        ];
        ("[a-z가-힣]{0,20}", whose, any::<Vec<u8>>()).prop_map(|(author, (origin, (events, outcome)), update)| Shared {
            author: author.into(),
            origin,
            update: update.into(),
            events,
            outcome,
        })
    }

    fn said() -> impl Strategy<Value = Said> {
        let bytes = || any::<Vec<u8>>().prop_map(Bytes::from);
        prop_oneof![
            (any::<u64>(), proptest::collection::vec(shared(), 0..4))
                .prop_map(|(ticket, updates)| Said::Updates { ticket, updates }),
            (any::<u64>(), any::<u64>()).prop_map(|(first, last)| Said::Stored { first, last }),
            bytes().prop_map(Said::Presence),
            proptest::collection::btree_set(0..1_u64 << 53, 0..4).prop_map(Said::Present),
            any::<[u8; 32]>().prop_map(Said::Digest),
            (any::<Option<u64>>(), any::<[u8; 32]>(), bytes()).prop_map(|(to, digest, state_vector)| {
                Said::Ask { to: to.filter(|to| *to != 0).map(ReplicaId::new), digest, state_vector }
            }),
            (any::<u64>(), any::<bool>(), bytes()).prop_map(|(to, is_stored, update)| Said::Answer {
                to: ReplicaId::new(to),
                is_stored,
                update
            }),
            Just(Said::Wanted),
            Just(Said::Released),
        ]
    }

    /// What replicas of the release before this one write, and must be able to read.
    #[test]
    fn the_bytes_of_a_message_stay_the_same() {
        let number = |number: u8| [0, 0, 0, 0, 0, 0, 0, number];
        let bytes = |parts: &[&[u8]]| Bytes::from(parts.concat());
        let (to, digest, state_vector) = (Some(ReplicaId::new(9)), [7; 32], Bytes::from_static(b"vector"));
        let shared = |origin| Shared {
            author: "usr_ada".into(),
            origin,
            update: Bytes::from_static(&[1, 2]),
            events: Vec::new(),
            outcome: None,
        };
        let events = vec![Event { number: 5, subject: "spr_1".into(), body: "{}".into() }];
        let outcome = Some(Outcome { key: "k".into(), json: "[]".into() });
        let decided = Shared { events, outcome, ..shared(Origin::Server) };
        let told: &[u8] = b"\x01\x05\x05spr_1\x02{}\x01k\x02[]";
        let updates = vec![shared(Origin::Member), shared(Origin::Server), decided];
        let author_and_update: &[u8] = b"\x07usr_ada\x02\x01\x02";
        let update = Bytes::from_static(&[1, 2]);
        let ask_all = Said::Ask { to: None, digest, state_vector: state_vector.clone() };
        let recorded = [
            (
                Said::Updates { ticket: 3, updates },
                bytes(&[
                    &[0],
                    &number(3),
                    &[0],
                    author_and_update,
                    &[1],
                    author_and_update,
                    &[2],
                    author_and_update,
                    told,
                ]),
            ),
            (Said::Presence(Bytes::from_static(b"states")), bytes(&[&[1], b"states"])),
            (Said::Present(BTreeSet::from([3, 300])), bytes(&[&[8], &[3, 0xac, 2]])),
            (Said::Digest(digest), bytes(&[&[2], &digest])),
            (Said::Ask { to, digest, state_vector }, bytes(&[&[3], &number(9), &digest, b"vector"])),
            (ask_all, bytes(&[&[3], &number(0), &digest, b"vector"])),
            (
                Said::Answer { to: ReplicaId::new(9), is_stored: true, update },
                bytes(&[&[4], &number(9), &[1], &[1, 2]]),
            ),
            (Said::Wanted, bytes(&[&[5]])),
            (Said::Released, bytes(&[&[6]])),
            (Said::Stored { first: 1, last: 2 }, bytes(&[&[7], &number(1), &number(2)])),
        ];

        for (said, bytes) in recorded {
            assert_eq!(said.write(), bytes);
            assert_eq!(Said::read(bytes), Some(said));
        }
    }

    #[test]
    fn what_the_store_would_refuse_is_no_message() {
        let update = |subject: usize, key: usize| {
            let events = vec![Event { number: 1, subject: "s".repeat(subject), body: String::new() }];
            let outcome = Some(Outcome { key: "k".repeat(key), json: String::new() });
            let (author, update) = ("usr_ada".into(), Bytes::new());
            let shared = Shared { author, origin: Origin::Server, update, events, outcome };
            Said::read(Said::Updates { ticket: 1, updates: vec![shared] }.write())
        };

        assert!(update(SUBJECT_BYTES_MAX, OUTCOME_KEY_BYTES_MAX).is_some());
        assert_eq!(update(SUBJECT_BYTES_MAX + 1, 1), None);
        assert_eq!(update(1, OUTCOME_KEY_BYTES_MAX + 1), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(said in said()) {
            prop_assert_eq!(Said::read(said.write()), Some(said));
        }

        #[test]
        fn any_bytes_are_a_message_or_nothing(bytes in any::<Vec<u8>>()) {
            if let Some(said) = Said::read(Bytes::from(bytes)) {
                prop_assert_eq!(Said::read(said.write()), Some(said));
            }
        }
    }
}
