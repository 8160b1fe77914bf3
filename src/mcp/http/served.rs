//! What stands behind the gate: the server as it is, without sessions.

use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;

use crate::mcp::Server;

/// Answers the requests.
pub(super) type Handler = Server;
/// Keeps the sessions: there are none.
pub(super) type Sessions = NeverSessionManager;
/// Whether clients of the `initialize` era get a session.
pub(super) const SESSIONS: bool = false;

/// The handler of a server.
pub(super) fn handler(server: Server) -> Handler {
    server
}
