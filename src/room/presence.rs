//! Presence: who is in the room, what they look at and what they drag, latest state only.
//!
//! Promises: a connection speaks only for client ids of its own; a hundred states within a tick leave as one frame,
//! encoded once; a removal keeps its clock, so that the person is seen at once on coming back; a connection that is
//! lost uncleanly lingers for [`LINGER`] so that the others never see the flap of a reconnect, to this replica or another.
//! Somebody who sets the system's clock back makes no ghosts. A replica speaks only for those whose connections it has, and
//! says again and again who they are: whatever is lost on the way, nobody stays who has gone.
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
    /// Sessions that have announced something.
    spoken: BTreeSet<SessionKey>,
}

struct Client {
    clock: u32,
    /// JSON; `None`: they have gone.
    state: Option<Bytes>,
    /// Who says so, under this clock: several when they have come over to another connection and the first is not yet known
    /// to be lost. The last one stays when they have gone.
    holders: Vec<Holder>,
}

struct Holder {
    by: HeldBy,
    user: Option<UserId>,
    /// Set when the connection was lost: the time at which the state goes, if nobody else has it.
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
        now: Instant,
    ) -> bool {
        let is_first = self.spoken.insert(session);
        let mut changed = false;
        for entry in entries {
            changed |= self.may_speak(session, user, entry.client) && {
                let holder = Holder { by: HeldBy::Session(session), user: user.cloned(), gone_at: None };
                self.announce_one(holder, entry, is_first, now)
            };
        }
        changed
    }

    fn announce_one(&mut self, holder: Holder, entry: &AwarenessEntry<'_>, is_first: bool, now: Instant) -> bool {
        let known = self.clients.get_mut(&entry.client);
        let is_return = known.as_ref().is_none_or(|known| known.is_leaving()) && entry.state.is_some();
        match known {
            Some(known) if entry.clock > known.clock || is_return => *known = Client::new(entry, holder, now),
            Some(known) if entry.clock < known.clock => return false,
            Some(known) if entry.state.is_none() => {
                if !known.let_go(holder.by, now) {
                    return false;
                }
            }
            Some(known) => {
                // Whoever comes over from another replica speaks of their own first; later they repeat what they hear.
                if !is_first || known.is_of(holder.by) {
                    return false;
                }
                known.holders.push(holder);
                self.changed_here.insert(entry.client);
                return true;
            }
            None if is_return => drop(self.clients.insert(entry.client, Client::new(entry, holder, now))),
            None => return false,
        }
        self.changed.insert(entry.client);
        self.changed_here.insert(entry.client);
        true
    }

    /// Takes the states that another replica tells of its members. Returns whether anything changed.
    pub(super) fn hear(&mut self, from: ReplicaId, entries: &[AwarenessEntry<'_>], now: Instant) -> bool {
        for entry in entries {
            if self.hear_one(HeldBy::Replica(from), entry, now) {
                self.changed.insert(entry.client);
            }
        }
        self.has_changes()
    }

    fn hear_one(&mut self, by: HeldBy, entry: &AwarenessEntry<'_>, now: Instant) -> bool {
        let holder = Holder { by, user: None, gone_at: None };
        let Some(known) = self.clients.get_mut(&entry.client) else {
            let is_news = entry.state.is_some() && self.held(by).count() < REPLICA_CLIENTS_MAX;
            if is_news {
                self.clients.insert(entry.client, Client::new(entry, holder, now));
            }
            return is_news;
        };
        match entry.state {
            None if entry.clock <= known.clock || !known.is_of(by) => known.let_go(by, now),
            Some(_) if entry.clock < known.clock => false,
            Some(_) if entry.clock == known.clock && known.state.is_some() => {
                if !known.is_of(by) {
                    known.holders.push(holder);
                }
                false
            }
            _ => {
                *known = Client::new(entry, holder, now);
                true
            }
        }
    }

    /// Takes word of who is on another replica: whoever else was there is not any more. Returns whether anything changed.
    pub(super) fn hear_who_is_there(&mut self, from: ReplicaId, there: &BTreeSet<u64>, now: Instant) -> bool {
        let by = HeldBy::Replica(from);
        for (id, client) in &mut self.clients {
            if !there.contains(id) && client.let_go(by, now) {
                self.changed.insert(*id);
            }
        }
        self.has_changes()
    }

    /// A replica has died: whoever was on it is gone. Tells whether there is anything to send.
    pub(super) fn lose_replica(&mut self, replica: ReplicaId, now: Instant) -> bool {
        self.part(HeldBy::Replica(replica), now);
        self.expire(now)
    }

    fn may_speak(&self, session: SessionKey, user: Option<&UserId>, client: u64) -> bool {
        let Some(known) = self.clients.get(&client) else {
            return self.held(HeldBy::Session(session)).count() < AWARENESS_CLIENTS_MAX;
        };
        // Who comes back without a name is known by this: a new connection speaks of its own first. One that has spoken
        // of itself only repeats what it heard, and that may arrive when its subject has just gone. Whoever was on another
        // replica may have come over.
        known.is_of(HeldBy::Session(session))
            || known.holders.iter().any(|holder| user.is_some() && holder.user.as_ref() == user)
            || !known.is_connected_here() && self.speaks_of_nobody(session)
    }

    /// Whether another member, known to be another person, is here under this client id.
    pub(super) fn is_held_by_another(
        &self,
        client: u64,
        session: SessionKey,
        members: &BTreeMap<SessionKey, Member>,
    ) -> bool {
        let user = |session: SessionKey| members.get(&session).and_then(|member| member.user.as_ref());
        let holders = self.clients.get(&client).into_iter().flat_map(|client| &client.holders);
        holders.into_iter().any(|holder| {
            let HeldBy::Session(holder) = holder.by else { return false };
            holder != session && user(holder).is_some() && user(session).is_some() && user(holder) != user(session)
        })
    }

    fn speaks_of_nobody(&self, session: SessionKey) -> bool {
        self.held(HeldBy::Session(session)).next().is_none()
    }

    fn held(&self, by: HeldBy) -> impl Iterator<Item = u64> {
        self.clients.iter().filter(move |(_, client)| client.is_of(by)).map(|(id, _)| *id)
    }

    /// A session has left: at once when it said goodbye, after [`LINGER`] when it was lost.
    pub(super) fn leave(&mut self, session: SessionKey, clean: bool, now: Instant) {
        self.spoken.remove(&session);
        self.part(HeldBy::Session(session), if clean { now } else { now + LINGER });
    }

    fn part(&mut self, by: HeldBy, gone_at: Instant) {
        let holders = self.clients.values_mut().flat_map(|client| &mut client.holders);
        holders.filter(|holder| holder.by == by).for_each(|holder| holder.gone_at = Some(gone_at));
    }

    /// Removes whoever has lingered long enough; tells whether there is anything to send.
    pub(super) fn expire(&mut self, now: Instant) -> bool {
        for (id, client) in self.clients.iter_mut().filter(|(_, client)| client.state.is_some()) {
            let is_over = |holder: &&Holder| holder.gone_at.is_some_and(|gone| gone <= now);
            let over: Vec<HeldBy> = client.holders.iter().filter(is_over).map(|holder| holder.by).collect();
            for by in over {
                if client.let_go(by, now) {
                    self.changed.insert(*id);
                }
                if matches!(by, HeldBy::Session(_)) {
                    self.changed_here.insert(*id);
                }
            }
        }
        let is_recent = |client: &Client| client.gone_at().is_none_or(|gone| now < gone + FORGET);
        self.clients
            .retain(|id, client| is_recent(client) || self.changed.contains(id) || self.changed_here.contains(id));
        self.has_changes()
    }

    /// Whether somebody changed since the last [`Presence::take_changes`].
    pub(super) fn has_changes(&self) -> bool {
        !self.changed.is_empty() || !self.changed_here.is_empty()
    }

    /// One awareness update with everything that changed since the last call.
    pub(super) fn take_changes(&mut self) -> Option<Vec<u8>> {
        let changed = std::mem::take(&mut self.changed);
        encode(changed.iter().filter_map(|id| Some((*id, self.clients.get(id)?))), |_| true)
    }

    /// One awareness update with every member of this replica that changed since the last call. Who is not here any more is
    /// gone, for this replica.
    pub(super) fn take_changes_here(&mut self) -> Option<Vec<u8>> {
        let changed = std::mem::take(&mut self.changed_here);
        encode(changed.iter().filter_map(|id| Some((*id, self.clients.get(id)?))), Client::is_here)
    }

    /// One awareness update with everybody whose connection is here.
    pub(super) fn everybody_here(&self) -> Option<Vec<u8>> {
        encode(self.clients.iter().filter(|(_, client)| client.is_here()).map(|(id, client)| (*id, client)), |_| true)
    }

    /// Whose connection is here.
    pub(super) fn who_is_here(&self) -> BTreeSet<u64> {
        self.clients.iter().filter(|(_, client)| client.is_here()).map(|(id, _)| *id).collect()
    }

    /// One awareness update with everybody.
    pub(super) fn everybody(&self) -> Option<Vec<u8>> {
        let there = self.clients.iter().filter(|(_, client)| client.state.is_some());
        encode(there.map(|(id, client)| (*id, client)), |_| true)
    }
}

impl Client {
    fn new(entry: &AwarenessEntry<'_>, mut holder: Holder, now: Instant) -> Self {
        let state = entry.state.map(|state| Bytes::copy_from_slice(state.as_bytes()));
        // At once, so that they are seen when they come back under the same clock.
        holder.gone_at = state.is_none().then_some(now);
        Self { clock: entry.clock, state, holders: vec![holder] }
    }

    fn is_of(&self, by: HeldBy) -> bool {
        self.holders.iter().any(|holder| holder.by == by)
    }

    /// Whether their connection is on this replica, or was until a moment ago.
    fn is_here(&self) -> bool {
        self.state.is_some() && self.holders.iter().any(|holder| matches!(holder.by, HeldBy::Session(_)))
    }

    fn is_connected_here(&self) -> bool {
        self.holders.iter().any(|holder| matches!(holder.by, HeldBy::Session(_)) && holder.gone_at.is_none())
    }

    /// Whether they have gone, or go if they do not come back.
    fn is_leaving(&self) -> bool {
        self.holders.iter().all(|holder| holder.gone_at.is_some())
    }

    fn gone_at(&self) -> Option<Instant> {
        if self.state.is_some() { None } else { self.holders.iter().find_map(|holder| holder.gone_at) }
    }

    /// One of those who say that they are there says so no more; whether they have gone by that.
    fn let_go(&mut self, by: HeldBy, now: Instant) -> bool {
        if self.holders.iter().any(|holder| holder.by != by) {
            self.holders.retain(|holder| holder.by != by);
            return false;
        }
        let has_gone = self.state.take().is_some();
        if has_gone {
            self.holders.iter_mut().for_each(|holder| holder.gone_at = Some(now));
        }
        has_gone
    }
}

/// Whoever is not shown is gone.
fn encode<'a>(clients: impl Iterator<Item = (u64, &'a Client)>, is_shown: impl Fn(&Client) -> bool) -> Option<Vec<u8>> {
    let mut entries = Vec::new();
    let mut count = 0;
    for (id, client) in clients {
        count += 1;
        varint::write(&mut entries, id);
        varint::write(&mut entries, u64::from(client.clock));
        let state = client.state.as_deref().filter(|_| is_shown(client));
        varint::write_bytes(&mut entries, state.unwrap_or(b"null"));
    }
    (count > 0).then(|| {
        let mut update = Vec::with_capacity(entries.len() + 4);
        varint::write(&mut update, count);
        update.append(&mut entries);
        update
    })
}

#[cfg(test)]
mod tests;
