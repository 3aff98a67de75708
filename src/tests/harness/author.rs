//! Makes updates, byte for byte as a Yjs application makes them, without a connection.

use bytes::Bytes;
use yrs::{
    ClientID, Doc, GetString as _, Map as _, OffsetKind, Options, ReadTxn as _, StateVector, Text as _, Transact as _,
    TransactionMut, WriteTxn as _,
};

/// A document under one Yjs client id.
pub(crate) struct Author {
    pub(crate) doc: Doc,
}

impl Author {
    pub(crate) fn new(id: u64) -> Self {
        let mut options = Options::with_client_id(ClientID::new(id));
        options.offset_kind = OffsetKind::Utf16;
        Self { doc: Doc::with_options(options) }
    }

    /// The update that an edit makes.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut TransactionMut<'_>)) -> Bytes {
        let mut txn = self.doc.transact_mut();
        change(&mut txn);
        txn.encode_update_v1().into()
    }

    /// Sets a key of the root map `map`.
    pub(crate) fn set(&self, key: &str, value: &str) -> Bytes {
        self.edit(|txn| set(txn, key, value))
    }

    /// Removes a key of the root map `map`: an update that only deletes.
    pub(crate) fn remove(&self, key: &str) -> Bytes {
        self.edit(|txn| remove(txn, key))
    }

    /// Appends to the root text `text`.
    pub(crate) fn append(&self, words: &str) -> Bytes {
        self.edit(|txn| {
            let text = txn.get_or_insert_text("text");
            let len = text.len(txn);
            text.insert(txn, len, words);
        })
    }

    /// Everything as one update.
    pub(crate) fn state(&self) -> Bytes {
        self.doc.transact().encode_diff_v1(&StateVector::default()).into()
    }
}

pub(crate) fn set(txn: &mut TransactionMut<'_>, key: &str, value: &str) {
    txn.get_or_insert_map("map").insert(txn, key, value);
}

/// Sets a key of the root map `meta`, which boards have.
pub(crate) fn note(txn: &mut TransactionMut<'_>, note: &str) {
    txn.get_or_insert_map("meta").insert(txn, "note", note);
}

pub(crate) fn remove(txn: &mut TransactionMut<'_>, key: &str) {
    txn.get_or_insert_map("map").remove(txn, key);
}

/// The value of a key of the root map `map`.
pub(crate) fn value(doc: &Doc, key: &str) -> Option<String> {
    let txn = doc.transact();
    let map = txn.get_map("map")?;
    map.get(&txn, key).map(|value| value.to_string(&txn))
}

/// The root text `text`.
pub(crate) fn text(doc: &Doc) -> String {
    let txn = doc.transact();
    txn.get_text("text").map(|text| text.get_string(&txn)).unwrap_or_default()
}
