//! The shape of a Trello export, as far as it is read. Every key that is not read is counted, not stored.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// How often something that is not read holds anything: entries of a list, 1 for any other value, 0 for null, false, 0 and the empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Filled(pub(crate) usize);

/// Keys that are not read.
pub(crate) type Rest = BTreeMap<String, Filled>;

#[derive(Debug, Default)]
pub(crate) struct Export {
    pub(crate) name: String,
    pub(crate) lists: Option<Vec<List>>,
    pub(crate) cards: Option<Vec<Card>>,
    pub(crate) labels: Vec<Label>,
    pub(crate) members: Vec<Member>,
    pub(crate) checklists: Vec<Checklist>,
    pub(crate) actions: Vec<Action>,
    pub(crate) rest: Rest,
}

#[derive(Debug, Deserialize)]
pub(crate) struct List {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) closed: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) pos: f64,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Card {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) desc: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) closed: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) id_list: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) pos: f64,
    pub(crate) due: Option<String>,
    pub(crate) start: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) due_complete: bool,
    pub(crate) due_reminder: Option<i64>,
    pub(crate) date_last_activity: Option<String>,
    pub(crate) id_short: Option<i64>,
    pub(crate) short_link: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) id_members: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) id_labels: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) badges: Badges,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

/// What the card's cover says; only the number of comments is used, to tell how many the export does not hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Badges {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) comments: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Attachment {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) name: String,
    pub(crate) url: Option<String>,
    pub(crate) date: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Label {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) name: String,
    pub(crate) color: Option<String>,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Member {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) full_name: String,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Checklist {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) id_card: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) pos: f64,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) check_items: Vec<CheckItem>,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CheckItem {
    pub(crate) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) state: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) pos: f64,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Action {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) date: Option<String>,
    pub(crate) id_member_creator: Option<String>,
    pub(crate) member_creator: Option<Member>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) data: ActionData,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionData {
    pub(crate) text: Option<String>,
    pub(crate) card: Option<ActionCard>,
    pub(crate) list: Option<ActionPart>,
    pub(crate) check_item: Option<ActionPart>,
    pub(crate) id_member: Option<String>,
    /// The fields that an update changed, with their values before it.
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) old: BTreeMap<String, serde_json::Value>,
    #[serde(flatten)]
    pub(crate) rest: Rest,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ActionCard {
    pub(crate) id: String,
    pub(crate) name: Option<String>,
    pub(crate) desc: Option<String>,
    pub(crate) id_list: Option<String>,
    pub(crate) pos: Option<f64>,
    pub(crate) due: Option<String>,
    pub(crate) closed: Option<bool>,
}

/// A list, a checklist or a checklist item, as an action names it.
#[derive(Debug, Deserialize)]
pub(crate) struct ActionPart {
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) pos: Option<f64>,
    pub(crate) closed: Option<bool>,
}

fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
}

impl<'de> Deserialize<'de> for Export {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ExportVisitor)
    }
}

/// Written by hand, because a flattened struct would hold the whole file in memory first and could not name lines.
struct ExportVisitor;

impl<'de> Visitor<'de> for ExportVisitor {
    type Value = Export;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Trello board export")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Export, A::Error> {
        let mut export = Export::default();
        let mut seen = std::collections::BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "name" => export.name = map.next_value::<Option<String>>()?.unwrap_or_default(),
                "lists" => export.lists = Some(map.next_value()?),
                "cards" => export.cards = Some(map.next_value()?),
                "labels" => export.labels = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "members" => export.members = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "checklists" => export.checklists = map.next_value::<Option<_>>()?.unwrap_or_default(),
                "actions" => export.actions = map.next_value::<Option<_>>()?.unwrap_or_default(),
                _ => drop(export.rest.insert(key.clone(), map.next_value()?)),
            }
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format_args!("`{key}` stands twice")));
            }
        }
        Ok(export)
    }
}

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FilledVisitor)
    }
}

struct FilledVisitor;

impl<'de> Visitor<'de> for FilledVisitor {
    type Value = Filled;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Filled, E> {
        Ok(Filled(usize::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Filled, E> {
        Ok(Filled(usize::from(value != 0)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Filled, E> {
        Ok(Filled(usize::from(value != 0)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Filled, E> {
        Ok(Filled(usize::from(value != 0.0)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Filled, E> {
        Ok(Filled(usize::from(!value.is_empty())))
    }

    fn visit_unit<E>(self) -> Result<Filled, E> {
        Ok(Filled(0))
    }

    fn visit_none<E>(self) -> Result<Filled, E> {
        Ok(Filled(0))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Filled, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Filled, A::Error> {
        let mut count = 0;
        while seq.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Filled(count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Filled, A::Error> {
        let mut count = 0;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            count = 1;
        }
        Ok(Filled(count))
    }
}
