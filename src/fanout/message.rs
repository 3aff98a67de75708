//! What replicas send each other, as bytes. Reading is total: other deployments, other versions and forgeries are refused, and
//! memory grows only with the bytes that are there.

use bytes::{Buf, BufMut, Bytes};

use crate::document::DocumentId;
use crate::replica::ReplicaId;

/// The version of this format. Of a newer one nothing is understood: during a deploy that changes it, replicas of two releases
/// meet in the store only.
const VERSION: u8 = 1;

/// Largest message: twice the largest frame a client may send (8 MiB), so that an answer to a question fits whose asker was
/// away for long. What is larger is read from the store.
pub(super) const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Largest body: the rest is for what stands before it.
pub(super) const BODY_BYTES_MAX: usize = MESSAGE_BYTES_MAX - 1024;

const BEAT: u8 = 0;
const MESSAGE: u8 = 1;

/// A message on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    pub(super) origin: ReplicaId,
    /// Which of its lines of this document.
    pub(super) epoch: u64,
    /// Counts this line's messages from 0.
    pub(super) counter: u64,
    pub(super) document: DocumentId,
    pub(super) body: Bytes,
}

/// What a replica sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It is alive.
    Beat(ReplicaId),
    /// It says something about a document.
    Message(Envelope),
}

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    #[error("too large")]
    TooLarge,
    #[error("of an unknown version")]
    Version,
    #[error("of another deployment")]
    Deployment,
    #[error("malformed")]
    Malformed,
}

impl Unreadable {
    /// For the metric.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::TooLarge => "oversized",
            Self::Version => "version",
            Self::Deployment => "deployment",
            Self::Malformed => "malformed",
        }
    }
}

impl Sent {
    /// The bytes, for a deployment.
    pub(super) fn write(&self, deployment: u64) -> Vec<u8> {
        let mut out = Vec::new();
        out.put_u8(VERSION);
        out.put_u64(deployment);
        match self {
            Self::Beat(origin) => {
                out.put_u8(BEAT);
                out.put_u64(origin.get());
            }
            Self::Message(Envelope { origin, epoch, counter, document, body }) => {
                out.put_u8(MESSAGE);
                out.put_u64(origin.get());
                out.put_u64(*epoch);
                out.put_u64(*counter);
                let id = document.as_str().as_bytes();
                out.put_u16(u16::try_from(id.len()).unwrap_or(u16::MAX));
                out.put_slice(id);
                out.put_slice(body);
            }
        }
        out
    }

    /// What the bytes say to a deployment.
    ///
    /// # Errors
    /// Why they say nothing to it.
    pub(super) fn read(mut bytes: Bytes, deployment: u64) -> Result<Self, Unreadable> {
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(Unreadable::TooLarge);
        }
        if bytes.try_get_u8().map_err(malformed)? != VERSION {
            return Err(Unreadable::Version);
        }
        if bytes.try_get_u64().map_err(malformed)? != deployment {
            return Err(Unreadable::Deployment);
        }
        let kind = bytes.try_get_u8().map_err(malformed)?;
        let origin = ReplicaId::new(bytes.try_get_u64().map_err(malformed)?);
        match kind {
            BEAT if bytes.is_empty() => Ok(Self::Beat(origin)),
            MESSAGE => {
                let epoch = bytes.try_get_u64().map_err(malformed)?;
                let counter = bytes.try_get_u64().map_err(malformed)?;
                let len = usize::from(bytes.try_get_u16().map_err(malformed)?);
                if len > bytes.len() {
                    return Err(Unreadable::Malformed);
                }
                let id = bytes.split_to(len);
                let id = std::str::from_utf8(&id).map_err(malformed)?;
                let document = DocumentId::parse_open(id).map_err(malformed)?;
                Ok(Self::Message(Envelope { origin, epoch, counter, document, body: bytes }))
            }
            _ => Err(Unreadable::Malformed),
        }
    }
}

fn malformed<E>(_: E) -> Unreadable {
    Unreadable::Malformed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DEPLOYMENT: u64 = 7;

    fn envelope() -> impl Strategy<Value = Envelope> {
        (any::<u64>(), any::<u64>(), any::<u64>(), "[a-z]{1,20}", any::<Vec<u8>>()).prop_map(
            |(origin, epoch, counter, name, body)| Envelope {
                origin: ReplicaId::new(origin),
                epoch,
                counter,
                document: DocumentId::parse_open(&name).expect("a good name"),
                body: body.into(),
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(envelope in envelope()) {
            let sent = Sent::Message(envelope);
            prop_assert_eq!(Sent::read(sent.write(DEPLOYMENT).into(), DEPLOYMENT), Ok(sent));
        }

        #[test]
        fn any_bytes_are_a_message_or_refused(bytes in any::<Vec<u8>>(), is_plausible: bool) {
            let mut message = Sent::Beat(ReplicaId::new(1)).write(DEPLOYMENT);
            if is_plausible {
                message.truncate(9);
            } else {
                message.clear();
            }
            message.extend(bytes);
            if let Ok(sent) = Sent::read(message.clone().into(), DEPLOYMENT) {
                prop_assert_eq!(sent.write(DEPLOYMENT), message);
            }
        }
    }

    /// What replicas of the release before this one write, and must be able to read.
    #[test]
    fn the_bytes_of_a_version_stay_the_same() {
        let envelope = Envelope {
            origin: ReplicaId::new(9),
            epoch: 2,
            counter: 3,
            document: DocumentId::parse_open("notes").expect("a good name"),
            body: Bytes::from_static(b"body"),
        };
        let number = |number: u8| [0, 0, 0, 0, 0, 0, 0, number];
        let start = |kind: u8| [&[1][..], &number(7), &[kind], &number(9)].concat();
        let message = [&start(1)[..], &number(2), &number(3), &[0, 5], b"notes", b"body"].concat();

        for (sent, bytes) in [(Sent::Beat(ReplicaId::new(9)), start(0)), (Sent::Message(envelope), message)] {
            assert_eq!(sent.write(DEPLOYMENT), bytes);
            assert_eq!(Sent::read(bytes.into(), DEPLOYMENT), Ok(sent));
        }
    }

    #[test]
    fn other_versions_and_deployments_and_cut_off_messages_are_told_apart() {
        let beat = Sent::Beat(ReplicaId::new(9)).write(DEPLOYMENT);
        let read = |bytes: &[u8]| Sent::read(Bytes::copy_from_slice(bytes), DEPLOYMENT);
        let mut newer = beat.clone();
        newer[0] = 2;

        assert_eq!(read(&newer), Err(Unreadable::Version));
        assert_eq!(Sent::read(beat.clone().into(), DEPLOYMENT + 1), Err(Unreadable::Deployment));
        assert_eq!(read(&beat[..beat.len() - 1]), Err(Unreadable::Malformed));
        assert_eq!(read(&[&beat[..], &[0]].concat()), Err(Unreadable::Malformed));
        assert_eq!(Sent::read(vec![1; MESSAGE_BYTES_MAX + 1].into(), DEPLOYMENT), Err(Unreadable::TooLarge));
    }
}
