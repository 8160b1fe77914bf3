//! Healthy or unrelated pastes: nothing may be claimed with confidence.

use klingai_mcp::diagnose::Verdict;

use crate::common::{confident, diagnose};

/// Kling at work: nothing failed.
const HEALTHY: &[(&str, &str)] = &[
    // The answer to a create, copied from old documents: its own times say nothing about now.
    (
        "an old create",
        r#"{"code":0,"message":"SUCCEED","data":{"task_id":"842250903629086785","task_status":"submitted","created_at":1722769557708,"updated_at":1722769557708}}"#,
    ),
    (
        "a created task",
        r#"{"code":0,"message":"SUCCEED","request_id":"3f1c2d4e-1111-4222-8333-944445555666","data":{"task_id":"842250903629086785","task_status":"submitted","created_at":1795348790000,"updated_at":1795348790000}}"#,
    ),
    (
        "a task at work",
        r#"{"code":0,"message":"SUCCEED","request_id":"a1","data":{"task_id":"842250903629086785","task_status":"processing","task_status_msg":"","created_at":1795348700000,"updated_at":1795348790000}}"#,
    ),
    (
        "a finished task",
        r#"{"code":0,"message":"SUCCEED","data":{"task_id":"842250903629086785","task_status":"succeed","task_status_msg":"","task_result":{"videos":[{"id":"v1","url":"https://v2-kling.kechuangai.com/bs2/upload/x.mp4","duration":"5.1"}]}}}"#,
    ),
    (
        "a finished task of the new generation",
        r#"{"code":0,"message":"SUCCEED","data":[{"id":"884411002200330001","status":"succeeded","message":"","outputs":[{"id":"o1","url":"https://v2-kling.kechuangai.com/bs2/upload/y.mp4"}]}]}"#,
    ),
    (
        "headers and a good answer",
        "HTTP/2 200\ndate: Sun, 22 Nov 2026 11:58:03 GMT\ncontent-type: application/json\n\n{\"code\":0,\"message\":\"SUCCEED\",\"data\":{\"task_id\":\"99\",\"task_status\":\"submitted\"}}",
    ),
    (
        "a log of a good night",
        "2026-11-20 02:58:12 INFO POST /v1/videos/image2video -> 200 task 884411002200330001 submitted\n2026-11-20 03:01:02 INFO GET /v1/videos/image2video/884411002200330001 -> 200 processing\n2026-11-20 03:03:40 INFO GET /v1/videos/image2video/884411002200330001 -> 200 succeed\n2026-11-20 03:03:44 INFO stored clip-0001.mp4 (4.1 MB)",
    ),
    (
        "a query of packs",
        r#"{"code":0,"message":"SUCCEED","data":{"code":0,"msg":"success","resource_pack_subscribe_infos":[{"resource_pack_name":"Video - 10,000 entries","status":"online","total_quantity":10000.0,"remaining_quantity":9120.0}]}}"#,
    ),
    (
        "a request without its answer",
        "curl -X POST https://api-singapore.klingai.com/v1/videos/text2video -H 'Content-Type: application/json' -d '{\"model_name\":\"kling-v2-6\",\"prompt\":\"a cat on a roof\",\"duration\":\"5\"}'",
    ),
    ("a thank-you", "Thanks, Kling works great now, all 24 clips came back within two minutes!"),
];

/// Other things entirely.
const UNRELATED: &[(&str, &str)] = &[
    ("an empty object", "{}"),
    ("an empty list", "[]"),
    ("null", "null"),
    ("a dot", "."),
    (
        "a poem",
        "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\nRough winds do shake the darling buds of May,\nAnd summer's lease hath all too short a date.",
    ),
    ("a German poem", "Über allen Gipfeln\nIst Ruh,\nIn allen Wipfeln\nSpürest du\nKaum einen Hauch."),
    (
        "a recipe",
        "Pancakes\n- 200 g flour\n- 3 eggs\n- 300 ml milk\n- 1 pinch of salt\nRest 20 minutes, then fry 2 minutes on each side at 180 degrees.",
    ),
    ("a table of numbers", "1000 1001 1002 1003 1004\n1100 1101 1102 1103 1200\n1300 1301 1302 1303 1304\n5000 5001 5002 401 429"),
    ("a table of sales", "sku,units,price\n1001,4,12.50\n1102,17,9.99\n1303,2,101.00\n5000,1,7.25"),
    ("years of births", "born 1001, 1002 and 1004; died 1101, 1102 and 1103"),
    (
        "npm install",
        "npm warn deprecated glob@7.2.3: Glob versions prior to v9 are no longer supported\n\nadded 1303 packages, and audited 1304 packages in 41s\n\n142 packages are looking for funding\nfound 0 vulnerabilities",
    ),
    (
        "cargo build",
        "   Compiling serde v1.0.229\n   Compiling tokio v1.54.1\n    Finished `dev` profile [unoptimized + debuginfo] target(s) in 41.20s",
    ),
    (
        "cargo without a network",
        "error: failed to get `serde` as a dependency of package `x v0.1.0`\n\nCaused by:\n  failed to query replaced source registry\n\nCaused by:\n  download of config.json failed",
    ),
    (
        "apt-get",
        "Get:1 http://mirror.example/debian bookworm InRelease [151 kB]\nFetched 9,429 kB in 2s (5,002 kB/s)\nReading package lists... Done",
    ),
    (
        "pip resolver",
        "ERROR: Cannot install requests==2.31 and urllib3==2.6 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible",
    ),
    (
        "a compiler error",
        "error[E0382]: borrow of moved value: `x`\n --> src/main.rs:5:20\n  |\n4 |     let y = x;\n  |             - value moved here",
    ),
    ("a type error", "src/app.ts(14,7): error TS2322: Type 'string' is not assignable to type 'number'."),
    (
        "a Postgres log",
        "2026-11-20 10:00:01 UTC [1102] FATAL:  password authentication failed for user \"app\"\n2026-11-20 10:00:01 UTC [1103] DETAIL:  Connection matched pg_hba.conf line 95",
    ),
    ("a MySQL error", "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)"),
    ("a full MySQL pool", "ERROR 1040 (HY000): Too many connections"),
    ("a Kubernetes event", "Warning  BackOff  4m (x12 over 9m)  kubelet  Back-off restarting failed container web in pod web-7d9c"),
    (
        "an nginx access log",
        "10.0.0.4 - - [20/Nov/2026:10:00:01 +0000] \"GET /health HTTP/1.1\" 200 2 \"-\" \"kube-probe/1.31\"\n10.0.0.4 - - [20/Nov/2026:10:00:11 +0000] \"GET /health HTTP/1.1\" 200 2 \"-\" \"kube-probe/1.31\"",
    ),
    (
        "an OpenAI rate limit",
        "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached for gpt-4o in organization org-x on tokens per min', 'type': 'tokens', 'code': 'rate_limit_exceeded'}}",
    ),
    ("an Anthropic overload", r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_011"}"#),
    (
        "a Stripe refusal",
        r#"{"error":{"code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds.","type":"card_error"}}"#,
    ),
    ("an AWS refusal", "An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired."),
    (
        "a GitHub limit",
        r#"{"message":"API rate limit exceeded for 203.0.113.7.","documentation_url":"https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting"}"#,
    ),
    (
        "a Runway failure",
        r"runwayml.BadRequestError: Error code: 400 - {'error': 'Validation of body failed', 'issues': [{'message': 'Invalid input', 'path': ['promptImage']}]}",
    ),
    ("a Luma failure", "lumaai.APIStatusError: 402 Payment Required: Insufficient credits on api.lumalabs.ai"),
    (
        "a Telegram limit",
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 35","parameters":{"retry_after":35}}"#,
    ),
    ("a WeChat token", r#"{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest"}"#),
    ("an SMTP refusal", "550 5.7.1 Message rejected as spam by Content Filtering."),
    (
        "a Java trace of a shop",
        "java.lang.IllegalStateException: cart is empty\n\tat com.shop.Cart.checkout(Cart.java:1102)\n\tat com.shop.Main.main(Main.java:42)",
    ),
    ("a football result", "1. FC Köln 1303 members travelled; final score 4:2 after 120 minutes"),
    ("a base64 blob", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="),
    ("a question about the weather", "Will it rain in Lisbon tomorrow?"),
    ("a Klingon", "Kling-on warriors fear no error; tlhIngan maH!"),
    (
        "a Git conflict",
        "CONFLICT (content): Merge conflict in src/lib.rs\nAutomatic merge failed; fix conflicts and then commit the result.",
    ),
];

fn claims(pastes: &[(&str, &str)]) -> Vec<String> {
    let claim = |(name, paste): &(&str, &str)| {
        let report = diagnose(paste);
        let first = report.diagnoses.first().filter(|_| confident(&report))?;
        Some(format!("{name}: {:?} {} {:.2}", first.confidence, first.cause, first.probability))
    };
    pastes.iter().filter_map(claim).collect()
}

#[test]
fn healthy_answers_are_not_called_failures() {
    let claims = claims(HEALTHY);
    assert!(claims.is_empty(), "{}", claims.join("\n"));
}

#[test]
fn unrelated_pastes_get_no_confident_diagnosis() {
    let claims = claims(UNRELATED);
    assert!(claims.is_empty(), "{}", claims.join("\n"));
}

/// What was cut off at its first sign of anything.
#[test]
fn half_a_line_is_no_diagnosis() {
    for half in [
        "{\"code\":11",
        "{\"code\":",
        "\"code\": 1",
        "{\"message\":\"",
        "HTTP/1.1 4",
        "{\"task_status\":\"fai",
        "Traceback (most recent call",
    ] {
        let report = diagnose(half);
        assert!(matches!(report.verdict, Verdict::NeedMore | Verdict::Ambiguous), "{half}: {:?}, {}", report.verdict, report.summary);
        assert!(report.next_check.is_some() && !report.summary.starts_with("Most likely"), "{half}: {}", report.summary);
    }
}
