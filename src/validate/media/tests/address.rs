use crate::validate::found::{Applicability, Severity};

use super::{errors, image, item, only, replaced};

#[test]
fn paths_of_files_are_errors() {
    for path in ["./a.png", "test.jpg", r"C:\Users\me\cat.jpg", "/home/me/cat.png", "@cat.png"] {
        only(&image(path), "G27", Severity::Error, "path of a file");
    }
}

#[test]
fn hosts_that_nobody_else_reaches_are_errors() {
    for host in ["localhost:3000", "127.0.0.1", "192.168.1.20", "10.0.0.5:8080", "nas.local", "[::1]"] {
        only(&image(&format!("http://{host}/cat.png")), "G27", Severity::Error, "cannot reach");
    }
    only(&image("http://nas/cat.png"), "G27", Severity::Warning, "local resolver");
    only(&image("http://2130706433/cat.png"), "G27", Severity::Error, "disguised");
}

#[test]
fn other_schemes_are_errors_and_a_missing_one_is_guessed() {
    for address in ["s3://bucket/cat.png", "file:///tmp/cat.png", "ftp://acme.io/cat.png", "gs://bucket/cat.png"] {
        only(&image(address), "G27", Severity::Error, "http and https");
    }
    let found = image("cdn.acme.io/cat.png");
    assert_eq!((errors(&found).len(), replaced(&found[0])), (1, ("https://cdn.acme.io/cat.png", Applicability::Guess)));
}

#[test]
fn an_address_in_markdown_is_taken_out() {
    let found = image("[cat](https://cdn.acme.io/cat.png)");
    assert_eq!(replaced(&found[0]), ("https://cdn.acme.io/cat.png", Applicability::Safe));
}

#[test]
fn pages_around_files_and_telegram_are_warnings() {
    only(&image("https://drive.google.com/file/d/1abc/view"), "G27", Severity::Warning, "Google Drive");
    only(&image("https://www.dropbox.com/s/1abc/cat.png?dl=0"), "G27", Severity::Warning, "Dropbox");
    only(&image("https://api.telegram.org/file/bot1/photos/file_1.jpg"), "G27", Severity::Warning, "Telegram");
}

#[test]
fn a_signature_is_compared_with_the_day_at_midnight() {
    let signed = |at: i64| image(&format!("https://cdn.acme.io/cat.png?Expires={at}"));
    // 2026-11-01T00:00:00Z
    only(&signed(1_793_491_200), "url-expired", Severity::Warning, "2026-11-01T00:00:00Z");
    only(&signed(1_793_491_201), "url-expiring", Severity::Info, "2026-11-01T00:00:01Z");
    assert_eq!(signed(1_793_491_200 + 86_401), []);
}

#[test]
fn an_ending_that_is_not_taken_is_a_warning() {
    only(&image("https://cdn.acme.io/cat.webp"), "L28", Severity::Warning, ".webp");
    only(&image("https://cdn.acme.io/cat.gif?w=9"), "L28", Severity::Warning, ".gif");
    assert_eq!(image("https://cdn.acme.io/cat.JPG"), []);
    assert_eq!(image("https://cdn.acme.io/cat"), []);
    assert_eq!(item("solutions.goods-studio", "ref_image", "https://cdn.acme.io/cat.webp"), []);
}

#[test]
fn no_finding_repeats_the_value() {
    for value in ["http://user:geheim@192.168.0.1/geheim.webp?geheim=1", "geheim-geheim", "/home/geheim/cat.png"] {
        assert!(image(value).iter().all(|f| !f.message.contains("geheim")));
    }
}
