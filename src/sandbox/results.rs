//! Files of tasks that succeeded, until they are wiped.

use super::account::DAY;
use super::answer::Answer;
use super::assets;
use super::shared::Shared;
use super::task::State;

/// The file at `TASK/NUMBER.ENDING`. Files of calls that ended at once have no task and are always there.
pub(super) fn answer(shared: &Shared, place: &str, now: i64) -> Answer {
    let missing = || Answer::new(404, "text/plain", Vec::new());
    let Some((task, ending)) = place.split_once('/').and_then(|(task, file)| Some((task, file.rsplit_once('.')?.1))) else {
        return missing();
    };
    let seconds = match shared.state().by_id(task) {
        Some(task) if task.state(now) != State::Succeeded => return missing(),
        Some(task) if now >= task.ends.saturating_add(retention(shared)) => return wiped(),
        Some(task) => task.seconds,
        None if task.len() == 18 && task.bytes().all(|byte| byte.is_ascii_digit()) => 3.0,
        None => return missing(),
    };
    assets::file(ending, seconds).map_or_else(missing, |file| Answer::new(200, file.kind, file.bytes))
}

/// Milliseconds that a result is kept.
fn retention(shared: &Shared) -> i64 {
    let told = shared.scenario.results.retention_s.map(|seconds| seconds.saturating_mul(1_000));
    told.unwrap_or(shared.world.table.retention_days * DAY)
}

fn wiped() -> Answer {
    Answer::new(404, "text/plain", "the result was wiped")
}
