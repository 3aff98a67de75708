//! Titles and descriptions: shared text, read as plain strings and written by the smallest change.
//!
//! Promises: setting a text to a new value touches only what differs, so that someone else's typing in the rest survives.
//! A description has the shape of a ProseMirror document: `<paragraph>` elements that hold text; deeper elements are read as
//! the text inside them.

use yrs::types::text::YChange;
use yrs::types::xml::XmlIn;
use yrs::{
    Any, GetString, OffsetKind, Out, ReadTxn, Text, TransactionMut, Xml, XmlElementPrelim, XmlFragment, XmlFragmentRef,
    XmlOut, XmlTextPrelim, XmlTextRef,
};

/// The tag of a paragraph in a description.
const PARAGRAPH: &str = "paragraph";

/// Replaces the differing middle of a text.
pub(super) fn set_text<X: Text + GetString>(txn: &mut TransactionMut<'_>, text: &X, new: &str) {
    let kind = txn.doc().offset_kind();
    let old = text.get_string(txn);
    if length(&old, kind) != text.len(txn) {
        // Something other than characters is inside: positions in the string are not positions in the text.
        replace(txn, text, 0, text.len(txn), new);
        return;
    }
    let change = Change::between(&old, new);
    replace(txn, text, length(change.same_before, kind), length(change.removed, kind), change.inserted);
}

/// The plain text of a text node, without what is embedded in it.
pub(super) fn plain_text<T: ReadTxn>(txn: &T, text: &XmlTextRef) -> String {
    let mut plain = String::new();
    for chunk in text.diff(txn, YChange::identity) {
        if let Out::Any(Any::String(characters)) = chunk.insert {
            plain.push_str(&characters);
        }
    }
    plain
}

/// The paragraphs of a description, one for each element that is a paragraph or directly holds text.
pub(super) fn paragraphs<T: ReadTxn>(txn: &T, description: &XmlFragmentRef) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut parent = None;
    for node in description.successors(txn) {
        let id = node.id();
        match node {
            XmlOut::Element(element) if element.try_tag().is_some_and(|tag| &**tag == PARAGRAPH) => {
                found.push(String::new());
                parent = Some(id);
            }
            XmlOut::Text(text) => {
                let holder = Xml::parent(&text).map(|holder| holder.id());
                if holder.is_none() || holder != parent {
                    found.push(String::new());
                    parent = holder;
                }
                if let Some(last) = found.last_mut() {
                    last.push_str(&plain_text(txn, &text));
                }
            }
            _ => {}
        }
    }
    found
}

/// Makes a description say these paragraphs; those equal at the beginning and the end stay as they are.
pub(super) fn set_paragraphs(txn: &mut TransactionMut<'_>, description: &XmlFragmentRef, new: &[String]) {
    let children: Vec<XmlOut> = description.children(txn).collect();
    let Some(texts) = children.iter().map(|child| only_text(txn, child)).collect::<Option<Vec<_>>>() else {
        rewrite(txn, description, new);
        return;
    };
    let old: Vec<String> =
        texts.iter().map(|text| text.as_ref().map_or_else(String::new, |text| plain_text(txn, text))).collect();
    let before = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let after = old[before..].iter().rev().zip(new[before..].iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_end, new_end) = (old.len() - after, new.len() - after);
    let shared = old_end.min(new_end);
    for at in before..shared {
        match texts[at].as_ref().filter(|text| text.len(txn) == length(&old[at], txn.doc().offset_kind())) {
            Some(text) => set_plain(txn, text, &old[at], &new[at]),
            None => {
                remove(txn, description, at, 1);
                insert(txn, description, at, &new[at]);
            }
        }
    }
    remove(txn, description, shared.max(before), old_end.saturating_sub(shared.max(before)));
    for (at, paragraph) in new.iter().enumerate().take(new_end).skip(shared.max(before)) {
        insert(txn, description, at, paragraph);
    }
}

/// The text node of a plain paragraph (`Some(None)` when it is empty); `None` for anything richer.
fn only_text<T: ReadTxn>(txn: &T, child: &XmlOut) -> Option<Option<XmlTextRef>> {
    let XmlOut::Element(element) = child else { return None };
    if element.try_tag().is_none_or(|tag| &**tag != PARAGRAPH) {
        return None;
    }
    match (element.len(txn), element.get(txn, 0)) {
        (0, _) => Some(None),
        (1, Some(XmlOut::Text(text))) => Some(Some(text)),
        _ => None,
    }
}

fn rewrite(txn: &mut TransactionMut<'_>, description: &XmlFragmentRef, new: &[String]) {
    let len = description.len(txn) as usize;
    remove(txn, description, 0, len);
    for (at, paragraph) in new.iter().enumerate() {
        insert(txn, description, at, paragraph);
    }
}

fn insert(txn: &mut TransactionMut<'_>, description: &XmlFragmentRef, at: usize, paragraph: &str) {
    let children: Vec<XmlIn> = if paragraph.is_empty() { vec![] } else { vec![XmlTextPrelim::new(paragraph).into()] };
    description.insert(txn, at as u32, XmlElementPrelim::new(PARAGRAPH, children));
}

fn remove(txn: &mut TransactionMut<'_>, description: &XmlFragmentRef, at: usize, len: usize) {
    if len > 0 {
        description.remove_range(txn, at as u32, len as u32);
    }
}

fn set_plain(txn: &mut TransactionMut<'_>, text: &XmlTextRef, old: &str, new: &str) {
    let kind = txn.doc().offset_kind();
    let change = Change::between(old, new);
    replace(txn, text, length(change.same_before, kind), length(change.removed, kind), change.inserted);
}

fn replace<X: Text>(txn: &mut TransactionMut<'_>, text: &X, at: u32, removed: u32, inserted: &str) {
    if removed > 0 {
        text.remove_range(txn, at, removed);
    }
    if !inserted.is_empty() {
        text.insert(txn, at, inserted);
    }
}

/// What differs between two strings: a common beginning, a replaced middle, a common end.
#[derive(Debug, PartialEq, Eq)]
struct Change<'a> {
    same_before: &'a str,
    removed: &'a str,
    inserted: &'a str,
}

impl<'a> Change<'a> {
    fn between(old: &'a str, new: &'a str) -> Change<'a> {
        let before: usize = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
        let (old_rest, new_rest) = (&old[before..], &new[before..]);
        let same_end = old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(|(a, b)| a == b);
        let after: usize = same_end.map(|(a, _)| a.len_utf8()).sum();
        Change {
            same_before: &old[..before],
            removed: &old_rest[..old_rest.len() - after],
            inserted: &new_rest[..new_rest.len() - after],
        }
    }
}

/// Length in the unit in which the document counts text.
fn length(text: &str, kind: OffsetKind) -> u32 {
    match kind {
        OffsetKind::Bytes => text.len() as u32,
        OffsetKind::Utf16 => text.encode_utf16().count() as u32,
    }
}
