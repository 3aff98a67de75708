//! Which pages may connect: only those of this server.
//!
//! A WebSocket is not bound by the same-origin policy, so any site that a person visits could otherwise edit the board
//! of a server on that person's own machine. Clients that are no browsers send no `Origin` and pass.

use axum::http::{HeaderMap, header};

use super::problem::Problem;
use crate::access::Mode;

/// Refuses a request that another site's page makes. On a loopback address it also refuses host names that merely
/// resolve to it (DNS rebinding).
pub(super) fn check(headers: &HeaderMap, mode: Mode, is_loopback: bool) -> Result<(), Problem> {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or(""));
    let host = text(header::HOST).unwrap_or("");
    if is_loopback && !is_loopback_host(host) {
        return Err(Problem::foreign_origin());
    }
    let Some(origin) = text(header::ORIGIN) else { return Ok(()) };
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    // Development servers of other applications run on other ports of the same machine.
    let is_allowed = authority.eq_ignore_ascii_case(host) || (mode == Mode::Open && is_loopback_host(authority));
    if is_allowed { Ok(()) } else { Err(Problem::foreign_origin()) }
}

fn is_loopback_host(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(""),
        None => authority.split(':').next().unwrap_or(""),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().expect("a header value"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().expect("a header value"));
        }
        headers
    }

    #[test]
    fn only_pages_of_this_server_connect() {
        let cases = [
            ("127.0.0.1:8080", None, Mode::Demo, true),
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080"), Mode::Demo, true),
            ("127.0.0.1:8080", Some("https://evil.example"), Mode::Demo, false),
            ("127.0.0.1:8080", Some("null"), Mode::Demo, false),
            ("evil.example:8080", Some("http://evil.example:8080"), Mode::Demo, false),
            ("localhost:8080", Some("http://localhost:5173"), Mode::Demo, false),
            ("localhost:8080", Some("http://localhost:5173"), Mode::Open, true),
            ("[::1]:8080", Some("http://[::1]:8080"), Mode::Demo, true),
            ("localhost:8080", Some("https://evil.example"), Mode::Open, false),
        ];
        for (host, origin, mode, is_allowed) in cases {
            assert_eq!(check(&headers(host, origin), mode, true).is_ok(), is_allowed, "{host} {origin:?} {mode:?}");
        }
    }
}
