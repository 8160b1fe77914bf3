//! Whether a host can be reached from the internet, by its name or number alone.

use core::net::{Ipv4Addr, Ipv6Addr};

/// From where a host can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// From the internet, as far as the name tells.
    #[default]
    Public,
    /// Only from the machine itself.
    Loopback,
    /// Only from a local network: private, shared (100.64/10) or unique local addresses.
    Private,
    /// Only from the same link, where cloud machines find their metadata.
    LinkLocal,
    /// A name that only a local resolver knows: `nas`, `api.internal`, `host.docker.internal`.
    LocalName,
    /// A number that no host has: unspecified, multicast, reserved, for documentation.
    Reserved,
    /// A name of examples: `example.com`, `your-domain.com`.
    Example,
}

/// From where an address can be reached.
pub fn reach_of(address: core::net::IpAddr) -> Reach {
    match address {
        core::net::IpAddr::V4(address) => v4(address),
        core::net::IpAddr::V6(address) => v6(&address.to_string()),
    }
}

/// (reach, whether the number is written to hide what it is)
pub(super) fn reach(host: &str) -> (Reach, bool) {
    let host = host.trim_end_matches('.');
    if let Some(inner) = host.strip_prefix('[') {
        return (v6(inner.trim_end_matches(']')), false);
    }
    match ipv4(host) {
        Some(address) => (v4(address), host != address.to_string()),
        None => (named(host), embedded(host).is_some()),
    }
}

/// An IPv4 address in any form that resolvers take: one to four parts, decimal, octal or hexadecimal.
pub(super) fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let parts: Vec<u32> = host.split('.').take(5).map(part).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) || u64::from(*last) >= 1 << (8 * (4 - first.len())) {
        return None;
    }
    let high = first.iter().zip([24, 16, 8]).fold(0, |sum, (part, shift)| sum | part << shift);
    Some(Ipv4Addr::from(high | last))
}

fn part(text: &str) -> Option<u32> {
    let lower = text.to_ascii_lowercase();
    let (digits, radix) = match (lower.strip_prefix("0x"), lower.strip_prefix('0')) {
        (Some(""), _) => ("0", 16),
        (Some(hex), _) => (hex, 16),
        (_, Some(octal)) if !octal.is_empty() => (octal, 8),
        _ => (lower.as_str(), 10),
    };
    if digits.starts_with('+') { None } else { u32::from_str_radix(digits, radix).ok() }
}

fn v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (127, ..) | (0, 0, 0) => Reach::Loopback,
        (10, ..) | (172, 16..=31, _) | (192, 168, _) | (100, 64..=127, _) => Reach::Private,
        (169, 254, _) => Reach::LinkLocal,
        (0 | 224.., ..) | (192, 0, 0 | 2) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => Reach::Reserved,
        _ => Reach::Public,
    }
}

fn v6(text: &str) -> Reach {
    let plain = text.split(['%']).next().unwrap_or_default();
    let Ok(address) = plain.parse::<Ipv6Addr>() else { return Reach::Reserved };
    let [first, second, third, .., above, last] = address.segments();
    if let Some(inner) = address.to_ipv4_mapped() {
        return v4(inner);
    }
    match first {
        0 if address.is_loopback() || address.is_unspecified() => Reach::Loopback,
        0x64 if second == 0xff9b => v4(joined(above, last)),
        0x2002 => v4(joined(second, third)),
        0xfc00..=0xfdff | 0xfec0..=0xfeff => Reach::Private,
        0xfe80..=0xfebf => Reach::LinkLocal,
        0x2001 if second == 0xdb8 => Reach::Reserved,
        0x2000..=0x3fff => Reach::Public,
        _ => Reach::Reserved,
    }
}

fn joined(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))
}

fn named(host: &str) -> Reach {
    const LOCAL: [&str; 12] = [
        ".local",
        ".internal",
        ".lan",
        ".home",
        ".home.arpa",
        ".corp",
        ".intranet",
        ".localdomain",
        ".cluster.local",
        ".svc",
        ".test",
        ".invalid",
    ];
    const LOOPS: [&str; 5] = ["localtest.me", "lvh.me", "vcap.me", "localhost", "lacolhost.com"];
    const EXAMPLES: [&str; 9] = [
        "example.com",
        "example.org",
        "example.net",
        "example",
        "yourdomain.com",
        "your-domain.com",
        "mydomain.com",
        "domain.com",
        "yoursite.com",
    ];
    let under = |names: &[&str]| names.iter().any(|n| host == *n || host.strip_suffix(n).is_some_and(|rest| rest.ends_with('.')));
    match embedded(host) {
        Some(address) => v4(address),
        None if under(&LOOPS) => Reach::Loopback,
        None if under(&EXAMPLES) || host.starts_with("your-") || host.starts_with("your_") || host.contains(".your-") => Reach::Example,
        None if !host.contains('.') || LOCAL.iter().any(|suffix| host.ends_with(suffix)) => Reach::LocalName,
        None => Reach::Public,
    }
}

/// The address inside a name such as `10.0.0.1.nip.io` or `app-10-0-0-1.sslip.io`.
fn embedded(host: &str) -> Option<Ipv4Addr> {
    let name = [".nip.io", ".sslip.io", ".xip.io"].iter().find_map(|suffix| host.strip_suffix(suffix))?;
    let numbers: Vec<&str> = name.split(['.', '-']).collect();
    let last = numbers.get(numbers.len().checked_sub(4)?..)?;
    last.join(".").parse().ok()
}
