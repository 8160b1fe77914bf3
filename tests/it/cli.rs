//! The verbs of the program: what they print and how they end. Exit codes are public API.

use serde_json::Value;

use crate::common::{Scratch, program, run, stderr, stdout};

const ENVELOPE: &str = r#"HTTP/1.1 429 {"code":1303,"message":"parallel task over resource pack limit","request_id":"r-1"}"#;
const SECRET: &str = "Zq7Xw9Lk3Vb5Nm1Pd8RtHs6Jf2Gy4Kc0";

/// Exit code, stdout, stderr.
fn ended(arguments: &[&str], input: &str) -> (i32, String, String) {
    ended_with(&[], arguments, input)
}

fn ended_with(environment: &[(&str, &str)], arguments: &[&str], input: &str) -> (i32, String, String) {
    let output = run(program().envs(environment.iter().copied()).args(arguments), input.as_bytes());
    (output.status.code().unwrap(), stdout(&output), stderr(&output))
}

#[test]
fn diagnose_reads_a_file() {
    let file = Scratch::new("cli-error.log", ENVELOPE.as_bytes());
    let (code, out, err) = ended(&["diagnose", file.path()], "");
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("quota.concurrency") && !out.contains("**") && !out.contains('\u{1b}'), "{out}");
}

#[test]
fn diagnose_reads_a_pipe_with_and_without_a_dash() {
    for arguments in [&["diagnose", "-"][..], &["diagnose"]] {
        assert_eq!(ended(arguments, ENVELOPE).0, 0);
    }
}

#[test]
fn diagnose_prints_the_structured_answer() {
    let (code, out, _) = ended(&["diagnose", "-", "--json", "--now", "2026-11-22T12:00:00Z"], ENVELOPE);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &answer["diagnoses"][0]["cause"]), (0, &"quota.concurrency".into()));
}

#[test]
fn diagnose_takes_what_the_caller_knows_apart() {
    let arguments = [
        "diagnose",
        "-",
        "--json",
        "--status",
        "429",
        "--code",
        "1102",
        "--endpoint",
        "/v1/videos/text2video",
        "--language",
        "go",
        "--suspicion",
        "rate limit",
        "--full",
    ];
    let (_, out, _) = ended(&arguments, "the video API refuses the call");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["diagnoses"][0]["category"], "balance_depleted");
    assert!(answer["suspicion"]["outcome"].is_string());
}

#[test]
fn diagnose_ends_with_3_when_the_cause_is_not_decided_and_with_4_when_it_is_not_kling() {
    assert_eq!(ended(&["diagnose"], "it does not work").0, 3);
    assert_eq!(
        ended(
            &["diagnose"],
            r#"{"error":{"code":"card_declined","message":"Your card has insufficient funds.","type":"card_error"}} from api.stripe.com"#
        )
        .0,
        4
    );
}

#[test]
fn diagnose_refuses_what_it_cannot_read_and_says_why() {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let rows = [
        (vec!["diagnose", "/no/such/file.json"], "", "/no/such/file.json"),
        (vec!["diagnose", folder], "", folder),
        (vec!["diagnose", "-"], "", "empty"),
        (vec!["diagnose", "-"], " \n\t", "empty"),
        (vec!["diagnose", "-", "--now", "yesterday"], ENVELOPE, "--now"),
        (vec!["diagnose", "-", "--status", "many"], ENVELOPE, "--status"),
        (vec!["diagnose", "-", "--speed"], ENVELOPE, "--speed"),
    ];
    for (arguments, input, word) in rows {
        let (code, out, err) = ended(&arguments, input);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(word), "{err}");
    }
}

#[test]
fn diagnose_refuses_more_than_10_mib_with_what_to_cut() {
    let (code, _, err) = ended(&["diagnose", "-"], &"a line of a log\n".repeat(11 * 1024 * 1024 / 16));
    assert_eq!(code, 2);
    assert!(err.contains("10 MiB") && err.contains("cut"), "{err}");
}

#[test]
fn explain_prints_the_page_of_a_word() {
    for (word, text) in [
        ("1303", "1303"),
        ("quota.concurrency", "concurrency"),
        ("fal", "fal"),
        ("M-01", "M-01"),
        ("retries", "retr"),
        ("kling-v1-6", "kling-v1-6"),
        (" 1303 ", "1303"),
        ("/v1/videos/text2video", "POST"),
        ("g01", "G01"),
        ("kling://causes/quota.concurrency", "concurrency"),
        ("schemas/new.t2v.3.0", "https://json-schema.org/draft/2020-12/schema"),
        ("prices/kling-v3", "Units"),
        ("docs-en", "vendor-docs"),
        ("causes", "quota.concurrency"),
    ] {
        let (code, out, err) = ended(&["explain", word], "");
        assert_eq!((code, err.as_str()), (0, ""), "{word}");
        assert!(out.contains(text), "{word}: {out}");
    }
}

#[test]
fn docs_writes_the_skill_with_the_files_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = ended(&["docs", "--skill", folder.path().to_str().unwrap()], "");
    assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""));
    let skill = std::fs::read_to_string(folder.path().join("SKILL.md")).unwrap();
    for link in skill.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(folder.path().join(link).is_file(), "{link}");
    }
}

#[test]
fn explain_prints_json() {
    let (code, out, _) = ended(&["explain", "1303", "--json"], "");
    let page: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &page["path"]), (0, &"codes/1303.md".into()));
}

#[test]
fn explain_offers_the_nearest_words() {
    let (code, out, err) = ended(&["explain", "quota"], "");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("quota.concurrency") && err.contains("Did you mean"), "{err}");
}

#[test]
fn explain_says_what_it_knows_when_nothing_is_near() {
    for word in ["zzzzzzzz", "../../etc/passwd", "日本語のことば", "\u{1b}[31m"] {
        let (code, out, err) = ended(&["explain", word], "");
        assert_eq!((code, out.as_str()), (2, ""), "{word:?}");
        assert!(!err.contains('\u{1b}'), "{err:?}");
        assert!(err.contains("1303") || err.contains("Did you mean"), "{err}");
    }
    assert_eq!(ended(&["explain"], "").0, 2);
}

#[test]
fn doctor_tells_the_state_of_every_credential() {
    let rows = [("", "blank"), ("   ", "blank"), ("${KLING_API_KEY}", "unresolved"), (SECRET, "set")];
    for (value, state) in rows {
        let (code, out, _) = ended_with(&[("KLING_API_KEY", value)], &["doctor", "--json"], "");
        let answer: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((code, &answer["credentials"][0]["state"]), (0, &state.into()), "{value:?}");
        assert_eq!(answer["credentials"][1]["state"], "unset");
    }
    let (code, out, _) = ended(&["doctor"], "");
    assert_eq!(code, 0);
    assert!(out.contains("No credential is set"), "{out}");
}

#[test]
fn doctor_never_shows_a_value() {
    let quoted = format!("\"{SECRET}\"");
    let bearer = format!("Bearer {SECRET} ");
    for value in [SECRET, &quoted, &bearer] {
        let environment = [("KLING_API_KEY", value), ("KLING_ACCESS_KEY", value), ("KLING_SECRET_KEY", value)];
        for arguments in [&["doctor"][..], &["doctor", "--json"]] {
            let (_, out, err) = ended_with(&environment, arguments, "");
            assert!(out.contains("set"), "{out}");
            assert!(!out.contains(&SECRET[..6]) && !err.contains(&SECRET[..6]), "{out}{err}");
        }
    }
}

#[test]
fn doctor_says_what_is_wrong_with_the_form_of_a_value() {
    for (value, word) in [
        (" key-0123456789", "white space"),
        ("\"key-0123456789\"", "quotes"),
        ("Bearer key-0123456789", "Bearer"),
        ("eyJhbGciOiJIUzI1NiJ9.e30.x", "JWT"),
        ("sk-0123456789", "relay"),
    ] {
        let (_, out, _) = ended_with(&[("KLING_API_KEY", value)], &["doctor"], "");
        assert!(out.contains(word), "{value:?}: {out}");
    }
}

/// The example token of RFC 7519 tools and the secret it was signed with.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
const SIGNED_WITH: &str = "your-256-bit-secret";

#[test]
fn doctor_checks_a_signature() {
    let file = Scratch::new("cli-token.txt", format!("Bearer {TOKEN}\n").as_bytes());
    let check =
        |secret: &str, file: &str, input: &str| ended_with(&[("KLING_SECRET_KEY", secret)], &["doctor", "--check-signature", file], input);
    assert_eq!(check(SIGNED_WITH, "-", TOKEN), (0, "yes\n".to_owned(), String::new()));
    assert_eq!(check(SIGNED_WITH, file.path(), ""), (0, "yes\n".to_owned(), String::new()));
    assert_eq!(check(SECRET, "-", TOKEN), (1, "no\n".to_owned(), String::new()));
    let (code, out, err) = check(SECRET, "-", "no token");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("token") && !err.contains(SECRET), "{err}");
    assert_eq!(check(SECRET, "/no/such/file", "").0, 2);
}

#[test]
fn doctor_checks_no_signature_without_a_secret() {
    for secret in ["", "${KLING_SECRET_KEY}"] {
        let (code, out, err) = ended_with(&[("KLING_SECRET_KEY", secret)], &["doctor", "--check-signature", "-"], TOKEN);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("KLING_SECRET_KEY"), "{err}");
    }
}

#[test]
fn docs_check_finds_no_fault() {
    let (code, out, err) = ended(&["docs", "--check"], "");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("examples do what they say"), "{out}");
}

#[test]
fn docs_needs_to_be_told_what_to_do() {
    assert_eq!(ended(&["docs"], "").0, 2);
    assert_eq!(ended(&["docs", "--write", "/no/such/folder"], "").0, 2);
}

#[test]
fn demo_names_the_empty_pack_and_the_create_with_unknown_outcome() {
    let (code, out, err) = ended(&["demo"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let (_, answer) = out.split_once("It calls diagnose_error").unwrap();
    assert!(answer.contains("balance.wrong_pack") || answer.contains("balance.pack_empty"), "{answer}");
    assert!(answer.lines().any(|line| line.contains("unknown outcome") && line.contains("clip-0002")), "{answer}");
    assert!(!answer.contains("c2lnbmF0dXJl"), "the signature of the token is shown");
}

#[test]
fn help_and_version_go_to_stdout_and_a_wrong_verb_is_refused() {
    for (arguments, text) in [(["--help"], "diagnose"), (["--version"], env!("CARGO_PKG_VERSION"))] {
        let (code, out, err) = ended(&arguments, "");
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains(text), "{out}");
    }
    let (code, out, err) = ended(&["diagnos"], "");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("diagnose"), "{err}");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let script =
        format!("{} demo | head -c 1; {} explain 1303 | true", env!("CARGO_BIN_EXE_klingai-mcp"), env!("CARGO_BIN_EXE_klingai-mcp"));
    let output = run(std::process::Command::new("sh").args(["-c", &script]), b"");
    assert_eq!(stderr(&output), "");
}

#[cfg(unix)]
#[test]
fn doctor_shows_the_credentials_file_and_why_it_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials.toml");
    std::fs::write(&path, format!("api_key = \"{SECRET}\"\n")).unwrap();
    let name = path.to_str().unwrap();
    for (mode, state, word) in [(0o600, "set", "API key"), (0o644, "refused", "chmod 600")] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let (code, out, _) = ended_with(&[("KLING_CREDENTIALS_FILE", name)], &["doctor", "--json"], "");
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        let row = answer["credentials"].as_array().unwrap().iter().find(|row| row["variable"] == "KLING_CREDENTIALS_FILE").unwrap();
        assert_eq!((code, row["state"].as_str()), (0, Some(state)), "{out}");
        assert!(row["note"].as_str().unwrap().contains(word) && !out.contains(SECRET), "{out}");
    }
}
