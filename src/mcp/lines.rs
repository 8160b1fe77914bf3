//! Bounds the lines of stdin: a longer line is dropped and turned into a short request that is answered with the reason.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

/// Method of the stand-in request.
pub(crate) const OVERSIZED: &str = "klingai/oversized";
/// Longest line: a paste of 10 MiB with every byte escaped, and room for the rest.
pub(crate) const LONGEST: usize = 24 * 1024 * 1024;
/// The beginning of a line that is kept to find its id.
const HEAD: usize = 4 * 1024;

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
    ready: Vec<u8>,
    given: usize,
    dropping: bool,
    buffer: Vec<u8>,
}

impl<R> BoundedLines<R> {
    pub(crate) fn new(inner: R, most: usize) -> Self {
        Self { inner, most, length: 0, head: Vec::new(), ready: Vec::new(), given: 0, dropping: false, buffer: vec![0; 64 * 1024] }
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
            let stand_in = stand_in(&self.head);
            self.ready.extend_from_slice(&stand_in);
        }
        if !self.dropping {
            let room = HEAD.saturating_sub(self.head.len()).min(part.len());
            self.head.extend_from_slice(part.get(..room).unwrap_or_default());
            self.ready.extend_from_slice(part);
            self.length += part.len();
        }
        if ends {
            self.dropping = false;
            self.length = 0;
            self.head.clear();
        }
    }
}

/// A request with the id of the dropped line; nothing when the line was no request.
fn stand_in(head: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(head);
    let Some(id) = text.find("\"id\"").and_then(|at| text.get(at + 4..)).map(|rest| rest.trim_start_matches([' ', ':'])) else {
        return Vec::new();
    };
    let id = match id.strip_prefix('"') {
        Some(quoted) => quoted
            .split('"')
            .next()
            .filter(|id| id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))
            .map(|id| format!("\"{id}\"")),
        None => Some(id.chars().take_while(char::is_ascii_digit).take(18).collect()).filter(|id: &String| !id.is_empty()),
    };
    id.map(|id| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"{OVERSIZED}\"}}\n").into_bytes()).unwrap_or_default()
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
}
