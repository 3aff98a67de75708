//! Links between cards, as they stand on the card that they go out from: a map from `kind:card` to when and by whom.
//!
//! Promises: the same link made by two people is one link; a link to a card that is not there stays, and shows nothing.

use yrs::{Any, Map as _, MapRef, Out, ReadTxn};

use super::id::CardId;
use super::value::{Stamp, nested};

/// What one card is to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkKind {
    /// The other cannot go on before this one is done.
    Blocks,
    /// Both are about the same.
    Relates,
    /// This one says what the other says already.
    Duplicates,
}

impl LinkKind {
    const ALL: [LinkKind; 3] = [LinkKind::Blocks, LinkKind::Relates, LinkKind::Duplicates];

    /// The kind as it stands in a document.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkKind::Blocks => "blocks",
            LinkKind::Relates => "relates",
            LinkKind::Duplicates => "duplicates",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<LinkKind> {
        LinkKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A link to another card.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// What this card is to the other.
    pub kind: LinkKind,
    /// The other card.
    pub to: CardId,
}

/// A link and when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// When and by whom, if the document says so.
    pub made: Option<Stamp>,
}

impl Link {
    /// The key under which it stands in the card's `links`.
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind.as_str(), self.to)
    }

    fn parse(key: &str) -> Option<Link> {
        let (kind, to) = key.split_once(':')?;
        Some(Link { kind: LinkKind::parse(kind)?, to: CardId::parse(to).ok()? })
    }
}

/// The links of a card, by kind and then card.
pub(super) fn read<T: ReadTxn>(txn: &T, card: &MapRef) -> Vec<Linked> {
    let Some(links) = nested(txn, card, "links") else { return Vec::new() };
    let linked = |(key, value): (&str, Out)| match value {
        Out::Any(made @ Any::Map(_)) => Some(Linked { link: Link::parse(key)?, made: Stamp::read(&made) }),
        _ => None,
    };
    let mut all: Vec<Linked> = links.iter(txn).filter_map(linked).collect();
    all.sort_by(|a, b| (a.link.kind.as_str(), &a.link.to).cmp(&(b.link.kind.as_str(), &b.link.to)));
    all
}
