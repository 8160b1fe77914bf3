//! Bounds the lines of stdin: a longer line is dropped and turned into a short request that is answered with the reason.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// Method of the stand-in request.
pub(crate) const OVERSIZED: &str = "klingai/oversized";
/// Longest line: a paste of 10 MiB with every byte escaped, and room for the rest.
pub(crate) const LONGEST: usize = 24 * 1024 * 1024;
/// The beginning and the end of a line that are kept to find its id.
const HEAD: usize = 4 * 1024;
const TAIL: usize = 512;

/// What the caller is told.
pub(crate) fn refusal() -> String {
    format!(
        "the message is longer than {LONGEST} bytes and was not read. `report` takes up to 10 MiB: keep the first failure, some hundred lines before it and the last lines, and cut the rest (inline base64 first)."
    )
}

/// A reader whose lines are never longer than [`LONGEST`].
#[derive(Debug)]
pub(crate) struct BoundedLines<R> {
    inner: R,
    most: usize,
    length: usize,
    head: Vec<u8>,
    tail: Vec<u8>,
    ready: Vec<u8>,
    given: usize,
    dropping: bool,
    buffer: Vec<u8>,
}

impl<R> BoundedLines<R> {
    pub(crate) fn new(inner: R, most: usize) -> Self {
        Self {
            inner,
            most,
            length: 0,
            head: Vec::new(),
            tail: Vec::new(),
            ready: Vec::new(),
            given: 0,
            dropping: false,
            buffer: vec![0; 64 * 1024],
        }
    }

    /// Moves bytes from the buffer to what may be read. A line is held back only once it is too long.
    fn take(&mut self, count: usize) {
        let buffer = std::mem::take(&mut self.buffer);
        for part in buffer.get(..count).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            self.part(part);
        }
        self.buffer = buffer;
    }

    fn part(&mut self, part: &[u8]) {
        let ends = part.last() == Some(&b'\n');
        if !self.dropping && self.length + part.len() > self.most {
            self.dropping = true;
            // The part of the line that was already handed on is closed, so that it is ignored as no JSON.
            self.ready.push(b'\n');
        }
        if self.dropping {
            self.tail.extend_from_slice(part.get(part.len().saturating_sub(TAIL)..).unwrap_or_default());
            self.tail.drain(..self.tail.len().saturating_sub(TAIL));
        } else {
            let room = HEAD.saturating_sub(self.head.len()).min(part.len());
            self.head.extend_from_slice(part.get(..room).unwrap_or_default());
            self.ready.extend_from_slice(part);
            self.length += part.len();
        }
        if ends {
            self.line_ended();
        }
    }

    fn line_ended(&mut self) {
        if self.dropping {
            let stand_in = stand_in(&self.head, &self.tail);
            self.ready.extend_from_slice(&stand_in);
        }
        self.dropping = false;
        self.length = 0;
        self.head.clear();
        self.tail.clear();
    }
}

/// A request with the id of the dropped line; nothing when the line was no request.
fn stand_in(head: &[u8], tail: &[u8]) -> Vec<u8> {
    let (head, tail) = (String::from_utf8_lossy(head), String::from_utf8_lossy(tail));
    let id = id_in_head(&head).or_else(|| id_in_tail(&tail));
    id.map(|id| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{OVERSIZED}\"}}\n").into_bytes()).unwrap_or_default()
}

/// The id among the members of the outermost object, as far as the beginning of the line shows them.
fn id_in_head(head: &str) -> Option<String> {
    let mut depth = 0_usize;
    let mut rest = head;
    while let Some(at) = rest.find(['"', '{', '}', '[', ']']) {
        let (mark, after) = (rest.get(at..=at)?, rest.get(at + 1..)?);
        match mark {
            "\"" => {
                let end = string_end(after)?;
                let (word, beyond) = (after.get(..end)?, after.get(end + 1..)?);
                if depth == 1 && word == "id" && beyond.trim_start().starts_with(':') {
                    return id_value(beyond);
                }
                rest = beyond;
            }
            "{" | "[" => {
                depth += 1;
                rest = after;
            }
            _ => {
                depth = depth.saturating_sub(1);
                rest = after;
            }
        }
    }
    None
}

/// The id after the last inner object has closed.
fn id_in_tail(tail: &str) -> Option<String> {
    let line = tail.trim_end().strip_suffix('}')?;
    let outer = line.rsplit('}').next()?;
    let at = outer.rfind("\"id\"")?;
    id_value(outer.get(at + 4..)?)
}

/// Length of a string up to its closing quote.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|b| {
        let closes = b == b'"' && !escaped;
        escaped = b == b'\\' && !escaped;
        closes
    })
}

/// A whole number or a string after the colon, as it stands.
fn id_value(text: &str) -> Option<String> {
    let value = text.trim_start().strip_prefix(':')?.trim_start();
    if let Some(body) = value.strip_prefix('"') {
        return body.get(..string_end(body)?).map(|id| format!("\"{id}\""));
    }
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '-').take(20).collect();
    number.parse::<i64>().ok().map(|number| number.to_string())
}

impl<R: AsyncRead + Unpin> AsyncRead for BoundedLines<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        while this.given >= this.ready.len() {
            this.ready.clear();
            this.given = 0;
            let mut buffer = ReadBuf::new(&mut this.buffer);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut buffer))?;
            let count = buffer.filled().len();
            if count == 0 {
                return Poll::Ready(Ok(()));
            }
            this.take(count);
        }
        let rest = this.ready.get(this.given..).unwrap_or_default();
        let part = rest.get(..rest.len().min(out.remaining())).unwrap_or_default();
        out.put_slice(part);
        this.given += part.len();
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn a_line_beyond_the_limit_becomes_a_request_with_its_id() {
        let line = format!("{{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"x\":\"{}\"}}\nnext\n", "a".repeat(200_000));
        let mut out = String::new();
        BoundedLines::new(line.as_bytes(), 100_000).read_to_string(&mut out).await.unwrap();
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[1], r#"{"jsonrpc":"2.0","id":7,"method":"klingai/oversized"}"#);
        assert_eq!(lines[2], "next");
    }

    #[test]
    fn the_id_is_that_of_the_request_wherever_it_stands() {
        assert_eq!(id_in_head(r#"{"method":"m","params":{"id":99,"a":["#), None);
        assert_eq!(id_in_head(r#"{"id" : -7,"method":"m","params":{"id":99"#).as_deref(), Some("-7"));
        assert_eq!(id_in_head(r#"{"id":"a b","params":{"#).as_deref(), Some("\"a b\""));
        assert_eq!(id_in_tail("xxx\"}},\"jsonrpc\":\"2.0\",\"id\":42}\n").as_deref(), Some("42"));
        assert_eq!(id_in_tail("\"id\":9,\"x\":\"y\"}}}\n"), None);
    }
}
