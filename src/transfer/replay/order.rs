//! Who stands before whom, followed through the history: Trello orders by numbers, steps by neighbours.

use std::collections::BTreeMap;

/// Elements with a group and a number, as they stand at one moment.
#[derive(Debug)]
pub(super) struct Order<I, V> {
    spots: BTreeMap<I, Spot<V>>,
}

#[derive(Debug)]
pub(super) struct Spot<V> {
    pub(super) group: String,
    pub(super) pos: f64,
    /// Archived, or not made yet.
    pub(super) is_hidden: bool,
    /// Not there when the history begins.
    pub(super) is_born_later: bool,
    pub(super) value: V,
}

impl<I: Ord + Clone, V> Order<I, V> {
    pub(super) fn new(spots: impl IntoIterator<Item = (I, Spot<V>)>) -> Self {
        Order { spots: spots.into_iter().collect() }
    }

    pub(super) fn add_new(&mut self, id: I, spot: impl FnOnce() -> Spot<V>) {
        self.spots.entry(id).or_insert_with(spot);
    }

    pub(super) fn get_mut(&mut self, id: &I) -> Option<&mut Spot<V>> {
        self.spots.get_mut(id)
    }

    /// The visible element that follows one in its group.
    pub(super) fn next(&self, id: &I) -> Option<I> {
        let own = self.spots.get(id)?;
        let is_after = |other: &I, spot: &Spot<V>| spot.pos.total_cmp(&own.pos).then_with(|| other.cmp(id)).is_gt();
        let after = self
            .spots
            .iter()
            .filter(|(other, spot)| spot.group == own.group && !spot.is_hidden && is_after(other, spot));
        after.min_by(|(a, x), (b, y)| x.pos.total_cmp(&y.pos).then_with(|| a.cmp(b))).map(|(next, _)| next.clone())
    }

    /// Elements that are there from the beginning, by group and number.
    pub(super) fn sorted(&self) -> Vec<(&I, &Spot<V>)> {
        let mut all: Vec<(&I, &Spot<V>)> = self.spots.iter().filter(|(_, spot)| !spot.is_born_later).collect();
        all.sort_by(|(a, x), (b, y)| x.group.cmp(&y.group).then(x.pos.total_cmp(&y.pos)).then_with(|| a.cmp(b)));
        all
    }
}
