use proptest::prelude::*;
use serde_json::Value as Json;

use super::*;

fn vectors(name: &str) -> Vec<Json> {
    let file: Json =
        serde_json::from_str(include_str!("../../../client-protocol/fixtures/rank.json")).expect("the fixture is JSON");
    file[name].as_array().expect("the fixture has this list").clone()
}

fn rank(value: &Json) -> Option<Rank> {
    value.as_str().map(|text| Rank::parse(text).expect("a well-formed key"))
}

#[test]
fn keys_are_those_of_the_npm_package() {
    for case in vectors("between") {
        let key = between(rank(&case["left"]).as_ref(), rank(&case["right"]).as_ref()).expect("there is a key");

        assert_eq!(key.as_str(), case["rank"], "{case}");
    }
}

#[test]
fn runs_of_keys_are_those_of_the_npm_package() {
    for case in vectors("n_between") {
        let count = case["count"].as_u64().expect("a count") as usize;
        let keys =
            n_between(rank(&case["left"]).as_ref(), rank(&case["right"]).as_ref(), count).expect("there are keys");

        let keys: Vec<&str> = keys.iter().map(Rank::as_str).collect();
        assert_eq!(Json::from(keys), case["ranks"], "{case}");
    }
}

#[test]
fn malformed_ranks_are_no_keys() {
    for case in vectors("malformed") {
        assert_eq!(Rank::parse(case["rank"].as_str().expect("a string")), None, "{case}");
    }
}

#[test]
fn any_two_strings_are_ordered_as_in_javascript() {
    for case in vectors("compare") {
        let order = compare(case["left"].as_str().expect("a string"), case["right"].as_str().expect("a string"));

        assert_eq!(order as i64, case["order"].as_i64().expect("a number"), "{case}");
    }
}

#[test]
fn inserts_follow_the_shared_vectors() {
    for case in vectors("place") {
        let order: Vec<Option<&str>> = case["order"].as_array().expect("a list").iter().map(Json::as_str).collect();

        let placement = place(&order, case["index"].as_u64().expect("an index") as usize);

        let rekeyed: Vec<Json> =
            placement.rekeyed.iter().map(|(at, key)| serde_json::json!([at, key.as_str()])).collect();
        assert_eq!(
            (Json::from(placement.rank.as_str()), Json::from(rekeyed)),
            (case["rank"].clone(), case["rekeyed"].clone()),
            "{case}"
        );
    }
}

#[test]
fn keys_that_are_not_in_order_have_nothing_between_them() {
    let (low, high) = (Rank::parse("a0").expect("a key"), Rank::parse("a1").expect("a key"));

    assert_eq!(between(Some(&high), Some(&low)), Err(RankError::NotOrdered));
    assert_eq!(between(Some(&low), Some(&low)), Err(RankError::NotOrdered));
}

#[test]
fn a_thousand_inserts_into_one_gap_stay_in_order() {
    let mut order = vec!["a0".to_owned(), "a1".to_owned()];

    for _ in 0..2_000 {
        let ranks: Vec<Option<&str>> = order.iter().map(|rank| Some(rank.as_str())).collect();
        let placement = place(&ranks, 1);
        for (at, key) in placement.rekeyed {
            order[at] = key.as_str().to_owned();
        }
        order.insert(1, placement.rank.as_str().to_owned());
    }

    assert!(order.is_sorted() && order.iter().all(|rank| rank.len() <= RANK_CHARS_MAX));
}

fn any_rank() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        1 => Just(None),
        3 => "[a-c][0-9A-Za-z]{1,4}".prop_map(Some),
        1 => "[A-Za-z0-9]{0,6}".prop_map(Some),
        1 => "\\PC{0,4}".prop_map(Some),
        1 => prop_oneof![Just("a0"), Just("a1"), Just(""), Just("A00000000000000000000000001")].prop_map(|rank| Some(rank.to_owned())),
    ]
}

proptest! {
    #[test]
    fn whatever_the_ranks_an_insert_lands_where_it_should(mut order in proptest::collection::vec(any_rank(), 0..12), index in 0_usize..14) {
        order.sort_by(|a, b| crate::board::column::by_rank(a.as_deref(), b.as_deref()));
        let ranks: Vec<Option<&str>> = order.iter().map(Option::as_deref).collect();
        let index = index.min(ranks.len());

        let placement = place(&ranks, index);

        let mut after: Vec<Option<String>> = order.clone();
        for (at, key) in &placement.rekeyed {
            after[*at] = Some(key.as_str().to_owned());
        }
        let lower = |rank: &Option<String>| rank.as_ref().is_some_and(|rank| compare(rank, placement.rank.as_str()).is_lt());
        let higher = |rank: &Option<String>| rank.as_ref().is_none_or(|rank| compare(rank, placement.rank.as_str()).is_gt());
        prop_assert!(after[..index].iter().all(lower), "{after:?} {placement:?}");
        prop_assert!(after[index..].iter().all(higher), "{after:?} {placement:?}");
        let strings: Vec<_> = after.iter().map(Option::as_deref).collect();
        prop_assert!(strings.is_sorted_by(|a, b| crate::board::column::by_rank(*a, *b).is_le()));
    }

    #[test]
    fn keys_between_keys_are_between_them(seed in proptest::collection::vec((any::<prop::sample::Index>(), 1_usize..6), 1..40)) {
        let mut keys = vec![Rank::parse("a0").expect("a key")];
        for (at, count) in seed {
            let at = at.index(keys.len() + 1);
            let left = at.checked_sub(1).map(|at| keys[at].clone());
            let new = n_between(left.as_ref(), keys.get(at), count).expect("there is room");
            prop_assert_eq!(new.len(), count);
            prop_assert!(new.iter().all(|key| Rank::parse(key.as_str()).as_ref() == Some(key)));
            keys.splice(at..at, new);
        }
        prop_assert!(keys.is_sorted_by(|a, b| a < b));
    }
}
