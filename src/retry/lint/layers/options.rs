//! Names of retry options as the libraries and people write them, and what they mean.

use crate::retry::lint::code::{Code, Member, Range};
use crate::retry::lint::facts::{At, Attempts, Facts, Layer};
use crate::retry::lint::report::Jitter;
use crate::retry::lint::value;

use super::outcomes;

/// What a bare number of a delay counts in seconds.
pub(in crate::retry::lint) type Unit = f64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::retry::lint) enum Meaning {
    /// Calls, the first included.
    Attempts,
    /// Calls after the first.
    Retries,
    Base,
    Cap,
    Deadline,
    Jitter,
    Statuses,
    Codes,
    Methods,
    Forever,
}

/// Names in lower case without separators, a unit at the end taken off.
const NAMES: &[(&str, Meaning)] = &[
    ("maxattempts", Meaning::Attempts),
    ("attempts", Meaning::Attempts),
    ("maxtries", Meaning::Attempts),
    ("tries", Meaning::Attempts),
    ("maxcalls", Meaning::Attempts),
    ("retries", Meaning::Retries),
    ("maxretries", Meaning::Retries),
    ("retrymax", Meaning::Retries),
    ("retrycount", Meaning::Retries),
    ("maxretry", Meaning::Retries),
    ("limit", Meaning::Retries),
    ("total", Meaning::Retries),
    ("numofattempts", Meaning::Attempts),
    ("base", Meaning::Base),
    ("basedelay", Meaning::Base),
    ("initialdelay", Meaning::Base),
    ("initialinterval", Meaning::Base),
    ("initialbackoff", Meaning::Base),
    ("startingdelay", Meaning::Base),
    ("delay", Meaning::Base),
    ("wait", Meaning::Base),
    ("waitduration", Meaning::Base),
    ("waitbetweentries", Meaning::Base),
    ("retrydelay", Meaning::Base),
    ("retrywaitmin", Meaning::Base),
    ("mintimeout", Meaning::Base),
    ("minbackoff", Meaning::Base),
    ("backofffactor", Meaning::Base),
    ("backoff", Meaning::Base),
    ("interval", Meaning::Base),
    ("cap", Meaning::Cap),
    ("maxdelay", Meaning::Cap),
    ("maxtimeout", Meaning::Cap),
    ("maxinterval", Meaning::Cap),
    ("maxbackoff", Meaning::Cap),
    ("backoffmax", Meaning::Cap),
    ("retrywaitmax", Meaning::Cap),
    ("backofflimit", Meaning::Cap),
    ("exponentialmaxwaitduration", Meaning::Cap),
    ("deadline", Meaning::Deadline),
    ("maxtime", Meaning::Deadline),
    ("maxelapsedtime", Meaning::Deadline),
    ("maxretrytime", Meaning::Deadline),
    ("totaltimeout", Meaning::Deadline),
    ("overalltimeout", Meaning::Deadline),
    ("jitter", Meaning::Jitter),
    ("randomize", Meaning::Jitter),
    ("random", Meaning::Jitter),
    ("randomization", Meaning::Jitter),
    ("randomizationfactor", Meaning::Jitter),
    ("randomizedwaitfactor", Meaning::Jitter),
    ("enablerandomizedwait", Meaning::Jitter),
    ("backoffjitter", Meaning::Jitter),
    ("statusforcelist", Meaning::Statuses),
    ("statuscodes", Meaning::Statuses),
    ("statuses", Meaning::Statuses),
    ("retryon", Meaning::Statuses),
    ("retryonstatus", Meaning::Statuses),
    ("retrystatuses", Meaning::Statuses),
    ("retrystatuscodes", Meaning::Statuses),
    ("retryablestatuscodes", Meaning::Statuses),
    ("retryablestatuses", Meaning::Statuses),
    ("httpstatuses", Meaning::Statuses),
    ("codes", Meaning::Codes),
    ("retrycodes", Meaning::Codes),
    ("retryablecodes", Meaning::Codes),
    ("retryoncodes", Meaning::Codes),
    ("retryonerrorcodes", Meaning::Codes),
    ("servicecodes", Meaning::Codes),
    ("methods", Meaning::Methods),
    ("allowedmethods", Meaning::Methods),
    ("methodwhitelist", Meaning::Methods),
    ("forever", Meaning::Forever),
];

/// Units that end a name.
const UNITS: [(&str, Unit); 6] = [("milliseconds", 1e-3), ("millis", 1e-3), ("ms", 1e-3), ("seconds", 1.0), ("secs", 1.0), ("sec", 1.0)];

/// What a name means, and the unit that it says itself.
pub(in crate::retry::lint) fn meaning(name: &str) -> Option<(Meaning, Option<Unit>)> {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let known = |name: &str| NAMES.iter().find(|(word, _)| *word == name).map(|(_, meaning)| *meaning);
    if let Some(meaning) = known(&plain) {
        return Some((meaning, None));
    }
    if let Some(stem) = name.strip_suffix("_s") {
        return meaning(stem).map(|(meaning, _)| (meaning, Some(1.0)));
    }
    UNITS.iter().find_map(|(end, unit)| known(plain.strip_suffix(end)?).map(|meaning| (meaning, Some(*unit))))
}

/// Reads options of one library into a layer.
pub(in crate::retry::lint) struct Options<'a, 'b> {
    pub(in crate::retry::lint) code: &'b Code<'a>,
    pub(in crate::retry::lint) facts: &'b Facts<'a>,
    /// What a bare number of a delay counts.
    pub(in crate::retry::lint) unit: Unit,
}

impl Options<'_, '_> {
    /// Lays every option that is understood into the layer.
    pub(super) fn read(&self, members: &[Member<'_>], layer: &mut Layer) {
        for member in members {
            if let Some((meaning, unit)) = meaning(member.key) {
                self.one(meaning, unit.unwrap_or(self.unit), member, layer);
            }
        }
    }

    fn one(&self, meaning: Meaning, unit: Unit, member: &Member<'_>, layer: &mut Layer) {
        let seconds = || value::duration(self.code, member.value, unit);
        match meaning {
            Meaning::Attempts => layer.attempts = self.attempts(member.value, 0),
            Meaning::Retries => layer.attempts = self.attempts(member.value, 1),
            Meaning::Base => self.base(member, unit, layer),
            Meaning::Cap => layer.cap_s = seconds(),
            Meaning::Deadline => {
                layer.deadline_s = seconds();
                layer.has_deadline = layer.deadline_s != Some(0.0);
            }
            Meaning::Jitter => {
                layer.jitter = Some(if self.is_off(member.value) { Jitter::None } else { Jitter::Other });
                layer.delay_line = Some(member.line);
            }
            Meaning::Statuses | Meaning::Codes => outcomes::lay(self.facts, member.value, layer),
            Meaning::Methods => layer.reads_only = !self.allows_post(member.value),
            Meaning::Forever => layer.attempts = if self.is_off(member.value) { layer.attempts } else { Attempts::Unbounded },
        }
    }

    fn base(&self, member: &Member<'_>, unit: Unit, layer: &mut Layer) {
        layer.delay_line = Some(member.line);
        layer.base_s = value::duration(self.code, member.value, unit);
    }

    fn attempts(&self, range: Range, more: u32) -> Attempts {
        if self.code.any(range, |word| matches!(word, "Infinity" | "Number.POSITIVE_INFINITY" | "math.inf")) {
            return Attempts::Unbounded;
        }
        value::count(self.code, range).map_or(Attempts::Unknown, |count| Attempts::Times(count.saturating_add(more)))
    }

    fn is_off(&self, range: Range) -> bool {
        self.code.any(range, |word| matches!(word, "None" | "false" | "False" | "null" | "undefined"))
            || value::number(self.code, range) == Some(0.0)
    }

    /// A list of methods with POST, or no restriction at all.
    fn allows_post(&self, range: Range) -> bool {
        let resolved = super::outcomes::resolved(self.facts, range);
        resolved.iter().any(|range| self.code.any(*range, |word| word.eq_ignore_ascii_case("post"))) || self.is_off(range)
    }
}

/// Adds where something stands that is retried.
pub(in crate::retry::lint) fn push<T: PartialEq>(list: &mut Vec<At<T>>, what: T, line: u32) {
    if !list.iter().any(|at| at.what == what) {
        list.push(At { what, line });
    }
}
