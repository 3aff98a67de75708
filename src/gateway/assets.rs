//! The web app, out of the binary itself.

use axum::http::{HeaderName, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

use super::problem::Problem;

/// `web/dist` as it was when the server was built; read from disk in a debug build.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct App;

const INDEX: &str = "index.html";

/// The app loads nothing from elsewhere and runs no script that is not a file of its own.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/// A file of the app, or its one page for every route that the app itself understands.
pub(super) async fn app(uri: Uri) -> Result<Response, Problem> {
    let path = uri.path().trim_start_matches('/');
    let is_route = !path.rsplit('/').next().unwrap_or("").contains('.');
    let name = if is_route { INDEX } else { path };
    let Some(file) = App::get(name) else {
        return if is_route { Ok(not_built()) } else { Err(Problem::not_found()) };
    };
    // Names of built files carry a hash of their content; the page that names them must be asked for each time.
    let is_immutable = name.starts_with("assets/");
    let cache = if is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, file.metadata.mimetype()),
        (header::CACHE_CONTROL, cache),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    ];
    Ok((headers, file.data.into_owned()).into_response())
}

fn not_built() -> Response {
    let text = "The web app is not built. Run `make run`, or `npm run build` in web/.\n";
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}
