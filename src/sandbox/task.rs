//! One task: what was asked for, when it changes its state, and how each generation shows it.

use serde_json::{Value, json};

use crate::knowledge::sandbox::Product;

/// The kind of file that a task makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    Video,
    Image,
    /// Three sets of pictures of three angles.
    Angles,
    Audio,
    Element,
    Voice,
}

impl Output {
    /// What the tasks of an endpoint make.
    pub(super) fn of(endpoint: &str) -> Self {
        match endpoint {
            "legacy.ai-multi-shot" => Self::Angles,
            "legacy.advanced-custom-elements" => Self::Element,
            "legacy.custom-voices" => Self::Voice,
            "legacy.text-to-audio" | "legacy.video-to-audio" => Self::Audio,
            _ if endpoint.starts_with("legacy.images.") || endpoint == "solutions.virtual-try-on-3.0" => Self::Image,
            _ => Self::Video,
        }
    }
}

/// A task of the sandbox. Its state follows from the time alone.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// Its id: digits.
    pub(super) id: String,
    /// Place in the order of creation, from 0.
    pub(super) seq: u64,
    /// Id of the endpoint that created it.
    pub(super) endpoint: String,
    /// `new`, `legacy` or `solutions`.
    pub(super) generation: String,
    pub(super) product: Product,
    pub(super) model: Option<String>,
    pub(super) external_id: Option<String>,
    /// Virtual milliseconds.
    pub(super) created: i64,
    /// When it leaves `submitted`.
    pub(super) starts: i64,
    /// When it ends; `i64::MAX`: never.
    pub(super) ends: i64,
    /// It fails with this text.
    pub(super) failure: Option<String>,
    /// Thousandths of a unit that success costs.
    pub(super) cost_milli: i64,
    pub(super) output: Output,
    /// How many pictures or videos.
    pub(super) count: u32,
    /// Seconds of the result.
    pub(super) seconds: f64,
    /// Slots it holds.
    pub(super) slots: usize,
    pub(super) callback: Option<String>,
}

/// The state of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Submitted,
    Processing,
    Succeeded,
    Failed,
}

impl State {
    pub(super) const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }

    /// The word of a generation.
    pub(super) fn word(self, legacy: bool) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Processing => "processing",
            Self::Succeeded if legacy => "succeed",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Where results are served: scheme, host and port.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a>(pub(super) &'a str);

impl Task {
    pub(super) fn state(&self, now: i64) -> State {
        match () {
            () if now < self.starts => State::Submitted,
            () if now < self.ends => State::Processing,
            () if self.failure.is_some() => State::Failed,
            () => State::Succeeded,
        }
    }

    /// Units taken by now: nothing before the end, nothing for a failure.
    pub(super) fn charged(&self, now: i64) -> i64 {
        if self.state(now) == State::Succeeded { self.cost_milli } else { 0 }
    }

    /// When it last changed.
    fn updated(&self, now: i64) -> i64 {
        match self.state(now) {
            State::Submitted => self.created,
            State::Processing => self.starts,
            State::Succeeded | State::Failed => self.ends,
        }
    }

    fn reason(&self, now: i64) -> &str {
        if self.state(now) == State::Failed { self.failure.as_deref().unwrap_or_default() } else { "" }
    }

    /// As `/tasks`, `/solutions` and callbacks of the new shape show it.
    pub(super) fn new_shape(&self, now: i64, site: Site<'_>) -> Value {
        let mut shown = self.new_created(now);
        if let Some(members) = shown.as_object_mut() {
            let done = self.state(now) == State::Succeeded;
            members.insert("outputs".into(), if done { self.outputs(site) } else { json!([]) });
            members.insert("billing".into(), if self.state(now).is_final() { self.billing(now) } else { json!([]) });
        }
        shown
    }

    /// As the answer of a create on the new generation shows it.
    pub(super) fn new_created(&self, now: i64) -> Value {
        let mut shown = json!({
            "id": self.id, "status": self.state(now).word(false), "message": self.reason(now),
            "create_time": self.created, "update_time": self.updated(now),
        });
        if let (Some(members), Some(external)) = (shown.as_object_mut(), &self.external_id) {
            members.insert("external_id".into(), json!(external));
        }
        shown
    }

    /// As legacy queries and callbacks show it.
    pub(super) fn legacy_shape(&self, now: i64, site: Site<'_>) -> Value {
        let mut shown = self.legacy_created(now);
        let state = self.state(now);
        if let Some(members) = shown.as_object_mut() {
            members.insert("task_status_msg".into(), json!(self.reason(now)));
            if state == State::Succeeded {
                members.insert("task_result".into(), self.task_result(site));
            }
            if state.is_final() {
                members.insert("final_unit_deduction".into(), json!(units(self.charged(now))));
            }
        }
        shown
    }

    /// As the answer of a legacy create shows it.
    pub(super) fn legacy_created(&self, now: i64) -> Value {
        let info = self.external_id.as_ref().map_or_else(|| json!({}), |external| json!({"external_task_id": external}));
        json!({
            "task_id": self.id, "task_status": self.state(now).word(true), "task_info": info,
            "created_at": self.created, "updated_at": self.updated(now),
        })
    }

    fn billing(&self, now: i64) -> Value {
        let charged = self.charged(now);
        json!([{"charge_type": "unit", "amount": units(charged), "package_type": self.product.word()}])
    }

    fn url(&self, at: u32, ending: &str, site: Site<'_>) -> String {
        format!("{}/__sandbox/results/{}/{at}.{ending}", site.0, self.id)
    }

    fn numbers(&self) -> std::ops::Range<u32> {
        0..self.count.max(1)
    }

    fn outputs(&self, site: Site<'_>) -> Value {
        let one = |at: u32| match self.output {
            Output::Video => {
                let url = self.url(at, "mp4", site);
                json!({"type": "video", "id": self.output_id(at), "url": url, "watermark_url": "", "duration": seconds(self.seconds)})
            }
            Output::Image => json!({"type": "image", "url": self.url(at, "png", site), "watermark_url": "", "group_id": "0"}),
            Output::Angles => {
                json!({"type": "image", "url": self.url(at * 3, "png", site), "watermark_url": "", "group_id": at.to_string()})
            }
            Output::Audio => {
                let (mp3, wav) = (self.url(at, "mp3", site), self.url(at, "wav", site));
                let long = seconds(self.seconds);
                json!({"type": "audio", "id": self.output_id(at), "mp3_url": mp3, "wav_url": wav, "mp3_duration": long, "wav_duration": long})
            }
            Output::Element => json!({"type": "element", "id": self.output_id(at), "name": "sandbox element", "status": "succeeded"}),
            Output::Voice => {
                json!({"type": "voice", "id": self.output_id(at), "trial_url": self.url(at, "mp3", site), "status": "succeeded"})
            }
        };
        self.numbers().map(one).collect()
    }

    fn task_result(&self, site: Site<'_>) -> Value {
        let (name, one): (&str, &dyn Fn(u32) -> Value) = match self.output {
            Output::Video => {
                ("videos", &|at| json!({"id": self.output_id(at), "url": self.url(at, "mp4", site), "duration": seconds(self.seconds)}))
            }
            Output::Image => ("images", &|at| json!({"index": at, "url": self.url(at, "png", site)})),
            Output::Angles => ("images", &|at| {
                let [one, two, three] = [0, 1, 2].map(|angle| self.url(at * 3 + angle, "png", site));
                json!({"index": at, "url_1": one, "url_2": two, "url_3": three})
            }),
            Output::Audio => ("audios", &|at| {
                let (mp3, wav) = (self.url(at, "mp3", site), self.url(at, "wav", site));
                let long = seconds(self.seconds);
                json!({"id": self.output_id(at), "url_mp3": mp3, "url_wav": wav, "duration_mp3": long, "duration_wav": long})
            }),
            Output::Element => {
                ("elements", &|at| json!({"element_id": self.output_id(at), "element_name": "sandbox element", "status": "succeed"}))
            }
            Output::Voice => (
                "voices",
                &|at| json!({"voice_id": self.output_id(at), "voice_name": "sandbox voice", "trial_url": self.url(at, "mp3", site)}),
            ),
        };
        json!({ name: self.numbers().map(one).collect::<Vec<_>>() })
    }

    fn output_id(&self, at: u32) -> String {
        format!("{}{at}", self.id)
    }
}

/// Thousandths of a unit as the service writes units: a string.
pub(super) fn units(milli: i64) -> String {
    let (whole, rest) = (milli / 1_000, milli % 1_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
}

fn seconds(value: f64) -> String {
    format!("{value:.1}").trim_end_matches(".0").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_written_without_needless_zeros() {
        assert_eq!([0, 3000, 2400, 50, 1001].map(units), ["0", "3", "2.4", "0.05", "1.001"]);
    }
}
