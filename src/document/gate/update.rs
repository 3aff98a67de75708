//! The walk over an update.

use super::cursor::{Cursor, ItemId};
use super::value::{check_embedded_json, walk_any};
use super::{Caps, Carried, Refusal, UpdateSummary};
use crate::document::limits::{CLOCK_MAX, ROOT_NAME_BYTES_MAX, ROOTS_MAX};

const HAS_LEFT: u8 = 0x80;
const HAS_RIGHT: u8 = 0x40;
const HAS_KEY: u8 = 0x20;
const KIND: u8 = 0x1f;

/// A client: number of structs, id, first clock, and a struct.
const CLIENT_BYTES_MIN: usize = 5;
/// Kind and length of a collected gap.
const STRUCT_BYTES_MIN: usize = 2;
/// A client in the delete set: id, number of ranges, and a range.
const DELETED_CLIENT_BYTES_MIN: usize = 4;
/// Clock and length.
const DELETE_RANGE_BYTES_MIN: usize = 2;

/// Neighbouring items of one client that share a parent; text that was typed in one go is one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) client: u64,
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) parent: Parent,
    pub(crate) makes: Makes,
    /// Where the last of them ends that is a leaf of several clocks; 0 if none is.
    pub(crate) long_until: u32,
}

/// Where an item says that it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    /// The n-th name of [`UpdateSummary::roots`].
    Root(usize, Place),
    /// The shared type made by this item.
    Type(ItemId, Place),
    /// The parent of its neighbours, in the same place as they. (Its own bit for a key says nothing: Yjs loses it when it
    /// merges updates.)
    Beside { left: Option<ItemId>, right: Option<ItemId> },
}

/// Which of the two things that each shared type can hold an item belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Items one after the other.
    Sequence,
    /// A value of a key, of which the newest counts.
    Key,
}

/// What an item is to the items inside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Makes {
    /// Text, a value, a format: nothing can be inside.
    Leaf,
    /// A shared type.
    Type,
    /// Anything once; what is inside of it is collected at once.
    Deleted,
}

/// Checks one update in Yjs v1 encoding and says what it holds.
///
/// # Errors
/// The first reason not to take it.
pub fn check_update(bytes: &[u8], caps: &Caps) -> Result<UpdateSummary, Refusal> {
    if bytes.len() > caps.bytes {
        return Err(Refusal::TooLarge { limit: caps.bytes });
    }
    let mut walk = Walk { cursor: Cursor::new(bytes), caps, summary: UpdateSummary::default(), last_reference: None };
    walk.clients()?;
    walk.delete_set()?;
    walk.cursor.end()?;
    let mut summary = walk.summary;
    if !summary.runs.is_sorted_by_key(|run| (run.client, run.from)) {
        summary.runs.sort_unstable_by_key(|run| (run.client, run.from));
    }
    summary.deleted.sort_unstable_by_key(|range| (range.client, range.from));
    Ok(summary)
}

struct Walk<'a> {
    cursor: Cursor<'a>,
    caps: &'a Caps,
    summary: UpdateSummary,
    /// Most references in a row are to one client: saves the hash map.
    last_reference: Option<ItemId>,
}

impl<'a> Walk<'a> {
    fn clients(&mut self) -> Result<(), Refusal> {
        let count = self.cursor.count(CLIENT_BYTES_MIN)?;
        at_most("clients", count, self.caps.clients)?;
        let mut seen = Clients::default();
        for _ in 0..count {
            let structs = self.cursor.count(STRUCT_BYTES_MIN)?;
            if structs == 0 {
                return Err(Refusal::Empty("client"));
            }
            self.summary.structs += structs;
            at_most("structs", self.summary.structs, self.caps.structs)?;
            let client = self.cursor.client()?;
            seen.add(client, count);
            self.structs(client, structs)?;
        }
        seen.check_distinct()
    }

    fn structs(&mut self, client: u64, count: usize) -> Result<(), Refusal> {
        let mut clock = self.cursor.clock()?;
        let mut start_of_range = true;
        for _ in 0..count {
            let info = self.cursor.byte()?;
            let len = match info & KIND {
                0 | 10 => self.gap(info)?,
                _ => self.item(ItemId { client, clock }, info)?,
            };
            let to = advance(clock, len)?;
            if info == 10 {
                self.summary.has_skips = true;
                start_of_range = true;
            } else if start_of_range {
                self.summary.carried.push(Carried { client, from: clock, to });
                start_of_range = false;
            } else if let Some(range) = self.summary.carried.last_mut() {
                range.to = to;
            }
            clock = to;
        }
        Ok(())
    }

    /// A collected gap (0) or a hole (10): nothing but a length.
    fn gap(&mut self, info: u8) -> Result<u32, Refusal> {
        if info & !KIND != 0 {
            return Err(Refusal::Struct);
        }
        self.length("struct")
    }

    fn item(&mut self, id: ItemId, info: u8) -> Result<u32, Refusal> {
        let left = if info & HAS_LEFT != 0 { Some(self.reference_from(id)?) } else { None };
        let right = if info & HAS_RIGHT != 0 { Some(self.reference_from(id)?) } else { None };
        if left.is_some() && left == right {
            // Between an item and itself: Yjs puts it elsewhere depending on how the text around it is cut.
            return Err(Refusal::Reference);
        }
        let parent =
            if left.is_none() && right.is_none() { self.parent(id, info)? } else { Parent::Beside { left, right } };
        let (len, makes) = self.content(info & KIND)?;
        let to = advance(id.clock, len)?;
        let long_until = if makes == Makes::Leaf && len > 1 { to } else { 0 };
        self.run(Run { client: id.client, from: id.clock, to, parent, makes, long_until });
        Ok(len)
    }

    fn parent(&mut self, id: ItemId, info: u8) -> Result<Parent, Refusal> {
        let place = if info & HAS_KEY != 0 { Place::Key } else { Place::Sequence };
        let parent = match self.cursor.number()? {
            0 => Parent::Type(self.reference_from(id)?, place),
            1 => Parent::Root(self.root()?, place),
            _ => return Err(Refusal::Struct),
        };
        if place == Place::Key {
            self.cursor.text()?;
        }
        Ok(parent)
    }

    fn root(&mut self) -> Result<usize, Refusal> {
        let name = self.cursor.text()?;
        let roots = &mut self.summary.roots;
        if let Some(index) = roots.iter().rposition(|known| **known == *name) {
            return Ok(index);
        }
        if name.len() > ROOT_NAME_BYTES_MAX {
            return Err(Refusal::RootName);
        }
        roots.push(name.into());
        at_most("top-level types", roots.len(), ROOTS_MAX)?;
        Ok(roots.len() - 1)
    }

    fn content(&mut self, kind: u8) -> Result<(u32, Makes), Refusal> {
        let len = match kind {
            1 => return Ok((self.length("item")?, Makes::Deleted)),
            3 => self.cursor.bytes().map(|_| 1)?,
            4 => self.string()?,
            5 => self.json()?,
            6 => self.cursor.text().and_then(|_| self.json())?,
            7 => return self.shared_type(),
            8 => self.values()?,
            _ => return Err(Refusal::ContentKind(kind)),
        };
        Ok((len, Makes::Leaf))
    }

    /// Text counts in UTF-16 units, as clocks do.
    fn string(&mut self) -> Result<u32, Refusal> {
        let text = self.cursor.text()?;
        let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        match u32::try_from(units) {
            Ok(0) => Err(Refusal::Empty("item")),
            Ok(units) => Ok(units),
            Err(_) => Err(Refusal::Clock),
        }
    }

    fn json(&mut self) -> Result<u32, Refusal> {
        check_embedded_json(self.cursor.text()?)?;
        Ok(1)
    }

    fn shared_type(&mut self) -> Result<(u32, Makes), Refusal> {
        match self.cursor.byte()? {
            // Array, map, text, XML fragment, XML text.
            0 | 1 | 2 | 4 | 6 => {}
            // An XML element has a name.
            3 => drop(self.cursor.text()?),
            kind => return Err(Refusal::TypeKind(kind)),
        }
        self.summary.created_types += 1;
        Ok((1, Makes::Type))
    }

    fn values(&mut self) -> Result<u32, Refusal> {
        let count = self.cursor.count(1)?;
        for _ in 0..count {
            walk_any(&mut self.cursor)?;
        }
        match u32::try_from(count) {
            Ok(0) => Err(Refusal::Empty("item")),
            Ok(count) => Ok(count),
            Err(_) => Err(Refusal::Clock),
        }
    }

    fn length(&mut self, what: &'static str) -> Result<u32, Refusal> {
        match self.cursor.clock()? {
            0 => Err(Refusal::Empty(what)),
            len => Ok(len),
        }
    }

    fn run(&mut self, run: Run) {
        match self.summary.runs.last_mut() {
            Some(last) if run.makes != Makes::Type && last.is_continued_by(&run) => {
                last.to = run.to;
                last.long_until = run.long_until.max(last.long_until);
            }
            _ => self.summary.runs.push(run),
        }
    }

    /// Reads a reference of the item `id`. Its own client's earlier items are known whenever `id` itself fits.
    fn reference_from(&mut self, id: ItemId) -> Result<ItemId, Refusal> {
        let target = self.cursor.id()?;
        if target.client != id.client {
            self.refer(target);
        } else if target.clock >= id.clock {
            return Err(Refusal::Reference);
        }
        Ok(target)
    }

    fn refer(&mut self, target: ItemId) {
        if self.last_reference.is_some_and(|last| last.client == target.client && last.clock >= target.clock) {
            return;
        }
        let greatest = self.summary.references.entry(target.client).or_default();
        *greatest = target.clock.max(*greatest);
        self.last_reference = Some(ItemId { client: target.client, clock: *greatest });
    }

    fn delete_set(&mut self) -> Result<(), Refusal> {
        let count = self.cursor.count(DELETED_CLIENT_BYTES_MIN)?;
        let mut seen = Clients::default();
        for _ in 0..count {
            let client = self.cursor.client()?;
            seen.add(client, count);
            let ranges = self.cursor.count(DELETE_RANGE_BYTES_MIN)?;
            if ranges == 0 {
                return Err(Refusal::Empty("client"));
            }
            at_most("delete ranges", self.summary.deleted.len() + ranges, self.caps.delete_ranges)?;
            for _ in 0..ranges {
                let from = self.cursor.clock()?;
                let to = advance(from, self.length("range")?)?;
                self.refer(ItemId { client, clock: to - 1 });
                self.summary.deleted.push(Carried { client, from, to });
            }
        }
        seen.check_distinct()
    }
}

impl Run {
    /// Whether the next item is the one to the right of this run's last, with the same neighbour to its right.
    fn is_continued_by(&self, next: &Self) -> bool {
        let Parent::Beside { left: Some(left), right } = next.parent else { return false };
        let same_right = match self.parent {
            Parent::Beside { right: own, .. } => right.is_none() || right == own,
            Parent::Root(..) | Parent::Type(..) => right.is_none(),
        };
        same_right
            && self.makes == next.makes
            && (self.client, self.to) == (next.client, next.from)
            && left == ItemId { client: next.client, clock: next.from.wrapping_sub(1) }
    }
}

/// Clients of one list. Writers sort them, so the check for doubles is nearly always one comparison each.
#[derive(Default)]
struct Clients(Vec<u64>);

impl Clients {
    fn add(&mut self, client: u64, count: usize) {
        if count > 1 {
            self.0.push(client);
        }
    }

    fn check_distinct(mut self) -> Result<(), Refusal> {
        if !self.0.is_sorted_by(|a, b| a > b) {
            self.0.sort_unstable();
            if self.0.windows(2).any(|pair| pair[0] == pair[1]) {
                return Err(Refusal::ClientTwice);
            }
        }
        Ok(())
    }
}

fn advance(clock: u32, len: u32) -> Result<u32, Refusal> {
    clock.checked_add(len).filter(|&to| to <= CLOCK_MAX).ok_or(Refusal::Clock)
}

fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), Refusal> {
    if count > limit { Err(Refusal::TooMany { what, limit }) } else { Ok(()) }
}
