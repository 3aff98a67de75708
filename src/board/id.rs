//! Names of a board's parts: columns, cards, labels, checklist items, comments, people.
//!
//! Promises: a value of these types is 1 to [`PART_ID_CHARS_MAX`] characters of `[A-Za-z0-9_-]`, so it sorts the same in Rust and in
//! JavaScript. Whoever makes a part brings its name; nothing here is random.

/// Longest name of a part, in characters. The app makes 12; imported ones have 24.
pub const PART_ID_CHARS_MAX: usize = 40;

/// The string is not 1 to 40 characters of `[A-Za-z0-9_-]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 1 to {PART_ID_CHARS_MAX} characters of A-Z a-z 0-9 _ - are")]
pub struct PartIdError;

fn is_part_id(text: &str) -> bool {
    (1..=PART_ID_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_' || c == b'-')
}

macro_rules! part_id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Takes a well-formed name.
            ///
            /// # Errors
            /// [`PartIdError`] for anything else.
            pub fn parse(text: &str) -> Result<Self, PartIdError> {
                if is_part_id(text) { Ok(Self(text.into())) } else { Err(PartIdError) }
            }

            /// The name as it stands in a document.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

part_id! {
    /// A column.
    ColumnId,
    /// A card.
    CardId,
    /// A label.
    LabelId,
    /// A sprint.
    SprintId,
    /// A checklist item.
    ItemId,
    /// A comment.
    CommentId,
    /// A person.
    UserId,
}
