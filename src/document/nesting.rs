//! Which item is in which shared type, and how deep each type is: what yrs knows and does not tell.
//! Promises: no shared type gets deeper than [`TYPE_DEPTH_MAX`], over any number of updates; an item whose neighbours
//! are in different parents or a value of a key beside a part of a sequence, or whose parent is no shared type, is
//! refused before yrs sees it. All of them corrupt yrs.
//! Types that were deleted stay known until the document is loaded again: that only makes it stricter.
//! Costs 16 bytes per run of items, about a tenth of the document. Start at [`Nesting::place`].

use std::collections::HashMap;

use super::gate::{Carried, ItemId, Makes, Parent, Place, Refusal, Run, UpdateSummary};
use super::limits::{ROOTS_MAX, TYPE_DEPTH_MAX};

/// Index of a shared type in [`Nesting::depths`].
type TypeIndex = u32;
/// The parent of an item that is collected garbage, or made so at once because its parent is.
const NOWHERE: TypeIndex = u32::MAX;
/// While a run waits for its parent to be found.
const UNKNOWN: TypeIndex = u32::MAX - 1;
/// While the parent of a run is being looked for.
const WANTED: TypeIndex = u32::MAX - 2;
/// Marks the index of a parent: its keyed values, not its sequence. They never are each other's neighbours.
const KEYED: TypeIndex = 1 << 31;

/// All items of a document by client, in order of their clocks.
#[derive(Default)]
pub(super) struct Nesting {
    clients: HashMap<u64, Vec<Span>>,
    roots: HashMap<Box<str>, TypeIndex>,
    /// Depth of each type that ever was; top-level types have 0.
    depths: Vec<u8>,
}

/// Items `from..to` with one parent.
#[derive(Clone, Copy)]
struct Span {
    from: u32,
    to: u32,
    parent: TypeIndex,
    makes: Made,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Made {
    Leaf,
    Deleted,
    Type(TypeIndex),
}

/// Where the items of one update go; to be kept once yrs has taken the update.
pub(super) struct Placement {
    spans: Vec<(u64, Span)>,
    roots: Vec<Box<str>>,
    depths: Vec<u8>,
}

impl Nesting {
    /// Finds the places of all items that are new. `clock_of` gives what the document has of a client.
    ///
    /// # Errors
    /// [`Refusal::TooDeep`], [`Refusal::Reference`], or too many top-level types.
    pub(super) fn place(&self, summary: &UpdateSummary, clock_of: impl Fn(u64) -> u32) -> Result<Placement, Refusal> {
        let mut search = Search::new(self, summary, clock_of)?;
        for run in 0..summary.runs().len() {
            search.find_parent(run)?;
        }
        search.check_values(summary)?;
        search.into_placement()
    }

    /// Keeps what [`Self::place`] found.
    pub(super) fn keep(&mut self, placement: Placement) {
        for (index, name) in (self.next_index()..).zip(placement.roots) {
            self.roots.insert(name, index);
        }
        self.depths.extend(placement.depths);
        for (client, span) in placement.spans {
            let spans = self.clients.entry(client).or_default();
            match spans.last_mut() {
                Some(last) if last.is_continued_by(&span) => last.to = span.to,
                _ => spans.push(span),
            }
        }
    }

    fn next_index(&self) -> TypeIndex {
        TypeIndex::try_from(self.depths.len()).unwrap_or(WANTED)
    }

    fn span(&self, id: ItemId) -> Option<&Span> {
        let spans = self.clients.get(&id.client)?;
        let after = spans.partition_point(|span| span.from <= id.clock);
        spans.get(after.checked_sub(1)?).filter(|span| id.clock < span.to)
    }
}

impl Span {
    fn is_continued_by(&self, next: &Self) -> bool {
        self.to == next.from
            && self.parent == next.parent
            && self.makes == next.makes
            && !matches!(self.makes, Made::Type(_))
    }
}

fn in_place(parent: TypeIndex, place: Place) -> TypeIndex {
    if parent == NOWHERE || place == Place::Sequence { parent } else { parent | KEYED }
}

/// One update on its way into the tree.
struct Search<'a, F> {
    nesting: &'a Nesting,
    runs: &'a [Run],
    clock_of: F,
    /// For each name of the update its type; those from `first_new` on are new.
    roots: Vec<TypeIndex>,
    new_roots: Vec<Box<str>>,
    first_new: TypeIndex,
    /// For each run what it makes, with the index that a new type gets.
    made: Vec<Made>,
    /// For each run its parent.
    parents: Vec<TypeIndex>,
    /// The runs that make new types, in order of their indexes.
    new_types: Vec<usize>,
}

/// Where a reference leads.
#[derive(Clone, Copy)]
enum Found {
    Known {
        parent: TypeIndex,
        makes: Made,
    },
    /// A run of this update.
    Carried(usize),
    /// Collected.
    Gone,
}

impl<'a, F: Fn(u64) -> u32> Search<'a, F> {
    fn new(nesting: &'a Nesting, summary: &'a UpdateSummary, clock_of: F) -> Result<Self, Refusal> {
        let first_new = nesting.next_index();
        let mut next = first_new;
        let (mut roots, mut new_roots) = (Vec::new(), Vec::new());
        for name in summary.roots() {
            roots.push(nesting.roots.get(name).copied().unwrap_or_else(|| {
                new_roots.push(name.into());
                next += 1;
                next - 1
            }));
        }
        if nesting.roots.len() + new_roots.len() > ROOTS_MAX {
            return Err(Refusal::TooMany { what: "top-level types", limit: ROOTS_MAX });
        }
        let runs = summary.runs();
        let mut new_types = Vec::new();
        let made = runs
            .iter()
            .enumerate()
            .map(|(index, run)| match run.makes {
                Makes::Leaf => Made::Leaf,
                Makes::Type if run.from >= clock_of(run.client) => {
                    new_types.push(index);
                    next += 1;
                    Made::Type(next - 1)
                }
                // A type that is known already is found where it is.
                Makes::Type | Makes::Deleted => Made::Deleted,
            })
            .collect();
        let parents = vec![UNKNOWN; runs.len()];
        Ok(Self { nesting, runs, clock_of, roots, new_roots, first_new, made, parents, new_types })
    }

    /// Finds the parent of a run and of all runs on the way to it, without recursion.
    fn find_parent(&mut self, run: usize) -> Result<(), Refusal> {
        if self.parents[run] != UNKNOWN {
            return Ok(());
        }
        if let Ok(parent) = self.parent_or_next(run)? {
            self.parents[run] = parent;
            return Ok(());
        }
        let mut path = vec![run];
        while let Some(&top) = path.last() {
            match self.parent_or_next(top)? {
                Ok(parent) => {
                    self.parents[top] = parent;
                    path.pop();
                }
                Err(next) if self.parents[next] == WANTED => return Err(Refusal::Reference),
                Err(next) => {
                    self.parents[top] = WANTED;
                    path.push(next);
                }
            }
        }
        Ok(())
    }

    /// The parent of a run, or the run of this update that must be found before.
    fn parent_or_next(&self, index: usize) -> Result<Result<TypeIndex, usize>, Refusal> {
        let run = &self.runs[index];
        let declared = match run.parent {
            Parent::Root(name, place) => in_place(self.roots[name], place),
            Parent::Type(id, place) => in_place(self.type_at(id)?, place),
            Parent::Beside { left, right } => {
                let mut parent = NOWHERE;
                for id in [left, right].into_iter().flatten() {
                    match self.parent_of(id) {
                        Ok(found) => parent = self.same(parent, found)?,
                        Err(next) => return Ok(Err(next)),
                    }
                }
                parent
            }
        };
        let known = (self.clock_of)(run.client);
        if run.from < known && known < run.to {
            // The document has the first part: the rest is where that is.
            if let Ok(before) = self.parent_of(ItemId { client: run.client, clock: known - 1 }) {
                return self.same(declared, before).map(Ok);
            }
        }
        Ok(Ok(declared))
    }

    /// One value of a key is one clock. Those of several are old values that a writer without garbage collection has
    /// joined, and all deleted. If one were not, a later deletion could cut it, and its parts would be values that delete
    /// each other where the document is loaded, and nowhere else.
    fn check_values(&self, summary: &UpdateSummary) -> Result<(), Refusal> {
        let is_whole = |(run, parent): (&Run, &TypeIndex)| {
            let old = Carried { client: run.client, from: run.from, to: run.long_until };
            *parent == NOWHERE || parent & KEYED == 0 || run.long_until == 0 || summary.deletes(&old)
        };
        if self.runs.iter().zip(&self.parents).all(is_whole) { Ok(()) } else { Err(Refusal::Struct) }
    }

    fn same(&self, one: TypeIndex, other: TypeIndex) -> Result<TypeIndex, Refusal> {
        match (one, other) {
            (NOWHERE, known) | (known, NOWHERE) => Ok(known),
            (one, other) if one == other => Ok(one),
            _ => Err(Refusal::Reference),
        }
    }

    fn type_at(&self, id: ItemId) -> Result<TypeIndex, Refusal> {
        let makes = match self.find(id) {
            Found::Known { makes, .. } => makes,
            Found::Carried(run) => self.made[run],
            Found::Gone => Made::Deleted,
        };
        match makes {
            Made::Type(index) => Ok(index),
            Made::Deleted => Ok(NOWHERE),
            Made::Leaf => Err(Refusal::Reference),
        }
    }

    fn parent_of(&self, id: ItemId) -> Result<TypeIndex, usize> {
        match self.find(id) {
            Found::Known { parent, .. } => Ok(parent),
            Found::Gone => Ok(NOWHERE),
            Found::Carried(run) => match self.parents[run] {
                UNKNOWN | WANTED => Err(run),
                parent => Ok(parent),
            },
        }
    }

    fn find(&self, id: ItemId) -> Found {
        if id.clock < (self.clock_of)(id.client) {
            return match self.nesting.span(id) {
                Some(span) => Found::Known { parent: span.parent, makes: span.makes },
                None => Found::Gone,
            };
        }
        let after = self.runs.partition_point(|run| (run.client, run.from) <= (id.client, id.clock));
        match after.checked_sub(1).map(|index| (index, &self.runs[index])) {
            Some((index, run)) if run.client == id.client && id.clock < run.to => Found::Carried(index),
            _ => Found::Gone,
        }
    }

    fn into_placement(self) -> Result<Placement, Refusal> {
        let depths = self.depths()?;
        let mut spans = Vec::with_capacity(self.runs.len());
        for (index, run) in self.runs.iter().enumerate() {
            let from = run.from.max((self.clock_of)(run.client));
            let parent = self.parents[index];
            if from < run.to && parent != NOWHERE {
                spans.push((run.client, Span { from, to: run.to, parent, makes: self.made[index] }));
            }
        }
        Ok(Placement { spans, roots: self.new_roots, depths })
    }

    /// The depths of the new roots and types.
    fn depths(&self) -> Result<Vec<u8>, Refusal> {
        let mut depths = vec![0; self.new_roots.len() + self.new_types.len()];
        let mut path = Vec::new();
        for &run in &self.new_types {
            let mut at = Some(run);
            let mut depth = 0;
            while let Some(run) = at {
                path.push(run);
                if path.len() > TYPE_DEPTH_MAX {
                    return Err(Refusal::TooDeep);
                }
                (depth, at) = self.depth_or_next(self.parents[run], &depths);
            }
            while let Some(run) = path.pop() {
                depth += 1;
                if usize::from(depth) > TYPE_DEPTH_MAX {
                    return Err(Refusal::TooDeep);
                }
                if let Made::Type(index) = self.made[run] {
                    depths[(index - self.first_new) as usize] = depth;
                }
            }
        }
        Ok(depths)
    }

    /// The depth of a type, or the run that makes it if its depth is not known yet.
    fn depth_or_next(&self, index: TypeIndex, depths: &[u8]) -> (u8, Option<usize>) {
        if index == NOWHERE {
            return (0, None);
        }
        let index = index & !KEYED;
        let Some(new) = index.checked_sub(self.first_new).map(|new| new as usize) else {
            return (self.nesting.depths.get(index as usize).copied().unwrap_or_default(), None);
        };
        match new.checked_sub(self.new_roots.len()) {
            Some(new_type) if depths[new] == 0 => (0, self.new_types.get(new_type).copied()),
            _ => (depths[new], None),
        }
    }
}
