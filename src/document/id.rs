//! The name of a document, parsed once at the edge.
//! Promises: a [`DocumentId`] is always well formed, so it may go into paths, keys and logs as it is; parsing is total.
//! Typed ids (`brd_37k3…`) carry their kind and a bucket (00–99), by which documents are spread and drained.
//! Open names are what stock Yjs clients ask for; only a server that was started open takes them.
//! Knows nothing of rights: a well-formed id need not exist.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;

/// Characters after prefix and bucket: 103 random bits, too many to guess.
const RANDOM_CHARS: usize = 20;
/// Bytes of an open name; names of stock clients are room names or paths.
const OPEN_NAME_BYTES_MAX: usize = 200;
const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// A scrum board, `brd_…`.
    Board,
    /// A shared calendar, `cal_…`.
    Calendar,
    /// A rich text, `doc_…`.
    Note,
    /// Whatever a stock Yjs client keeps under a name of its own.
    Open,
}

impl DocumentKind {
    const TYPED: [Self; 3] = [Self::Board, Self::Calendar, Self::Note];

    /// A bounded name, for metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Board => "board",
            Self::Calendar => "calendar",
            Self::Note => "note",
            Self::Open => "open",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Board => "brd_",
            Self::Calendar => "cal_",
            Self::Note => "doc_",
            Self::Open => "",
        }
    }
}

/// Why a text is no document id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IdError {
    /// Neither prefix, two digits and 20 letters or digits.
    #[error("not a document id")]
    Malformed,
    /// An open name that is empty, too long, or unfit for a path.
    #[error("not a document name")]
    Name,
}

/// The name of one document. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId {
    kind: DocumentKind,
    text: Arc<str>,
}

impl DocumentId {
    /// Parses a typed id.
    ///
    /// # Errors
    /// [`IdError::Malformed`] for anything else, open names included.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let kind = typed_kind(text).ok_or(IdError::Malformed)?;
        Ok(Self { kind, text: text.into() })
    }

    /// Parses a typed id or, failing that, an open name.
    ///
    /// # Errors
    /// [`IdError::Name`] unless the name has 1 to 200 bytes, no control characters and only proper path segments.
    pub fn parse_open(text: &str) -> Result<Self, IdError> {
        if let Some(kind) = typed_kind(text) {
            return Ok(Self { kind, text: text.into() });
        }
        let fits = !text.is_empty() && text.len() <= OPEN_NAME_BYTES_MAX && !text.chars().any(char::is_control);
        if !fits || text.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
            return Err(IdError::Name);
        }
        Ok(Self { kind: DocumentKind::Open, text: text.into() })
    }

    /// A new id out of random bytes; randomness is the caller's.
    #[must_use]
    pub fn from_parts(kind: DocumentKind, random: &[u8; 16]) -> Self {
        let mut rest = u128::from_le_bytes(*random);
        let mut text = String::from(kind.prefix());
        if kind != DocumentKind::Open {
            text.push_str(&format!("{:02}", rest % 100));
        }
        rest /= 100;
        for _ in 0..RANDOM_CHARS {
            text.push(char::from(ALPHABET[(rest % 36) as usize]));
            rest /= 36;
        }
        Self { kind, text: text.into() }
    }

    /// What the document is.
    #[must_use]
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The id as it is written on the wire and in the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bucket (0–99) of a typed id.
    #[must_use]
    pub fn bucket(&self) -> Option<u8> {
        let digits = self.text.strip_prefix(self.kind.prefix()).filter(|_| self.kind != DocumentKind::Open)?;
        digits.get(..2)?.parse().ok()
    }
}

fn typed_kind(text: &str) -> Option<DocumentKind> {
    let kind = DocumentKind::TYPED.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
    let rest = text.strip_prefix(kind.prefix())?.as_bytes();
    let (bucket, random) = rest.split_at_checked(2)?;
    let well_formed = random.len() == RANDOM_CHARS
        && bucket.iter().all(u8::is_ascii_digit)
        && random.iter().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    well_formed.then_some(kind)
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentId({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn typed_ids_carry_kind_and_bucket() {
        for (prefix, kind) in
            [("brd_", DocumentKind::Board), ("cal_", DocumentKind::Calendar), ("doc_", DocumentKind::Note)]
        {
            let id = DocumentId::parse(&format!("{prefix}37k3v9xq2m7tnb4w8zr5ca")).expect("a typed id");

            assert_eq!((id.kind(), id.bucket()), (kind, Some(37)));
        }
    }

    #[test]
    fn what_only_resembles_a_typed_id_is_no_typed_id() {
        for text in [
            "",
            "brd_",
            "brd_3",
            "brd_37",
            "brd_37k3v9xq2m7tnb4w8zr5c",
            "brd_37k3v9xq2m7tnb4w8zr5caa",
            "brd_3ak3v9xq2m7tnb4w8zr5ca",
            "brd_37K3v9xq2m7tnb4w8zr5ca",
            "brd_37k3v9xq2m7tnb4w8zr5c\u{e9}",
            "brd_3\u{e9}k3v9xq2m7tnb4w8zr5c",
            "bxd_37k3v9xq2m7tnb4w8zr5ca",
            " brd_37k3v9xq2m7tnb4w8zr5ca",
        ] {
            assert_eq!(DocumentId::parse(text), Err(IdError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn a_typed_id_stays_typed_on_an_open_server() {
        let id = DocumentId::parse_open("brd_37k3v9xq2m7tnb4w8zr5ca").expect("a typed id");

        assert_eq!(id.kind(), DocumentKind::Board);
    }

    #[test]
    fn open_names_are_proper_paths() {
        for text in ["a", "team/board 1", "회의", "a.b/..c", "__proto__", "*"] {
            assert_eq!(DocumentId::parse_open(text).expect(text).kind(), DocumentKind::Open);
        }
        for text in ["", ".", "..", "a/../b", "/a", "a/", "a//b", "a\0b", "a\nb", "a\u{7f}", "a\u{85}"] {
            assert_eq!(DocumentId::parse_open(text), Err(IdError::Name), "{text:?}");
        }
        assert!(DocumentId::parse_open(&"x".repeat(200)).is_ok());
        assert!(DocumentId::parse_open(&"x".repeat(201)).is_err());
        assert_eq!(DocumentId::parse_open("a").expect("a name").bucket(), None);
    }

    proptest! {
        #[test]
        fn parsing_is_total(text in any::<String>()) {
            let _ = DocumentId::parse(&text);
            if let Ok(id) = DocumentId::parse_open(&text) {
                prop_assert_eq!(id.as_str(), text);
            }
        }

        #[test]
        fn new_ids_parse(random in any::<[u8; 16]>(), kind in prop::sample::select(&DocumentKind::TYPED)) {
            let id = DocumentId::from_parts(kind, &random);

            prop_assert_eq!(DocumentId::parse(id.as_str()), Ok(id.clone()));
            prop_assert!(id.bucket().is_some_and(|bucket| bucket < 100));
        }

        #[test]
        fn new_open_names_parse(random in any::<[u8; 16]>()) {
            let id = DocumentId::from_parts(DocumentKind::Open, &random);

            prop_assert_eq!(DocumentId::parse_open(id.as_str()), Ok(id));
        }
    }
}
