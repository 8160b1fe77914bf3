//! Waits for a task: asks, tells how far it is, and stops at its end or when the wait is over.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::host::Host;
use super::operator::READ_TIMEOUT;
use crate::kling::{Client, Product, ReadError, Task, Wanted};

/// How a wait is spent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Longest wait.
    pub(super) wait: Duration,
    /// Between two questions.
    pub(super) every: Duration,
}

/// Asks until the task has ended or the wait is over; the last that was seen. A failed question does not end the wait.
///
/// # Errors
/// When not one question was answered.
pub(super) async fn follow<K>(
    client: &Client<K>,
    product: &Product,
    wanted: Wanted<'_>,
    pace: Pace,
    host: &dyn Host,
) -> Result<Option<Task>, ReadError> {
    let started = Instant::now();
    let mut last: Result<Option<Task>, ReadError> = Ok(None);
    loop {
        let seen = client.task(product, wanted, READ_TIMEOUT).await;
        if last.is_err() || seen.is_ok() {
            last = seen;
        }
        let ended = matches!(&last, Ok(Some(task)) if task.status.is_final());
        if ended || started.elapsed() + pace.every > pace.wait {
            return last;
        }
        let word = if let Ok(Some(task)) = &last { super::tell::status(task) } else { "asking".to_owned() };
        host.progress(share(started.elapsed(), pace.wait), &format!("task is {word}")).await;
        sleep(pace.every).await;
    }
}

/// The share of the wait that is over; how far the task is, the service does not say.
fn share(spent: Duration, all: Duration) -> Option<f64> {
    (!all.is_zero()).then(|| (spent.as_secs_f64() / all.as_secs_f64()).min(0.99))
}
