//! `serve`: the MCP server over HTTP, on this machine unless the operator says who may come and with which token.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::{Exit, fault, say};
use crate::config;
use crate::mcp::Server;
use crate::mcp::http::{self, HttpError, HttpOptions, Limits, Names, Place, Token};
use crate::trial::Operator;

const HELP: &str = "Paths: /mcp (the protocol, POST), /metrics (Prometheus text), both with the bearer token; /healthz and /readyz without.
The token is made at the first start, in the file http-token of the state folder (mode 0600); its place is printed, never the
token. Every process that shares the file can stand behind one load balancer: no request needs another's process.

An address beyond this machine needs --token-file and --allow-host, and TLS in front of it. SIGTERM and Ctrl-C end the server:
new calls are refused, running ones get 25 seconds.

Examples:
  klingai-mcp serve --http 127.0.0.1:8700
  klingai-mcp serve --unix-socket ./klingai.sock
  klingai-mcp serve --http 0.0.0.0:8700 --token-file ./token --allow-host mcp.example.com";

#[derive(clap::Args)]
#[command(after_help = HELP)]
#[command(group = clap::ArgGroup::new("place").required(true).args(["http", "unix_socket"]))]
pub(super) struct Args {
    /// Address and port, or a port of this machine; port 0: any that is free
    #[arg(long, value_name = "ADDR", value_parser = address)]
    http: Option<SocketAddr>,
    /// Listen on a socket in the file system (mode 0600) instead
    #[arg(long, value_name = "PATH")]
    unix_socket: Option<PathBuf>,
    /// File with the bearer token (mode 0600, one line), made by the operator
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Answer this Host too, besides localhost; may be repeated
    #[arg(long, value_name = "NAME", value_parser = host)]
    allow_host: Vec<String>,
    /// Answer requests with this Origin, such as https://app.example.com:443; none otherwise; may be repeated
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    allow_origin: Vec<String>,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.strip_prefix("http://").unwrap_or(text);
    let port = text.strip_prefix("localhost:").unwrap_or(text);
    if let Ok(port) = port.parse::<u16>() {
        return Ok((Ipv4Addr::LOCALHOST, port).into());
    }
    text.parse().map_err(|_| "expected an address and port, such as 127.0.0.1:8700 or [::1]:8700".to_owned())
}

fn host(text: &str) -> Result<String, String> {
    let named = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
    let port = !text.starts_with('[') && text.matches(':').count() == 1;
    if named && !port { Ok(text.to_owned()) } else { Err("expected a name or address without a port, such as mcp.example.com".to_owned()) }
}

fn origin(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(['/', '*', '@', '?', '#', ' ']));
    if plain { Ok(text.to_owned()) } else { Err("expected what the client sends, such as https://app.example.com".to_owned()) }
}

pub(super) fn run(args: &Args, clock: fn() -> i64, operator: Operator) -> Exit {
    let (options, file) = match options(args) {
        Ok(found) => found,
        Err(text) => return refuse(&text),
    };
    let announce = |place: &str| {
        say(&format!(
            "klingai-mcp listens on {place}\nEvery request needs the header `Authorization: Bearer TOKEN`; the token is in {}",
            file.display()
        ));
    };
    match super::traced(Server::new(clock, operator), |server| http::run(options, server, announce)) {
        Ok(()) => Exit::Answered,
        Err(error @ (HttpError::Bind { .. } | HttpError::NoSocketFiles)) => refuse(&format!("failed to {error}")),
        Err(error) => fault(&error),
    }
}

fn refuse(text: &str) -> Exit {
    say(&format!("klingai-mcp serve: {text}"));
    Exit::Usage
}

fn options(args: &Args) -> Result<(HttpOptions, PathBuf), String> {
    let place = match (args.http, &args.unix_socket) {
        (Some(address), _) => Place::Tcp(address),
        (None, Some(path)) => Place::Unix(path.clone()),
        (None, None) => return Err("say where to listen: --http 127.0.0.1:8700".to_owned()),
    };
    if matches!(place, Place::Tcp(address) if !address.ip().is_loopback()) {
        guarded(args)?;
    }
    let (token, file) = token(args.token_file.as_deref())?;
    let names = Names::new(&args.allow_host, &args.allow_origin);
    Ok((HttpOptions { place, token, names, limits: Limits::default() }, file))
}

/// Beyond this machine nothing is assumed.
fn guarded(args: &Args) -> Result<(), String> {
    let missing = match (args.token_file.is_none(), args.allow_host.is_empty()) {
        (false, false) => return Ok(()),
        (true, true) => "--token-file FILE (a token that you made) and --allow-host NAME (the name that clients use)",
        (true, false) => "--token-file FILE (a token that you made)",
        (false, true) => "--allow-host NAME (the name that clients use)",
    };
    Err(format!("this address can be reached from other machines, so it also needs {missing}; or listen on 127.0.0.1"))
}

fn token(file: Option<&Path>) -> Result<(Token, PathBuf), String> {
    if let Some(file) = file {
        return Token::read(file).map(|token| (token, file.to_owned())).map_err(|error| error.to_string());
    }
    let file = config::state_dir().map_err(|error| format!("failed to {error}"))?.join("http-token");
    Token::read_or_make(&file).map(|token| (token, file)).map_err(|error| error.to_string())
}
