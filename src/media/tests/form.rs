use super::files::{jpeg, png};
use super::{encoded, inspect};
use crate::media::{DataFault, Format, Kind, Wrapper};

fn kinds(kind: &Kind, texts: &[&str]) {
    for text in texts {
        assert_eq!(&inspect(text).kind, kind, "{text}");
    }
}

#[test]
fn blanks_are_empty() {
    kinds(&Kind::Empty, &["", "  \n", "\u{feff}", "\"\"", "b''"]);
}

#[test]
fn stand_ins_of_examples_are_told() {
    kinds(
        &Kind::StandIn,
        &[
            "<base64>",
            "YOUR_IMAGE",
            "your-image-here",
            "{image_base64}",
            "{{ image }}",
            "${IMG}",
            "[base64]",
            "...",
            "xxx",
            "IMAGE_URL",
            "path/to/image.jpg",
            "<your image>",
        ],
    );
    kinds(&Kind::StandIn, &["base64_encoded_string", "https://...", "%IMAGE%", "'string'"]);
}

#[test]
fn values_that_a_program_lost_are_told() {
    kinds(
        &Kind::Lost,
        &[
            "undefined",
            "null",
            "None",
            "[object Object]",
            "[object Promise]",
            "<_io.BufferedReader name='a.png'>",
            "[B@1b6d3586",
            "<Buffer ff d8 ff e0>",
            "System.Byte[]",
            "<PIL.Image.Image image mode=RGB size=1x1 at 0x7F>",
        ],
    );
}

#[test]
fn paths_are_told_from_base64() {
    kinds(
        &Kind::FilePath,
        &[
            "/home/me/cat.png",
            "C:\\Users\\me\\cat.jpg",
            "./cat.webp",
            "~/a/b",
            "cat.jpeg",
            "@cat.png",
            "/tmp/upload_1",
            "\\\\nas\\share\\a.mov",
            "my holiday film.mp4",
        ],
    );
    assert_eq!(inspect(&encoded(&jpeg(9, 9, None))).kind, Kind::Base64);
}

#[test]
fn addresses_are_told_with_and_without_a_scheme() {
    kinds(
        &Kind::Url,
        &[
            "https://cdn.site.com/a.png",
            "HTTP://x.y/z",
            "//cdn.site.com/a.png",
            "cdn.site.com/a.png",
            "localhost:3000/a",
            "10.0.0.7/a.jpg",
            "www.site.com",
            "blob:https://app.site.com/0c1",
            "s3://bucket/key",
            "file:///tmp/a.png",
        ],
    );
}

#[test]
fn words_and_identifiers_are_something_else() {
    kinds(
        &Kind::Other,
        &[
            "a cat that runs over a wide field",
            "550e8400-e29b-41d4-a716-446655440000",
            "hello",
            "d41d8cd98f00b204e9800998ecf8427e",
            "{\"a\":1}",
            "data: {\"x\":1}",
            "HTTP/1.1 200 OK",
            "task_id_of_my_last_job_2024_A1",
        ],
    );
    kinds(
        &Kind::Other,
        &[
            &"The quick brown fox jumps over the lazy dog. ".repeat(40),
            &format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", "eyJpc3MiOiJ4In0".repeat(20), "A1b".repeat(20)),
        ],
    );
}

#[test]
fn short_base64_is_told_by_how_a_media_file_begins() {
    kinds(&Kind::Base64, &["/9j/4AAQSkZJRg==", "iVBORw0KGgo=", "R0lGODlhAQABAAAAACw=", "UklGRiQAAABXRUJQ"]);
}

#[test]
fn hexadecimal_and_raw_bytes_are_told() {
    kinds(&Kind::Hex, &["ffd8ffe000104a46494600010100", "0x89504e470d0a1a0a0000000d", "0000001866747970 69736f6d"]);
    kinds(&Kind::RawBytes, &["\u{fffd}PNG\r\n\u{1a}\n", "ÿØÿà\0\u{10}JFIF", "\\x89PNG\\r\\n", "GIF89a\u{1}", "b'\\xff\\xd8\\xff\\xe0'"]);
}

#[test]
fn what_stands_around_is_taken_off() {
    let text = encoded(&png(2, 2));
    let cases = [(format!("b'{text}'"), Wrapper::PythonBytes), (format!("\"{text}\""), Wrapper::Quotes), (text, Wrapper::None)];
    for (text, wrapper) in cases {
        let media = inspect(&text);
        assert_eq!((media.kind, media.wrapper, media.format), (Kind::Base64, wrapper, Some(Format::Png)));
    }
    for (text, wrapper) in [("<https://a.site/b.png>", Wrapper::Angle), ("[cat](https://a.site/b.png)", Wrapper::Markdown)] {
        let media = inspect(text);
        assert_eq!((media.wrapper, media.url.map(|url| url.host)), (wrapper, Some("a.site".to_owned())));
    }
}

#[test]
fn a_data_uri_names_its_type() {
    let media = inspect(&format!("data:image/PNG;base64,{}", encoded(&png(2, 3))));
    assert_eq!((media.declared(), media.facts.shown(), media.mismatch), (Some("image/png"), Some((2, 3)), false));
    assert!(media.data_faults.is_empty());
}

#[test]
fn a_declared_type_that_the_bytes_deny_is_a_mismatch() {
    let text = encoded(&png(2, 3));
    for (mime, mismatch) in
        [("image/jpeg", true), ("video/mp4", true), ("image/png", false), ("application/octet-stream", false), ("image/*", false)]
    {
        assert_eq!(inspect(&format!("data:{mime};base64,{text}")).mismatch, mismatch, "{mime}");
    }
    let jpeg = encoded(&jpeg(2, 3, None));
    assert!(!inspect(&format!("data:image/jpg;base64,{jpeg}")).mismatch);
}

#[test]
fn faults_of_the_head_are_told() {
    let text = encoded(&png(2, 3));
    let cases = [
        (format!("image/png;base64,{text}"), vec![DataFault::NoScheme]),
        (format!("base64,{text}"), vec![DataFault::NoScheme, DataFault::NoMime]),
        (format!("data:;base64,{text}"), vec![DataFault::NoMime]),
        (format!("data:image/png,{text}"), vec![DataFault::NoBase64Flag]),
        (format!("data:image/png;base64{text}"), vec![DataFault::NoComma]),
        (format!("data:image/png;base64, {text}"), vec![DataFault::Blank]),
        (format!("data:image/png;base64,data:image/png;base64,{text}"), vec![DataFault::Doubled]),
    ];
    for (text, faults) in cases {
        let media = inspect(&text);
        assert_eq!((media.data_faults, media.facts.shown()), (faults, Some((2, 3))), "{text}");
    }
}

#[test]
fn a_data_uri_without_base64_says_what_stands_there() {
    let payload = |text: &str| inspect(text).payload;
    assert_eq!(payload("data:image/png;base64,"), Some(Kind::Empty));
    assert_eq!(payload("data:image/png;base64,<BASE64>"), Some(Kind::StandIn));
    assert_eq!(payload("data:image/png;base64,{image_b64}"), Some(Kind::StandIn));
    assert_eq!(payload("data:image/png;base64,undefined"), Some(Kind::Lost));
    assert_eq!(payload("data:image/png;base64,https://a.site/b.png"), Some(Kind::Url));
    assert_eq!(payload("data:image/png;base64,/home/me/a.png"), Some(Kind::FilePath));
}

#[test]
fn a_data_uri_of_plain_text_keeps_its_format() {
    let media = inspect("data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>");
    assert_eq!((media.format, media.mismatch, media.bytes), (Some(Format::Svg), false, None));
}
