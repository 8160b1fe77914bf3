//! A secret in a known place vanishes whatever surrounds it, and redacting twice changes nothing.
#![no_main]

use klingai_mcp::redact::redact;
use libfuzzer_sys::fuzz_target;

const SECRET: &str = "api-key-kling-0123456789abcdef0123456789abcdef";

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let once = redact(&text).text;
    assert_eq!(redact(&once).text, once);
    let around = format!("{text}\nAuthorization: Bearer {SECRET}\n{text}");
    assert!(!redact(&around).text.contains(SECRET));
});
