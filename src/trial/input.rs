//! What a test is asked to do.

use crate::validate;

use super::Mode;

/// Longest wait inside one call, in seconds; hosts give up after a minute.
pub const LONGEST_WAIT_S: u32 = 45;
/// Wait when none is given, in seconds.
pub(super) const USUAL_WAIT_S: u32 = 20;

/// What a test is asked to do.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// How.
    pub mode: Mode,
    /// A curl command, raw HTTP, HAR entry, code or JSON; nothing: the cheapest generation of a current model.
    pub request: Option<String>,
    /// The request in parts.
    pub parts: validate::Parts,
    /// The failure that the sandbox raises.
    pub scenario: Option<String>,
    /// Task to look at.
    pub task_id: Option<String>,
    /// The same by our id.
    pub external_task_id: Option<String>,
    /// A paid call may cost at most this many units.
    pub max_units: Option<f64>,
    /// Id of the quote that a person agreed to.
    pub confirm: Option<String>,
    /// How long to wait for the task, in seconds.
    pub wait_s: Option<u32>,
}

impl Input {
    /// The request as the validator takes it.
    pub(super) fn to_check(&self) -> validate::Input {
        validate::Input { request: self.request.clone(), parts: self.parts.clone(), ..validate::Input::default() }
    }

    /// Whether the caller gave a request at all.
    pub(super) fn has_request(&self) -> bool {
        let filled = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        filled(&self.request) || filled(&self.parts.endpoint) || filled(&self.parts.body)
    }

    /// Seconds to wait, within bounds.
    pub(super) fn wait(&self) -> std::time::Duration {
        std::time::Duration::from_secs(u64::from(self.wait_s.unwrap_or(USUAL_WAIT_S).min(LONGEST_WAIT_S)))
    }
}
