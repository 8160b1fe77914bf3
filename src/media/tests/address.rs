use super::inspect;
use crate::media::{Expiry, Reach, ShareKind, UrlFacts, UrlFault};

fn read(text: &str) -> UrlFacts {
    inspect(text).url.unwrap_or_else(|| panic!("{text} is an address"))
}

fn reaches(reach: Reach, hosts: &[&str]) {
    for host in hosts {
        assert_eq!(read(&format!("http://{host}/a.png")).reach, reach, "{host}");
    }
}

#[test]
fn a_plain_address_is_taken_apart_without_fault() {
    let url = read("https://CDN.Site.com:8443/img/Cat.JPG?sig=secret#x");
    assert_eq!(
        (url.scheme.as_str(), url.host.as_str(), url.port, url.path.as_str()),
        ("https", "cdn.site.com", Some(8443), "/img/Cat.JPG")
    );
    assert_eq!((url.ending.as_deref(), url.reach, url.faults.len()), (Some("jpg"), Reach::Public, 0));
    assert!(!format!("{url:?}").contains("secret"));
}

#[test]
fn public_hosts_are_public() {
    reaches(Reach::Public, &["8.8.8.8", "172.32.0.1", "100.128.0.1", "[2606:4700::1111]", "cdn.site.com", "1.1.1.1.nip.io"]);
}

#[test]
fn loopback_is_seen_through_every_form_of_number() {
    let forms = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "localhost",
        "a.localhost",
        "localhost.",
        "127.0.0.1.nip.io",
    ];
    reaches(Reach::Loopback, &forms);
    reaches(Reach::Loopback, &["0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]", "%31%32%37.0.0.1", "lvh.me", "127。0。0。1"]);
}

#[test]
fn private_and_link_local_numbers_are_told() {
    reaches(
        Reach::Private,
        &["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.5", "100.64.0.1", "[fd00::1]", "0xC0A80105", "[64:ff9b::a00:1]"],
    );
    reaches(Reach::LinkLocal, &["169.254.169.254", "[fe80::1%25eth0]", "2852039166"]);
}

#[test]
fn local_reserved_and_example_names_are_told() {
    reaches(Reach::LocalName, &["minio", "api.internal", "nas.local", "host.docker.internal", "web.default.svc.cluster.local"]);
    reaches(Reach::Reserved, &["203.0.113.9", "255.255.255.255", "[2001:db8::1]", "224.0.0.1"]);
    reaches(Reach::Example, &["example.com", "cdn.example.org", "your-bucket.s3.amazonaws.com"]);
}

#[test]
fn numbers_in_disguise_are_marked() {
    assert!(read("http://2130706433/").faults.contains(&UrlFault::Disguised));
    assert!(read("http://0300.0250.1.5/").faults.contains(&UrlFault::Disguised));
    assert!(!read("http://8.8.8.8/").faults.contains(&UrlFault::Disguised));
}

#[test]
fn numbers_that_are_no_address_are_names() {
    reaches(Reach::Public, &["256.1.1.1.com", "1.2.3.4.5", "999.1.1.1"]);
}

#[test]
fn faults_of_an_address_are_told() {
    let cases = [
        ("cdn.site.com/a.png", UrlFault::NotAbsolute),
        ("ftp://site.com/a.png", UrlFault::Scheme),
        ("blob:https://app.site.com/0c1", UrlFault::Scheme),
        ("https:/site.com/a.png", UrlFault::Malformed),
        ("https://https://site.com/a.png", UrlFault::Malformed),
        ("https:///a.png", UrlFault::NoHost),
        ("https://site.com:99999/a.png", UrlFault::Port),
        ("https://me:pw@site.com/a.png", UrlFault::UserInfo),
        ("https://site.com/my cat.png", UrlFault::Space),
        ("https://site.com/a\n.png", UrlFault::LineBreak),
        ("https://site.com/猫.png", UrlFault::NonAscii),
        ("https:\\/\\/site.com\\/a.png", UrlFault::Backslash),
        ("https://site.com/a.png?x=1&amp;y=2", UrlFault::HtmlEscape),
        ("https://site.com/a.png?x=1\\u0026y=2", UrlFault::JsonEscape),
        ("https://{bucket}.site.com/a.png", UrlFault::StandIn),
    ];
    for (text, fault) in cases {
        assert!(read(text).faults.contains(&fault), "{text}: {:?}", read(text));
    }
}

#[test]
fn a_user_name_does_not_hide_the_host() {
    let url = read("http://site.com@127.0.0.1:80/a.png");
    assert_eq!((url.host.as_str(), url.port, url.reach), ("127.0.0.1", Some(80), Reach::Loopback));
}

#[test]
fn version_four_signatures_end_at_a_computed_instant() {
    let url = "https://b.s3.amazonaws.com/a.png?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20240229T120000Z&X-Amz-Expires=3600&X-Amz-Signature=ab";
    let expires = read(url).expires.unwrap();
    assert_eq!(expires, Expiry { at: 1_709_211_600, by: "X-Amz-Expires" });
    assert!(expires.is_past(1_709_211_600) && !expires.is_past(1_709_211_599));
    let goog = read("https://storage.googleapis.com/b/a.png?X-Goog-Date=20240229T120000Z&amp;X-Goog-Expires=900").expires.unwrap();
    assert_eq!(goog, Expiry { at: 1_709_208_900, by: "X-Goog-Expires" });
}

#[test]
fn other_signatures_end_where_their_parameter_says() {
    let cases = [
        ("b.s3.amazonaws.com/a.png?AWSAccessKeyId=x&Expires=1700000000&Signature=y", 1_700_000_000, "Expires"),
        ("a.blob.core.windows.net/c/a.png?se=2023-11-14T22%3A13%3A20Z&sig=x", 1_700_000_000, "se"),
        ("a.blob.core.windows.net/c/a.png?se=2023-11-14&sig=x", 1_699_920_000, "se"),
        ("b.cos.ap-guangzhou.myqcloud.com/a.png?q-sign-time=1600000000%3B1700000000", 1_700_000_000, "q-sign-time"),
        ("cdn.discordapp.com/attachments/1/2/a.png?ex=6553f100&is=1&hm=2", 1_700_000_000, "ex"),
        ("p16.tiktokcdn.com/a.webp?x-expires=1700000000&x-signature=z", 1_700_000_000, "x-expires"),
        ("cdn.site.cn/a.mp4?auth_key=1700000000-0-0-abcdef", 1_700_000_000, "auth_key"),
    ];
    for (text, at, by) in cases {
        assert_eq!(read(&format!("https://{text}")).expires, Some(Expiry { at, by }), "{text}");
    }
}

#[test]
fn broken_signatures_have_no_end() {
    for query in
        ["Expires=3600", "X-Amz-Date=2024&X-Amz-Expires=60", "X-Amz-Date=20241399T000000Z&X-Amz-Expires=1", "se=tomorrow&sig=x", "ex=zz"]
    {
        assert_eq!(read(&format!("https://cdn.discordapp.com/a.png?{query}")).expires, None, "{query}");
    }
}

#[test]
fn pages_around_a_file_are_told_from_direct_links() {
    let kind = |text: &str| read(&format!("https://{text}")).share.map(|share| share.kind);
    let pages = [
        "drive.google.com/file/d/1A/view?usp=sharing",
        "www.dropbox.com/s/x/a.png?dl=0",
        "t.me/c/1/2",
        "github.com/o/r/blob/main/a.png",
        "youtu.be/abc",
        "imgur.com/abc",
        "1drv.ms/i/s!A",
    ];
    for text in pages {
        assert_eq!(kind(text), Some(ShareKind::Page), "{text}");
    }
    assert_eq!(kind("drive.google.com/uc?export=download&id=1"), Some(ShareKind::Redirect));
    assert_eq!(kind("www.dropbox.com/s/x/a.png?dl=1"), Some(ShareKind::Redirect));
    assert_eq!(kind("cdn.discordapp.com/attachments/1/2/a.png"), Some(ShareKind::Temporary));
    assert_eq!(kind("ab12.ngrok-free.app/a.png"), Some(ShareKind::Tunnel));
    for text in
        ["github.com/o/r/blob/main/a.png?raw=true", "raw.githubusercontent.com/o/r/main/a.png", "i.imgur.com/a.png", "notbox.com/s/a.png"]
    {
        assert_eq!(kind(text), None, "{text}");
    }
}

#[test]
fn every_cut_of_an_address_is_read() {
    let long = "https://us%3Aer@[fe80::1%25en0]:8080/a%2/猫.png?X-Amz-Date=20240101T000000Z&X-Amz-Expires=99&se=2024#%";
    for (at, _) in long.char_indices() {
        inspect(&long[..at]);
        inspect(&long[at..]);
    }
}

#[test]
fn a_very_long_address_is_still_an_address() {
    let url = read(&format!("https://cdn.site.com/{}", "猫".repeat(100_000)));
    assert_eq!((url.host.as_str(), url.faults), ("cdn.site.com", vec![UrlFault::NonAscii]));
}
