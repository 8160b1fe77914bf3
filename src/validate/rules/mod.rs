//! Judgements across fields, one small file each. A rule's severity, certainty, sources and advice stand on its page
//! `references/rules/ID.md`; the code says only where and why it does not hold.

mod contents;
mod e02;
mod e03;
mod e04;
mod e05;
mod e08;
mod e11;
mod e12;
mod e13;
mod e15;
mod either;
mod g01;
mod g02;
mod g07;
mod g08;
mod g10;
mod g11;
mod g12;
mod g13;
mod g14;
mod g15;
mod g16;
mod g17;
mod g20;
mod g22;
mod g28;
mod g29;
mod g31;
mod ghosts;
mod i01;
mod i02;
mod i03;
mod i04;
mod i06;
mod i07;
mod i08;
mod i09;
mod i11;
mod l03;
mod l04;
mod l05;
mod l06;
mod l07;
mod l08;
mod l09;
mod l10;
mod l11;
mod l12;
mod l13;
mod l14;
mod l15;
mod l16;
mod l17;
mod l18;
mod l19;
mod l20;
mod l21;
mod l22;
mod l23;
mod l25;
mod l27;
mod l29;
mod l30;
mod legacy;
mod legacy_omni;
mod n02;
mod n03;
mod n05;
mod n06;
mod n08;
mod n09;
mod n10;
mod n11;
mod n12;
mod n13;
mod n14;
mod n15;
mod n16;
mod n17;
mod n19;
mod n20;
mod n21;
mod n22;
mod n23;
mod n24;
mod n25;
mod n26;
mod n29;
mod n30;
mod n36;
mod new_body;
mod shots;

use super::case::Case;
use super::found::Found;

/// A rule: the id of its page, and its check.
pub(super) struct Rule {
    /// Identifier, e.g. `N25`.
    pub(super) id: &'static str,
    /// Looks at a request and adds what is wrong.
    pub(super) check: fn(&Case<'_>, &mut Found),
}

/// Every rule that needs code, in order of their ids.
pub(super) const RULES: &[Rule] = &[
    Rule { id: "E02", check: e02::check },
    Rule { id: "E03", check: e03::check },
    Rule { id: "E04", check: e04::check },
    Rule { id: "E05", check: e05::check },
    Rule { id: "E08", check: e08::check },
    Rule { id: "E11", check: e11::check },
    Rule { id: "E12", check: e12::check },
    Rule { id: "E13", check: e13::check },
    Rule { id: "E15", check: e15::check },
    Rule { id: "G01", check: g01::check },
    Rule { id: "G02", check: g02::check },
    Rule { id: "G07", check: g07::check },
    Rule { id: "G08", check: g08::check },
    Rule { id: "G10", check: g10::check },
    Rule { id: "G11", check: g11::check },
    Rule { id: "G12", check: g12::check },
    Rule { id: "G13", check: g13::check },
    Rule { id: "G14", check: g14::check },
    Rule { id: "G15", check: g15::check },
    Rule { id: "G16", check: g16::check },
    Rule { id: "G17", check: g17::check },
    Rule { id: "G20", check: g20::check },
    Rule { id: "G22", check: g22::check },
    Rule { id: "G28", check: g28::check },
    Rule { id: "G29", check: g29::check },
    Rule { id: "G31", check: g31::check },
    Rule { id: "I01", check: i01::check },
    Rule { id: "I02", check: i02::check },
    Rule { id: "I03", check: i03::check },
    Rule { id: "I04", check: i04::check },
    Rule { id: "I06", check: i06::check },
    Rule { id: "I07", check: i07::check },
    Rule { id: "I08", check: i08::check },
    Rule { id: "I09", check: i09::check },
    Rule { id: "I11", check: i11::check },
    Rule { id: "L03", check: l03::check },
    Rule { id: "L04", check: l04::check },
    Rule { id: "L05", check: l05::check },
    Rule { id: "L06", check: l06::check },
    Rule { id: "L07", check: l07::check },
    Rule { id: "L08", check: l08::check },
    Rule { id: "L09", check: l09::check },
    Rule { id: "L10", check: l10::check },
    Rule { id: "L11", check: l11::check },
    Rule { id: "L12", check: l12::check },
    Rule { id: "L13", check: l13::check },
    Rule { id: "L14", check: l14::check },
    Rule { id: "L15", check: l15::check },
    Rule { id: "L16", check: l16::check },
    Rule { id: "L17", check: l17::check },
    Rule { id: "L18", check: l18::check },
    Rule { id: "L19", check: l19::check },
    Rule { id: "L20", check: l20::check },
    Rule { id: "L21", check: l21::check },
    Rule { id: "L22", check: l22::check },
    Rule { id: "L23", check: l23::check },
    Rule { id: "L25", check: l25::check },
    Rule { id: "L27", check: l27::check },
    Rule { id: "L29", check: l29::check },
    Rule { id: "L30", check: l30::check },
    Rule { id: "N02", check: n02::check },
    Rule { id: "N03", check: n03::check },
    Rule { id: "N05", check: n05::check },
    Rule { id: "N06", check: n06::check },
    Rule { id: "N08", check: n08::check },
    Rule { id: "N09", check: n09::check },
    Rule { id: "N10", check: n10::check },
    Rule { id: "N11", check: n11::check },
    Rule { id: "N12", check: n12::check },
    Rule { id: "N13", check: n13::check },
    Rule { id: "N14", check: n14::check },
    Rule { id: "N15", check: n15::check },
    Rule { id: "N16", check: n16::check },
    Rule { id: "N17", check: n17::check },
    Rule { id: "N19", check: n19::check },
    Rule { id: "N20", check: n20::check },
    Rule { id: "N21", check: n21::check },
    Rule { id: "N22", check: n22::check },
    Rule { id: "N23", check: n23::check },
    Rule { id: "N24", check: n24::check },
    Rule { id: "N25", check: n25::check },
    Rule { id: "N26", check: n26::check },
    Rule { id: "N29", check: n29::check },
    Rule { id: "N30", check: n30::check },
    Rule { id: "N36", check: n36::check },
];

/// Runs the rules of the endpoint.
pub(super) fn run(case: &Case<'_>, found: &mut Found) {
    for rule in RULES.iter().filter(|rule| case.fields.rules.iter().any(|id| id == rule.id)) {
        (rule.check)(case, found);
    }
}
