//! Any bytes as state vector and as awareness update: what the gate lets in, yrs reads alike, and a diff can be made of.
#![no_main]

use std::sync::LazyLock;

use calit::document::{Content, check_awareness, check_state_vector};
use calit_fuzz::allocated_by;
use calit_fuzz::histories::histories;
use libfuzzer_sys::fuzz_target;
use yrs::StateVector;
use yrs::sync::AwarenessUpdate;
use yrs::updates::decoder::Decode as _;

/// A rich document to make diffs of.
static DOCUMENT: LazyLock<Content> = LazyLock::new(|| {
    let history = histories().swap_remove(2);
    Content::load(9, history.iter().map(Vec::as_slice)).expect("a good history")
});

fuzz_target!(init: calit_fuzz::start(seeds()), |input: &[u8]| {
    let (vector, allocated) = allocated_by(|| check_state_vector(input));
    assert_eq!(allocated, 0);
    if vector.is_ok() {
        StateVector::decode_v1(input).expect("what the gate can read");
        DOCUMENT.diff_since(input).expect("a good state vector");
    }
    let (entries, allocated) = allocated_by(|| check_awareness(input).map(|entries| entries.len()));
    assert!(allocated <= input.len() * 16 + 4096, "{allocated} bytes for {}", input.len());
    if let Ok(entries) = entries {
        let read = AwarenessUpdate::decode_v1(input).expect("what the gate can read");
        assert_eq!(read.clients.len(), entries);
    }
});

fn seeds() -> Vec<Vec<u8>> {
    let awareness = b"\x02\x07\x03\x12{\"user\":{\"id\":[]}}\x09\x04\x04null".to_vec();
    vec![vec![0], vec![2, 5, 3, 6, 0], vec![1, 0xff, 0xff, 0x7f, 1], awareness]
}
