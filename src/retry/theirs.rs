//! The caller's own code as a client of the simulation. What could not be read is filled in from the presets of the library or
//! from a plain guess, and each of these is said.

use crate::knowledge::{Library, RetryNumbers};

use super::backoff::{Backoff, Jitter};
use super::lint::{Behaviour, Jitter as Read, Pace, SlotUse};
use super::poll::Schedule;
use super::report::Tally;
use super::simulate::{Reaction, SlotQueue, Strategy};
use super::workload::Workload;

/// Its name in the comparison.
pub(super) const NAME: &str = "your code";
/// A delay without a cap.
const NO_CAP_S: f64 = 1e9;

/// A client, and what of it was assumed.
pub(super) struct Theirs {
    pub(super) strategy: Strategy,
    pub(super) assumed: Vec<String>,
}

/// The client that behaves as the code does.
pub(super) fn theirs(behaviour: &Behaviour, numbers: &RetryNumbers, workload: &Workload, ours: &Strategy) -> Theirs {
    let mut filling = Filling { numbers, assumed: behaviour.left_out.clone() };
    let (outer, inner) = filling.layers(&behaviour.paces);
    let repeated = !behaviour.paces.is_empty();
    let mut after = |told: Option<bool>, otherwise: bool, what: &str| filling.reaction(repeated, told, otherwise, what);
    let on_busy = after(behaviour.after_busy, true, "busy slots");
    let on_rate = after(behaviour.after_rate, true, "too many requests");
    let on_account = after(behaviour.after_account, false, "an account without units");
    let on_ambiguous = match (behaviour.after_unclear && repeated, behaviour.reconciles) {
        (false, _) => Reaction::Stop,
        (true, true) => Reaction::Reconcile,
        (true, false) => Reaction::Backoff,
    };
    let backoff = filling.backoff(outer);
    let inner = inner.map(|(times, pace)| (times, filling.backoff(Some(&pace))));
    let attempts = filling.attempts(outer).saturating_mul(inner.map_or(1, |(times, _)| times));
    let poll = filling.poll(behaviour.poll_s, ours);
    let queue = filling.queue(behaviour.slots, workload);
    let strategy = Strategy {
        queue,
        on_busy,
        on_rate,
        on_account,
        on_ambiguous,
        inner,
        deadline_s: behaviour.deadline_s,
        poll,
        ..Strategy::backoff(NAME, backoff, attempts)
    };
    Theirs { strategy, assumed: filling.assumed }
}

struct Filling<'a> {
    numbers: &'a RetryNumbers,
    assumed: Vec<String>,
}

impl Filling<'_> {
    fn say(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.assumed.contains(&what) {
            self.assumed.push(what);
        }
    }

    fn number(&self, name: &str, otherwise: f64) -> f64 {
        self.numbers.number(name).unwrap_or(otherwise)
    }

    /// The outermost layer, and all inner ones as one.
    fn layers<'b>(&mut self, paces: &'b [Pace]) -> (Option<&'b Pace>, Option<(u32, Pace)>) {
        let Some((outer, inside)) = paces.split_first() else { return (None, None) };
        let Some(innermost) = inside.last() else { return (Some(outer), None) };
        let times = inside.iter().fold(1_u32, |product, pace| product.saturating_mul(self.attempts(Some(pace))));
        if inside.len() > 1 {
            self.say(format!("{} layers inside are played as one, with the delays of {}", inside.len(), innermost.name));
        }
        (Some(outer), Some((times, innermost.clone())))
    }

    fn reaction(&mut self, repeated: bool, told: Option<bool>, otherwise: bool, what: &str) -> Reaction {
        if !repeated {
            return Reaction::Stop;
        }
        let again = told.unwrap_or_else(|| {
            let does = if otherwise { "is repeated" } else { "is not repeated" };
            self.say(format!("not read what follows a refusal: one for {what} {does}"));
            otherwise
        });
        if again { Reaction::Backoff } else { Reaction::Stop }
    }

    fn attempts(&mut self, pace: Option<&Pace>) -> u32 {
        let Some(pace) = pace else { return 1 };
        pace.attempts.unwrap_or_else(|| {
            let guess = super::num::whole(self.number("assumed_attempts", 5.0));
            self.say(format!("attempts of {} not read: {guess}", pace.name));
            u32::try_from(guess).unwrap_or(1)
        })
    }

    fn backoff(&mut self, pace: Option<&Pace>) -> Backoff {
        let Some(pace) = pace else { return Backoff::new(1.0, 1.0, Jitter::Fixed) };
        let preset = self.numbers.library(&pace.name).cloned();
        let base_s = pace.base_s.unwrap_or_else(|| self.base(pace, preset.as_ref()));
        let grows = pace.grows.unwrap_or_else(|| self.grows(pace, preset.as_ref()));
        if grows {
            self.say(format!("delays of {} are played as doubling; another growth, a least delay or a `Retry-After` is not", pace.name));
        }
        let jitter = self.jitter(pace, preset.as_ref(), grows);
        let cap_s = if grows { pace.cap_s.or(preset.and_then(|preset| preset.cap_s)).unwrap_or(NO_CAP_S) } else { base_s };
        let cap_s = if jitter == Jitter::Decorrelated { pace.cap_s.unwrap_or(NO_CAP_S) } else { cap_s };
        Backoff::new(base_s, cap_s.max(base_s), jitter)
    }

    fn base(&mut self, pace: &Pace, preset: Option<&Library>) -> f64 {
        // A preset without a delay says nothing of a delay that is written and was not read.
        let of_preset = |preset: &Library| match (pace.grows, preset.growing_base_s) {
            (Some(true), Some(seconds)) => Some((seconds, format!("{seconds} s"))),
            (Some(_), _) if preset.base_s <= 0.0 => None,
            _ => Some((preset.base_s, preset.note.clone())),
        };
        if let Some((seconds, note)) = preset.and_then(of_preset) {
            self.say(format!("first delay of {} not written: its preset, {note}", pace.name));
            return seconds;
        }
        let guess = self.number("assumed_delay", 1.0);
        self.say(format!("first delay of {} not read: {guess} s", pace.name));
        guess
    }

    fn grows(&mut self, pace: &Pace, preset: Option<&Library>) -> bool {
        let grows = preset.map_or_else(|| pace.cap_s.zip(pace.base_s).is_some_and(|(cap, base)| cap > base), |preset| preset.grows);
        self.say(format!("not read whether delays of {} grow: {}", pace.name, if grows { "they double" } else { "they stay" }));
        grows
    }

    fn jitter(&mut self, pace: &Pace, preset: Option<&Library>, grows: bool) -> Jitter {
        let plain = if grows { Jitter::None } else { Jitter::Fixed };
        match pace.jitter {
            Some(Read::None) => plain,
            Some(Read::Full) => Jitter::Full,
            Some(Read::Equal) => Jitter::Equal,
            Some(Read::Decorrelated) => Jitter::Decorrelated,
            Some(Read::Other) => {
                self.say(format!("{} randomises delays in a way that is not read: between half and all of the delay", pace.name));
                Jitter::Equal
            }
            None => {
                let preset = preset.map_or("none", |preset| preset.jitter.as_str());
                self.say(format!("jitter of {} not read: {preset}", pace.name));
                match preset {
                    "full" => Jitter::Full,
                    "equal" => Jitter::Equal,
                    _ => plain,
                }
            }
        }
    }

    fn poll(&mut self, every_s: Option<f64>, ours: &Strategy) -> Option<Schedule> {
        if let Some(every_s) = every_s {
            return Some(Schedule::every(every_s));
        }
        self.say("no interval of status queries was read: those of the policy here");
        ours.poll.clone()
    }

    fn queue(&mut self, slots: Option<SlotUse>, workload: &Workload) -> Option<SlotQueue> {
        let slots = slots?;
        let limit = slots.limit.unwrap_or_else(|| {
            self.say(format!("the number of its own slots was not read: {}", workload.slots));
            workload.slots
        });
        // Its places are jobs, those of the account are slots.
        let limit = limit.saturating_mul(workload.slots_per_job);
        Some(SlotQueue { limit, learn: false, probe_s: 1.0, freed_on_create: slots.freed_on_create })
    }
}

/// What the code costs, in a sentence.
pub(super) fn cost(tally: &Tally, jobs: u64) -> String {
    let duplicates = tally.duplicates.unwrap_or_default();
    let doubled = if duplicates == 0 { String::new() } else { format!(", {duplicates} made twice and billed twice") };
    let stopped = if tally.stopped { " before the run was stopped, because it calls without end" } else { "" };
    format!(
        "Your code on the same jobs: {} of {jobs} lost{doubled}, {:.2} creates per job, {} wasted calls, {} units at risk{stopped}. ",
        tally.lost,
        tally.creates_per_job,
        tally.wasted_calls.unwrap_or_default(),
        tally.units_at_risk
    )
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::knowledge::Knowledge;
    use crate::retry::lint::lint;
    use crate::retry::workload::Input;

    /// How a text is played: attempts, delays, what is repeated, own slots; and what was assumed.
    fn played(text: &str) -> Option<(String, Vec<String>)> {
        static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
        let knowledge = KNOWLEDGE.get_or_init(|| Knowledge::load().unwrap());
        let workload = Workload::new(knowledge, &Input { slots: Some(5), ..Input::default() }).unwrap();
        let behaviour = lint(text, knowledge).behaviour?;
        let ours = Strategy::slot_queue("ours", 5, 18.0, Backoff::new(1.0, 60.0, Jitter::Full));
        let Theirs { strategy, assumed } = theirs(&behaviour, &knowledge.retry, &workload, &ours);
        let delay = |backoff: Backoff| {
            let cap = if backoff.cap_s < NO_CAP_S { format!("{}", backoff.cap_s) } else { "..".to_owned() };
            format!("{}-{cap} {:?}", backoff.base_s, backoff.jitter).to_lowercase()
        };
        let attempts = if strategy.max_attempts == u32::MAX { "endless".to_owned() } else { strategy.max_attempts.to_string() };
        let inner = strategy.inner.map(|(times, backoff)| format!(", {times} inside {}", delay(backoff))).unwrap_or_default();
        let after = [strategy.on_busy, strategy.on_rate, strategy.on_account, strategy.on_ambiguous].map(|reaction| match reaction {
            Reaction::Stop => '-',
            Reaction::Backoff => '+',
            Reaction::Queue => 'q',
            Reaction::Reconcile => 'r',
        });
        let queue = strategy.queue.map(|queue| format!(", {} slots{}", queue.limit, if queue.freed_on_create { " freed" } else { "" }));
        let deadline = strategy.deadline_s.map(|seconds| format!(", {seconds} s")).unwrap_or_default();
        let after: String = after.iter().collect();
        Some((format!("{attempts}: {}{inner} {after}{}{deadline}", delay(strategy.backoff), queue.unwrap_or_default()), assumed))
    }

    const PYTHON: &str = "import requests, time, random\nfrom tenacity import *\nimport backoff\nURL = 'https://api-singapore.klingai.com/v1/videos/text2video'\n";

    #[test]
    fn code_of_each_library_is_played_as_it_behaves() {
        let create = "def create(body):\n    r = requests.post(URL, json=body)\n    r.raise_for_status()\n    return r.json()\n";
        let cases = [
            // Each catches every exception, and `raise_for_status` makes one of a refusal.
            (
                format!("{PYTHON}@retry(stop=stop_after_attempt(4), wait=wait_exponential(multiplier=2, max=30))\n{create}"),
                "4: 2-30 none ++++",
            ),
            (format!("{PYTHON}@retry(wait=wait_fixed(10))\n{create}"), "endless: 10-10 fixed ++++"),
            (format!("{PYTHON}@retry(stop=stop_after_attempt(3), retry=retry_if_exception_type(requests.Timeout))\n{create}"), "3: 0-0 fixed ---+"),
            (
                format!("{PYTHON}@backoff.on_exception(backoff.expo, requests.exceptions.RequestException, max_tries=6)\n{create}"),
                "6: 1-.. full ++++",
            ),
            (create.replace("def", "import requests\ndef"), "1: 1-1 fixed ----"),
            (
                "import requests\nfrom urllib3.util import Retry\ns = requests.Session()\ns.mount('https://', HTTPAdapter(max_retries=Retry(total=5, backoff_factor=1, status_forcelist=[429, 503], allowed_methods=['GET', 'POST'])))\ndef create(body):\n    return s.post('https://api-singapore.klingai.com/v1/videos/text2video', json=body).json()\n".to_owned(),
                "6: 1-120 none ++++",
            ),
            (
                "import axios from 'axios';\nimport axiosRetry from 'axios-retry';\nconst client = axios.create({});\naxiosRetry(client, { retries: 3, retryDelay: axiosRetry.exponentialDelay, retryCondition: () => true });\nexport const create = (body) => client.post('https://api-singapore.klingai.com/v1/videos/text2video', body);\n".to_owned(),
                "4: 0.1-.. equal ++++",
            ),
            (
                "import pRetry from 'p-retry';\nconst create = async (body) => { const r = await fetch(URL, {method: 'POST', body}); if (!r.ok) throw new Error('no'); return r.json(); };\nexport const run = (body) => pRetry(() => create(body), { retries: 5 });\n".to_owned(),
                "6: 1-.. none ++++",
            ),
            (
                "import got from 'got';\nexport const create = (json) => got.post('https://api-singapore.klingai.com/v1/videos/text2video', { json, retry: { limit: 2, methods: ['POST'], statusCodes: [429, 500] } });\n".to_owned(),
                "3: 1-.. equal ++++",
            ),
        ];
        for (text, expected) in cases {
            let (told, assumed) = played(&text).unwrap_or_else(|| panic!("not played: {text}"));
            assert_eq!(told, expected, "{text}\n{assumed:?}");
        }
    }

    #[test]
    fn settings_are_played_with_what_they_do_not_say() {
        let (n8n, _) = played(
            "{\"nodes\": [{\"name\": \"Create\", \"type\": \"n8n-nodes-base.httpRequest\", \"parameters\": {\"method\": \"POST\", \"url\": \"https://api-singapore.klingai.com/v1/videos/text2video\"}, \"retryOnFail\": true, \"maxTries\": 5, \"waitBetweenTries\": 5000}]}",
        )
        .unwrap();
        assert_eq!(n8n, "5: 5-5 fixed ++++");
        let (map, assumed) = played("retry:\n  max_attempts: 4\n  base_delay_ms: 250\n  cap: 20s\n  jitter: full\n").unwrap();
        assert_eq!(map, "4: 0.25-20 full ++--");
        assert!(assumed.iter().any(|line| line.contains("no create was seen")), "{assumed:?}");
        assert!(assumed.iter().any(|line| line.contains("refusal")), "{assumed:?}");
        assert!(assumed.iter().any(|line| line.contains("played as doubling")), "{assumed:?}");
    }

    #[test]
    fn loops_codes_and_slots_are_read() {
        let by_code = format!(
            "{PYTHON}def create(body):\n    for attempt in range(8):\n        r = requests.post(URL, json=body).json()\n        if r['code'] not in (1302, 1303):\n            return r\n        time.sleep(random.uniform(0, min(60, 2 ** attempt)))\n"
        );
        let (told, assumed) = played(&by_code).unwrap();
        assert_eq!(told, "8: 1-60 full ++--", "{assumed:?}");
        let freed = "import asyncio, httpx\nslots = asyncio.Semaphore(3)\nasync def create(client, body):\n    async with slots:\n        r = await client.post('https://api-singapore.klingai.com/v1/videos/text2video', json=body)\n    return r.json()\n";
        assert_eq!(played(freed).unwrap().0, "1: 1-1 fixed ----, 3 slots freed");
    }

    #[test]
    fn stacked_layers_multiply_with_the_delays_of_each() {
        let text = format!(
            "{PYTHON}@backoff.on_exception(backoff.expo, Exception, max_tries=4)\ndef create(body):\n    for attempt in range(3):\n        try:\n            r = requests.post(URL, json=body)\n            r.raise_for_status()\n            return r.json()\n        except Exception:\n            if attempt == 2:\n                raise\n            time.sleep(2)\n"
        );
        assert_eq!(played(&text).unwrap().0, "12: 1-.. full, 3 inside 2-2 fixed ++++");
    }

    #[test]
    fn what_makes_no_task_is_not_played() {
        for text in [
            "please retry",
            "import requests\ndef get(id):\n    return requests.get('https://api-singapore.klingai.com/tasks?task_ids=' + id).json()\n",
        ] {
            assert!(played(text).is_none(), "{text}");
        }
    }

    #[test]
    fn most_snippets_of_the_corpus_are_played_and_always_alike() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/retry_code");
        let mut count = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            assert_eq!(played(&text), played(&text));
            count += u32::from(played(&text).is_some());
        }
        assert!(count > 40, "{count} snippets are played");
    }
}
