//! A scenario in play: counts what came by and says what happens to the next request.

use super::{Scenario, Step};

/// A request, as steps look at it.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) struct Event<'a> {
    /// `create`, `query`, `list`, `delete`, `account`, `result`, or empty for what has no endpoint.
    pub(in crate::sandbox) on: &'a str,
    /// Generation of the endpoint, or of the path where it has none.
    pub(in crate::sandbox) generation: &'a str,
    /// Path.
    pub(in crate::sandbox) path: &'a str,
    /// `token`, `key` or empty.
    pub(in crate::sandbox) credential: &'a str,
    /// Virtual seconds since the start.
    pub(in crate::sandbox) second: f64,
}

/// How often each step has been met.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Play {
    scenario: Scenario,
    met: Vec<u32>,
}

impl Play {
    /// A scenario at its beginning.
    pub(in crate::sandbox) fn new(scenario: Scenario) -> Self {
        let met = vec![0; scenario.steps.len()];
        Self { scenario, met }
    }

    /// The first step that this request meets. Every step counts each request that fits it.
    pub(in crate::sandbox) fn next(&mut self, event: Event<'_>) -> Option<Step> {
        let mut found = None;
        for (step, met) in self.scenario.steps.iter().zip(&mut self.met) {
            if !step.fits(event) {
                continue;
            }
            *met = met.saturating_add(1);
            if found.is_none() && step.counts(*met) {
                found = Some(step.clone());
            }
        }
        found
    }
}

impl Step {
    fn fits(&self, event: Event<'_>) -> bool {
        let same = |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|wanted| wanted == given);
        let on = self.on.as_deref().map_or(event.on != "result", |on| on == event.on);
        on && same(&self.generation, event.generation)
            && same(&self.credential, event.credential)
            && self.path.as_deref().is_none_or(|pattern| glob(pattern, event.path))
            && self.from_s.is_none_or(|from| event.second >= from)
            && self.until_s.is_none_or(|until| event.second < until)
    }

    fn counts(&self, met: u32) -> bool {
        self.first.is_none_or(|first| met <= first)
            && self.nth.is_none_or(|nth| met == nth)
            && self.every.is_none_or(|every| met.checked_rem(every) == Some(0))
    }
}

/// Whether `text` fits a pattern in which `*` stands for anything.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(second: f64) -> Event<'static> {
        Event { on: "create", generation: "legacy", path: "/v1/videos/text2video", credential: "key", second }
    }

    fn played(text: &str, events: &[Event<'_>]) -> Vec<bool> {
        let mut play = Play::new(Scenario::parse("test", text).unwrap());
        events.iter().map(|event| play.next(*event).is_some()).collect()
    }

    #[test]
    fn counts_choose_among_the_requests_that_fit() {
        let four = [create(0.0), create(0.0), create(0.0), create(0.0)];
        assert_eq!(played("[[step]]\non = \"create\"\nfirst = 2\nreset = true", &four), [true, true, false, false]);
        assert_eq!(played("[[step]]\non = \"create\"\nnth = 3\nreset = true", &four), [false, false, true, false]);
        assert_eq!(played("[[step]]\non = \"create\"\nevery = 2\nreset = true", &four), [false, true, false, true]);
        assert_eq!(played("[[step]]\non = \"query\"\nreset = true", &four), [false; 4]);
    }

    #[test]
    fn times_are_virtual_seconds_since_the_start() {
        let events = [create(0.0), create(9.9), create(10.0), create(20.0)];
        assert_eq!(played("[[step]]\nfrom_s = 5\nuntil_s = 20\nreset = true", &events), [false, true, true, false]);
    }

    #[test]
    fn a_star_stands_for_anything() {
        assert!(glob("/v1/*/text2video", "/v1/videos/text2video") && glob("*", "") && glob("/a*", "/a"));
        assert!(!glob("/v1/videos", "/v1/videos/text2video") && !glob("/b*", "/a"));
    }
}
