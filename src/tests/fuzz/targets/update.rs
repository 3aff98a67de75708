//! Any bytes as updates to a document: what the gate lets in, yrs applies, saves and loads to an equal digest; what it
//! refuses leaves the document as it was; and the gate's memory is bounded by the bytes it is given.
#![no_main]

use std::sync::LazyLock;

use calit::document::{Applied, ApplyError, Caps, Content, Source, check_state_vector, check_update};
use calit_fuzz::allocated_by;
use calit_fuzz::histories::{History, histories};
use calit_fuzz::updates;
use libfuzzer_sys::fuzz_target;

/// The summary keeps 64 bytes per item of 4, and vectors grow by doubling.
const GATE_BYTES_PER_BYTE: usize = 48;

static BASES: LazyLock<Vec<History>> = LazyLock::new(histories);

fuzz_target!(init: calit_fuzz::start(seeds()), |input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else { return };
    let base = &BASES[usize::from(choice >> 1) % BASES.len()];
    let source = if choice & 1 == 0 { Source::Live } else { Source::Sync };
    let mut content = Content::load(9, base.iter().map(Vec::as_slice)).expect("a good history");
    for update in updates::read(rest) {
        if !apply(&mut content, update, source) {
            return;
        }
    }
    let digest = content.digest();
    assert_eq!(Content::verify_snapshot(&content.encode_state()), Ok(digest));
});

/// Whether the content may be used further.
fn apply(content: &mut Content, update: &[u8], source: Source) -> bool {
    let (_, allocated) = allocated_by(|| check_update(update, &Caps::sync()));
    assert!(allocated <= update.len() * GATE_BYTES_PER_BYTE + 1024, "{allocated} bytes for {}", update.len());
    let before = content.digest();
    match content.apply(update, source) {
        Ok(Applied::Changed { relay, .. }) => {
            if let Some(delta) = relay {
                check_update(&delta, &Caps::sync()).expect("what is relayed passes the gate of others");
            }
            let vector = content.state_vector();
            check_state_vector(&vector).expect("our own state vector");
            content.diff_since(&vector).expect("our own state vector");
            assert_eq!(content.apply(update, Source::Live), Ok(Applied::Nothing));
        }
        Ok(Applied::Nothing) | Err(ApplyError::Refused(_) | ApplyError::Gap) => assert_eq!(content.digest(), before),
        Err(ApplyError::Broken(reason)) => {
            assert!(std::env::var_os("FUZZ_STRICT").is_none(), "broken: {reason}");
            return false;
        }
    }
    true
}

/// For each base: its own log upon nothing, each of its updates upon it, and the logs of the others.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (index, base) in (0_u8..).zip(BASES.iter()) {
        seeds.push(updates::write(0, base));
        seeds.push(updates::write(1, base));
        for other in BASES.iter() {
            seeds.push(updates::write(index << 1, other));
        }
        for update in base {
            seeds.push(updates::write(index << 1 | 1, std::slice::from_ref(update)));
        }
    }
    seeds
}
