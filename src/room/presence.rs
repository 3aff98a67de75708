//! Presence: who is in the room, what they look at and what they drag, latest state only.
//!
//! Promises: a connection speaks only for client ids of its own; a hundred states within a tick leave as one frame,
//! encoded once; a removal keeps its clock, so that the person is seen at once on coming back; a connection that is
//! lost uncleanly lingers for [`LINGER`] so that the others never see the flap of a reconnect. Somebody who sets the system's
//! clock back makes no ghosts.
//! Knows nothing of documents: states are JSON text that passed the gate. Nothing here is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use bytes::Bytes;
use client_protocol::limits::AWARENESS_CLIENTS_MAX;
use client_protocol::varint;
use tokio::time::Instant;

use super::session::{Member, SessionKey};
use crate::access::UserId;
use crate::document::gate::AwarenessEntry;
use crate::replica::ReplicaId;

/// How long the state of a lost connection stays: longer than a quick reconnect, shorter than anyone minds a ghost.
pub(super) const LINGER: Duration = Duration::from_secs(3);

/// How long it is remembered who went: what others repeat of them arrives within moments.
const FORGET: Duration = Duration::from_secs(60);

/// People of one other replica that are kept account of in a room: more than fit into any room.
const REPLICA_CLIENTS_MAX: usize = 10_000;

/// Everybody's latest state.
#[derive(Default)]
pub(super) struct Presence {
    clients: HashMap<u64, Client>,
    changed: BTreeSet<u64>,
    /// Of these, whose connection is here: what other replicas are told.
    changed_here: BTreeSet<u64>,
}

struct Client {
    clock: u32,
    /// JSON; `None`: they have gone.
    state: Option<Bytes>,
    holder: Holder,
}

struct Holder {
    by: HeldBy,
    user: Option<UserId>,
    /// Set when the connection was lost: the time at which the state goes.
    gone_at: Option<Instant>,
}

/// Where somebody's connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeldBy {
    Session(SessionKey),
    Replica(ReplicaId),
}

impl Presence {
    /// Takes the states that a session announces. Entries about ids that another live session holds are ignored
    /// without a word: stock clients pass on what they hear. Returns whether anything changed.
    pub(super) fn announce(
        &mut self,
        session: SessionKey,
        user: Option<&UserId>,
        entries: &[AwarenessEntry<'_>],
    ) -> bool {
        let mut changed = false;
        for entry in entries {
            changed |= self.announce_one(session, user, entry);
        }
        changed
    }

    fn announce_one(&mut self, session: SessionKey, user: Option<&UserId>, entry: &AwarenessEntry<'_>) -> bool {
        if !self.may_speak(session, user, entry.client) {
            return false;
        }
        let known = self.clients.get(&entry.client);
        let is_news = known.is_none_or(|known| {
            entry.clock > known.clock || (entry.clock == known.clock && entry.state.is_none() && known.state.is_some())
        });
        let is_return = known.is_some_and(|known| known.holder.gone_at.is_some() && entry.state.is_some());
        if !is_news && !is_return || known.is_none() && entry.state.is_none() {
            return false;
        }
        let state = entry.state.map(|state| Bytes::copy_from_slice(state.as_bytes()));
        let holder = Holder { by: HeldBy::Session(session), user: user.cloned(), gone_at: None };
        self.clients.insert(entry.client, Client { clock: entry.clock, state, holder });
        self.changed.insert(entry.client);
        self.changed_here.insert(entry.client);
        true
    }

    /// Takes the states that another replica tells of its members. Whoever is connected here is known better here. Returns
    /// whether anything changed.
    pub(super) fn hear(&mut self, from: ReplicaId, entries: &[AwarenessEntry<'_>], now: Instant) -> bool {
        let mut changed = false;
        for entry in entries {
            changed |= self.hear_one(from, entry, now);
        }
        changed
    }

    fn hear_one(&mut self, from: ReplicaId, entry: &AwarenessEntry<'_>, now: Instant) -> bool {
        let by = HeldBy::Replica(from);
        match self.clients.get(&entry.client) {
            None if entry.state.is_none() || self.held(by).count() >= REPLICA_CLIENTS_MAX => return false,
            None => {}
            Some(known) => {
                let is_here = matches!(known.holder.by, HeldBy::Session(_)) && known.holder.gone_at.is_none();
                let is_parting = entry.state.is_none() && known.holder.by != by;
                let is_news = entry.clock > known.clock
                    || entry.clock == known.clock
                        && (entry.state.is_none() && known.state.is_some()
                            || entry.state.is_some() && known.holder.gone_at.is_some());
                if is_here || is_parting || !is_news {
                    return false;
                }
            }
        }
        let state = entry.state.map(|state| Bytes::copy_from_slice(state.as_bytes()));
        // At once, so that they are seen when they come back under the same clock.
        let gone_at = entry.state.is_none().then_some(now);
        let holder = Holder { by, user: None, gone_at };
        self.clients.insert(entry.client, Client { clock: entry.clock, state, holder });
        self.changed.insert(entry.client);
        true
    }

    /// A replica has died: whoever was on it is gone. Tells whether there is anything to send.
    pub(super) fn lose_replica(&mut self, replica: ReplicaId, now: Instant) -> bool {
        self.part(HeldBy::Replica(replica), now);
        self.expire(now)
    }

    fn may_speak(&self, session: SessionKey, user: Option<&UserId>, client: u64) -> bool {
        match self.clients.get(&client) {
            None => self.held(HeldBy::Session(session)).count() < AWARENESS_CLIENTS_MAX,
            // Who comes back without a name is known by this: a new connection speaks of its own first. One that has spoken
            // of itself only repeats what it heard, and that may arrive when its subject has just gone.
            Some(known) => {
                known.holder.by == HeldBy::Session(session)
                    // Whoever was on another replica has come over.
                    || matches!(known.holder.by, HeldBy::Replica(_)) && self.speaks_of_nobody(session)
                    || (user.is_some() && known.holder.user.as_ref() == user)
                    || (known.holder.gone_at.is_some() && self.speaks_of_nobody(session))
            }
        }
    }

    /// Whether another member, known to be another person, is here under this client id.
    pub(super) fn is_held_by_another(
        &self,
        client: u64,
        session: SessionKey,
        members: &BTreeMap<SessionKey, Member>,
    ) -> bool {
        let user = |session: SessionKey| members.get(&session).and_then(|member| member.user.as_ref());
        let Some(HeldBy::Session(holder)) = self.clients.get(&client).map(|client| client.holder.by) else {
            return false;
        };
        holder != session && user(holder).is_some() && user(session).is_some() && user(holder) != user(session)
    }

    fn speaks_of_nobody(&self, session: SessionKey) -> bool {
        self.held(HeldBy::Session(session)).next().is_none()
    }

    fn held(&self, by: HeldBy) -> impl Iterator<Item = u64> {
        self.clients.iter().filter(move |(_, client)| client.holder.by == by).map(|(id, _)| *id)
    }

    /// A session has left: at once when it said goodbye, after [`LINGER`] when it was lost.
    pub(super) fn leave(&mut self, session: SessionKey, clean: bool, now: Instant) {
        self.part(HeldBy::Session(session), if clean { now } else { now + LINGER });
    }

    fn part(&mut self, by: HeldBy, gone_at: Instant) {
        for client in self.clients.values_mut().filter(|client| client.holder.by == by) {
            client.holder.gone_at = Some(gone_at);
        }
    }

    /// Removes whoever has lingered long enough; tells whether there is anything to send.
    pub(super) fn expire(&mut self, now: Instant) -> bool {
        for (id, client) in &mut self.clients {
            if client.holder.gone_at.is_some_and(|gone| gone <= now) && client.state.take().is_some() {
                self.changed.insert(*id);
                if let HeldBy::Session(_) = client.holder.by {
                    self.changed_here.insert(*id);
                }
            }
            if client.state.is_none() {
                client.holder.gone_at.get_or_insert(now);
            }
        }
        let is_recent = |client: &Client| client.holder.gone_at.is_none_or(|gone| now < gone + FORGET);
        self.clients
            .retain(|id, client| is_recent(client) || self.changed.contains(id) || self.changed_here.contains(id));
        self.has_changes()
    }

    /// Whether somebody changed since the last [`Presence::take_changes`].
    pub(super) fn has_changes(&self) -> bool {
        !self.changed.is_empty()
    }

    /// One awareness update with everything that changed since the last call.
    pub(super) fn take_changes(&mut self) -> Option<Vec<u8>> {
        let changed = std::mem::take(&mut self.changed);
        encode(changed.iter().filter_map(|id| Some((*id, self.clients.get(id)?))))
    }

    /// One awareness update with every member of this replica that changed since the last call.
    pub(super) fn take_changes_here(&mut self) -> Option<Vec<u8>> {
        let changed = std::mem::take(&mut self.changed_here);
        encode(changed.iter().filter_map(|id| Some((*id, self.clients.get(id)?))))
    }

    /// One awareness update with everybody who is connected here.
    pub(super) fn everybody_here(&self) -> Option<Vec<u8>> {
        let is_here = |client: &Client| client.state.is_some() && matches!(client.holder.by, HeldBy::Session(_));
        encode(self.clients.iter().filter(|(_, client)| is_here(client)).map(|(id, client)| (*id, client)))
    }

    /// One awareness update with everybody.
    pub(super) fn everybody(&self) -> Option<Vec<u8>> {
        encode(self.clients.iter().filter(|(_, client)| client.state.is_some()).map(|(id, client)| (*id, client)))
    }
}

fn encode<'a>(clients: impl Iterator<Item = (u64, &'a Client)>) -> Option<Vec<u8>> {
    let mut entries = Vec::new();
    let mut count = 0;
    for (id, client) in clients {
        count += 1;
        varint::write(&mut entries, id);
        varint::write(&mut entries, u64::from(client.clock));
        varint::write_bytes(&mut entries, client.state.as_deref().unwrap_or(b"null"));
    }
    (count > 0).then(|| {
        let mut update = Vec::with_capacity(entries.len() + 4);
        varint::write(&mut update, count);
        update.append(&mut entries);
        update
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: SessionKey = SessionKey(1);
    const BOB: SessionKey = SessionKey(2);

    fn entry(client: u64, clock: u32, state: Option<&str>) -> AwarenessEntry<'_> {
        AwarenessEntry { client, clock, state }
    }

    #[test]
    fn many_states_within_a_tick_leave_as_the_latest() {
        let mut presence = Presence::default();
        for clock in 1..=100 {
            presence.announce(ANN, None, &[entry(7, clock, Some("{}"))]);
        }

        assert_eq!(presence.take_changes(), Some(vec![1, 7, 100, 2, b'{', b'}']));
        assert_eq!(presence.take_changes(), None);
    }

    #[test]
    fn nobody_speaks_for_somebody_else() {
        let mut presence = Presence::default();
        presence.announce(ANN, None, &[entry(7, 1, Some("{}"))]);

        assert!(!presence.announce(BOB, None, &[entry(7, 2, None)]));
    }

    #[test]
    fn what_others_repeat_of_somebody_who_has_just_gone_does_not_bring_them_back() {
        for is_clean in [true, false] {
            let mut presence = Presence::default();
            presence.announce(ANN, None, &[entry(7, 9, Some("{}"))]);
            presence.announce(BOB, None, &[entry(8, 1, Some("{}"))]);
            let now = Instant::now();
            presence.leave(ANN, is_clean, now);
            presence.expire(now);
            presence.take_changes();

            assert!(!presence.announce(BOB, None, &[entry(7, 9, Some("{}"))]), "clean: {is_clean}");
            presence.expire(now + LINGER);
            presence.take_changes();
            assert_eq!(presence.everybody(), Some(vec![1, 8, 1, 2, b'{', b'}']));
        }
    }

    #[test]
    fn who_has_gone_is_forgotten_after_a_while() {
        let mut presence = Presence::default();
        presence.announce(ANN, None, &[entry(7, 9, Some("{}"))]);
        let now = Instant::now();
        presence.leave(ANN, true, now);
        presence.expire(now);
        presence.take_changes();
        presence.take_changes_here();
        presence.expire(now + FORGET);

        assert!(presence.clients.is_empty());
    }

    #[test]
    fn a_removal_keeps_its_clock() {
        let mut presence = Presence::default();
        presence.announce(ANN, None, &[entry(7, 9, Some("{}"))]);
        presence.take_changes();
        let now = Instant::now();
        presence.leave(ANN, true, now);

        assert!(presence.expire(now));
        assert_eq!(presence.take_changes(), Some(vec![1, 7, 9, 4, b'n', b'u', b'l', b'l']));
        assert_eq!(presence.everybody(), None);
    }

    #[test]
    fn a_quick_reconnect_is_not_seen_as_leaving() {
        let mut presence = Presence::default();
        presence.announce(ANN, None, &[entry(7, 9, Some("{}"))]);
        presence.take_changes();
        let now = Instant::now();
        presence.leave(ANN, false, now);

        assert!(!presence.expire(now + LINGER - Duration::from_millis(1)));
        presence.announce(BOB, None, &[entry(7, 9, Some("{}"))]);
        presence.take_changes();
        assert!(!presence.expire(now + LINGER * 2));
    }

    #[test]
    fn who_says_goodbye_elsewhere_is_seen_when_they_come_back_at_once() {
        let (here, elsewhere, third) = (ReplicaId::new(1), ReplicaId::new(2), ReplicaId::new(3));
        let now = Instant::now();
        let mut presence = Presence::default();
        presence.hear(elsewhere, &[entry(7, 9, Some("{}"))], now);
        presence.hear(elsewhere, &[entry(7, 9, None)], now);
        let mut at_third = Presence::default();
        at_third.hear(here, &[entry(7, 9, Some("{}"))], now);
        at_third.hear(here, &[entry(7, 9, None)], now);

        assert!(presence.announce(ANN, None, &[entry(7, 9, Some("{}"))]), "on another replica");
        assert!(at_third.hear(third, &[entry(7, 9, Some("{}"))], now), "and on a third");
    }

    #[test]
    fn one_connection_introduces_a_bounded_number_of_ids() {
        let mut presence = Presence::default();
        for id in 0..100 {
            presence.announce(ANN, None, &[entry(id, 1, Some("{}"))]);
        }

        assert_eq!(presence.clients.len(), AWARENESS_CLIENTS_MAX);
    }
}
