//! Reading pastes: a kilobyte, a 10 MB log, and that log beside `rg`.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::fmt::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use klingai_mcp::diagnose::{Engine, Input};

#[global_allocator]
static ALLOCATIONS: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    divan::main();
    ratio();
}

/// A diagnosis of the 10 MB log beside `rg -c` with the same phrases over the same file, best of five each.
fn ratio() {
    let folder = std::env::temp_dir().join("klingai-mcp-bench");
    let (text, phrases) = (folder.join("log.txt"), folder.join("phrases.txt"));
    let (engine, paste) = (engine(), log());
    let ready = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&text, &paste))
        .and_then(|()| std::fs::write(&phrases, engine.anchors().join("\n")));
    let ours = best(|| drop(engine.diagnose(&Input { report: &paste, now: 1_795_348_800, ..Input::default() })));
    let rg = || Command::new("rg").args(["-c", "-i", "-F", "-f"]).arg(&phrases).arg(&text).stdout(Stdio::null()).status();
    match (ready, rg()) {
        (Ok(()), Ok(_)) => {
            let theirs = best(|| drop(rg()));
            println!("10 MB log: diagnosis {ours:.1} ms, rg -c {theirs:.1} ms, ratio {:.2}", ours / theirs);
        }
        _ => println!("10 MB log: diagnosis {ours:.1} ms; rg is not installed, no ratio"),
    }
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn best(work: impl Fn()) -> f64 {
    let once = |_| {
        let started = Instant::now();
        work();
        started.elapsed().as_secs_f64() * 1_000.0
    };
    (0..5).map(once).fold(f64::MAX, f64::min)
}

const BODY: &str = "HTTP/1.1 429 Too Many Requests\ncontent-type: application/json\n\n{\"code\":1303,\"message\":\"parallel task over resource pack limit\",\"request_id\":\"9984d27b-a408-4073-ae28-17ca6a13622d\"}\n";

fn engine() -> Engine {
    Engine::new().unwrap_or_else(|error| unreachable!("{error}"))
}

/// About a kilobyte of service log around one failure.
fn kilobyte() -> String {
    let mut text = String::new();
    for second in 0..8 {
        let _ = writeln!(
            text,
            "2026-11-20 02:58:1{second} INFO worker: clip-000{second} queued for https://api-singapore.klingai.com/v1/videos/image2video"
        );
    }
    text + BODY
}

/// Ten megabytes of ordinary log lines with a failure in every hundredth.
fn log() -> String {
    let mut text = String::with_capacity(10 << 20);
    let mut number = 0_u64;
    while text.len() < (10 << 20) - 512 {
        number += 1;
        let line = if number.is_multiple_of(100) {
            format!(
                "2026-11-20 02:{:02}:{:02} WARN HTTP 429 {{\"code\":1303,\"message\":\"parallel task over resource pack limit\",\"request_id\":\"{number:032x}\"}}\n",
                number / 60 % 60,
                number % 60
            )
        } else {
            format!(
                "2026-11-20 02:{:02}:{:02} INFO worker {} heartbeat queue={} inflight={} uptime={}s host=render-{}\n",
                number / 60 % 60,
                number % 60,
                number % 7,
                number % 31,
                number % 5,
                number,
                number % 12
            )
        };
        text.push_str(&line);
    }
    text
}

#[divan::bench]
fn build_the_engine() -> Engine {
    engine()
}

#[divan::bench]
fn one_kilobyte(bencher: divan::Bencher<'_, '_>) {
    let (engine, paste) = (engine(), kilobyte());
    bencher.bench(|| engine.diagnose(&Input { report: &paste, now: 1_795_348_800, ..Input::default() }));
}

#[divan::bench]
fn ten_megabyte_log(bencher: divan::Bencher<'_, '_>) {
    let (engine, paste) = (engine(), log());
    bencher.bench(|| engine.diagnose(&Input { report: &paste, now: 1_795_348_800, ..Input::default() }));
}
