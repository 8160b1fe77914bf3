//! Any bytes get an answer or a clear refusal, and nothing of the paste leaves `untrusted` as mark-up.
#![no_main]

use std::sync::LazyLock;

use klingai_mcp::diagnose::{Engine, Input};
use libfuzzer_sys::fuzz_target;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().expect("the pages are sound"));

fuzz_target!(|data: &[u8]| {
    let report = String::from_utf8_lossy(data);
    if let Ok(answer) = ENGINE.diagnose(&Input { report: &report, now: 1_795_348_800, ..Input::default() }) {
        assert!(answer.untrusted.iter().all(|excerpt| !excerpt.excerpt.contains(['`', '<', '>', '\n'])));
        let total: f64 = answer.diagnoses.iter().map(|diagnosis| diagnosis.probability).fold(0.0, f64::max);
        assert!((0.0..=1.0).contains(&total));
    }
});
