//! Close codes: the one table of SPEC section CL.
//!
//! A code tells a client one thing above all: whether to come back. 4400–4499 is final, everything else is retried;
//! y-websocket 3.1.0 follows the same rule.

/// Why the server closed a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// The other side closed first, or nothing is left to do.
    Normal,
    /// The replica goes away for good: come back, to another.
    GoingAway,
    /// The bytes are not WebSocket.
    ProtocolError,
    /// A text frame: the protocol is binary.
    UnsupportedData,
    /// A text that is not UTF-8.
    InvalidPayload,
    /// A frame that breaks the rules of SPEC, or an update that the document refuses.
    PolicyViolation,
    /// A message above the limits.
    TooBig,
    /// Something broke on the server; nothing acknowledged is lost.
    InternalError,
    /// The replica restarts.
    ServiceRestart,
    /// Overloaded, or the socket took nothing for too long: come back in 5–30 s.
    TryAgainLater,
    /// The token is bad, expired or revoked. Final.
    Unauthorized,
    /// No right to this document. Final.
    Forbidden,
    /// No such document. Final.
    NotFound,
    /// The client is too old. Final.
    ClientTooOld,
}

impl CloseCode {
    /// Every code, for tables and metrics.
    pub const ALL: [CloseCode; 14] = [
        CloseCode::Normal,
        CloseCode::GoingAway,
        CloseCode::ProtocolError,
        CloseCode::UnsupportedData,
        CloseCode::InvalidPayload,
        CloseCode::PolicyViolation,
        CloseCode::TooBig,
        CloseCode::InternalError,
        CloseCode::ServiceRestart,
        CloseCode::TryAgainLater,
        CloseCode::Unauthorized,
        CloseCode::Forbidden,
        CloseCode::NotFound,
        CloseCode::ClientTooOld,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            CloseCode::Normal => 1000,
            CloseCode::GoingAway => 1001,
            CloseCode::ProtocolError => 1002,
            CloseCode::UnsupportedData => 1003,
            CloseCode::InvalidPayload => 1007,
            CloseCode::PolicyViolation => 1008,
            CloseCode::TooBig => 1009,
            CloseCode::InternalError => 1011,
            CloseCode::ServiceRestart => 1012,
            CloseCode::TryAgainLater => 1013,
            CloseCode::Unauthorized => 4401,
            CloseCode::Forbidden => 4403,
            CloseCode::NotFound => 4404,
            CloseCode::ClientTooOld => 4409,
        }
    }

    /// Whether a client must stop trying.
    pub const fn is_final(self) -> bool {
        matches!(self.number(), 4400..=4499)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// [CL1]
    #[test]
    fn only_the_4400_band_is_final() {
        for code in CloseCode::ALL {
            assert_eq!(code.is_final(), (4400..4500).contains(&code.number()), "{code:?}");
        }
    }
}
