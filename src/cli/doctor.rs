//! `doctor`: which credentials this machine would use, their form, and the clock. Nothing is sent.

use std::fmt::Write as _;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Exit, print, say};
use crate::config::{self, Value, Variable};
use crate::kling::credentials::{self, Asked, form};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  klingai-mcp doctor\n  pbpaste | klingai-mcp doctor --check-signature -")]
pub(super) struct Args {
    /// Check the signature of a token (a file, or - for standard input) with KLING_SECRET_KEY; prints yes or no
    #[arg(long, value_name = "FILE")]
    check_signature: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args, now: i64) -> Exit {
    match &args.check_signature {
        Some(file) => signature(file),
        None => overview(args.json, now),
    }
}

struct Line {
    name: &'static str,
    state: &'static str,
    note: String,
}

impl Line {
    /// A file that is named decides alone.
    fn advice(&self) -> String {
        match self.state {
            "set" => "The credentials file is used; the variables with keys are not asked.",
            _ => "The credentials file is named and cannot be used, so no call is made: mend it, or unset KLING_CREDENTIALS_FILE.",
        }
        .to_owned()
    }
}

/// The credentials file, when one is named.
fn file() -> Option<Line> {
    let asked = Asked::environment();
    let path = asked.file()?.to_owned();
    let (state, note) = match credentials::load(Asked::only_file(path)) {
        Ok(found) => ("set", described(&found)),
        Err(error) => ("refused", error.to_string()),
    };
    Some(Line { name: config::CREDENTIALS_FILE.name, state, note })
}

fn described(found: &credentials::Found) -> String {
    let kind = if found.credential.serves_new() { "holds an API key" } else { "holds an AK/SK pair: legacy generation only" };
    let notes = found.notes.iter().map(|note| format!("; {note}"));
    std::iter::once(kind.to_owned()).chain(notes).collect()
}

fn overview(json: bool, now: i64) -> Exit {
    let mut lines: Vec<Line> = [config::API_KEY, config::ACCESS_KEY, config::SECRET_KEY].into_iter().map(credential).collect();
    let file = file();
    let advice = file.as_ref().map_or_else(|| advice(&lines), Line::advice);
    lines.extend(file);
    let clock = crate::diagnose::utc(now);
    if json {
        let rows: Vec<_> =
            lines.iter().map(|line| serde_json::json!({"variable": line.name, "state": line.state, "note": line.note})).collect();
        return print(&serde_json::json!({"credentials": rows, "clock": clock, "advice": advice}).to_string());
    }
    let mut text = String::from("Credentials of this machine (nothing is sent, nothing is shown):\n");
    for line in &lines {
        let _ = writeln!(text, "  {:22} {:10} {}", line.name, line.state, line.note);
    }
    let _ =
        write!(text, "Clock: {clock}. Compare it with the Date header of any answer; more than a minute apart breaks tokens.\n{advice}\n");
    print(&text)
}

fn credential(variable: Variable) -> Line {
    let value = config::read(variable);
    let (state, note) = match &value {
        Value::Unset => ("unset", String::new()),
        Value::Blank => ("blank", "set but empty: counts as unset".to_owned()),
        Value::Unresolved => ("unresolved", "holds ${...} that nobody replaced: counts as unset".to_owned()),
        Value::Set(text) => ("set", form(text)),
    };
    Line { name: variable.name, state, note }
}

fn advice(lines: &[Line]) -> String {
    let set = |name: &str| lines.iter().any(|line| line.name == name && line.state == "set");
    let (key, access, secret) = (set(config::API_KEY.name), set(config::ACCESS_KEY.name), set(config::SECRET_KEY.name));
    match (key, access, secret) {
        (true, true, true) => "Both kinds are set. The API key works on both generations; AK/SK tokens only on the legacy one.",
        (true, false, false) => "An API key is set: it works on both generations.",
        (true, ..) => "An API key and half an AK/SK pair are set: remove the half or complete it.",
        (false, true, true) => "AK/SK are set: good for the legacy generation only. New-generation paths and /tasks need an API key.",
        (false, false, false) => "No credential is set. Offline diagnosis works without one.",
        (false, ..) => "Half an AK/SK pair is set: the other half is missing.",
    }
    .to_owned()
}

fn signature(file: &str) -> Exit {
    let Value::Set(secret) = config::read(config::SECRET_KEY) else {
        say("klingai-mcp doctor: KLING_SECRET_KEY is not set, so there is nothing to check with");
        return Exit::Usage;
    };
    let mut token = String::new();
    let read = if file == "-" {
        std::io::stdin().lock().take(16_384).read_to_string(&mut token)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(16_384).read_to_string(&mut token))
    };
    if let Err(error) = read {
        say(&format!("klingai-mcp doctor: cannot read {file}: {error}"));
        return Exit::Usage;
    }
    match verify(token.trim().trim_start_matches("Bearer "), secret.as_bytes()) {
        Some(true) => print("yes"),
        Some(false) => {
            print("no");
            Exit::CheckFailed
        }
        None => {
            say("klingai-mcp doctor: that is no three-part token; paste the token alone");
            Exit::Usage
        }
    }
}

/// Whether the HS256 signature of a token was made with this secret, compared in constant time.
fn verify(token: &str, secret: &[u8]) -> Option<bool> {
    let (signed, signature) = token.rsplit_once('.')?;
    if signed.matches('.').count() != 1 {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(signed.as_bytes());
    Some(mac.verify_slice(&signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_checked_against_the_secret() {
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        assert_eq!(verify(token, b"your-256-bit-secret"), Some(true));
        assert_eq!(verify(token, b"another secret"), Some(false));
        assert_eq!(verify("no.token", b"x"), None);
    }
}
