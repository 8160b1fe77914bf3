//! Retry budgets: what bounds the extra load that retries put on a service that is failing.
//!
//! A number of attempts bounds one call. When everything fails, every call uses all of them, and the load multiplies at the
//! worst moment; a budget is shared by all calls and keeps the sum bounded.

/// A bucket of retry tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    tokens: f64,
    cap: f64,
    per_success: f64,
    per_request: f64,
}

impl Budget {
    /// Every success earns `ratio` of a retry (Brooker 2022); the load stays at or below `1 / (1 - ratio)`. Starts empty.
    pub const fn per_success(ratio: f64, cap: f64) -> Self {
        Self { tokens: 0.0, cap, per_success: ratio, per_request: 0.0 }
    }

    /// Every request earns `ratio` of a retry (finagle, linkerd, tower); the load stays at or below `1 + ratio`. Starts empty.
    pub const fn per_request(ratio: f64, cap: f64) -> Self {
        Self { tokens: 0.0, cap, per_success: 0.0, per_request: ratio }
    }

    /// The quota of the AWS SDKs since 2026-11-10: full at the start, a retry costs 14 (transient) or 5 (throttle).
    pub const fn aws() -> Self {
        Self { tokens: AWS_QUOTA, cap: AWS_QUOTA, per_success: 1.0, per_request: 0.0 }
    }

    /// A first attempt is made.
    pub fn requested(&mut self) {
        self.earn(self.per_request);
    }

    /// A first attempt succeeded.
    pub fn succeeded(&mut self) {
        self.earn(self.per_success);
    }

    /// Gives back what a retry had cost, when it succeeded.
    pub fn refund(&mut self, cost: f64) {
        self.earn(cost);
    }

    /// Takes `cost` for a retry, or says that there is not enough.
    pub fn take(&mut self, cost: f64) -> bool {
        let enough = self.tokens >= cost - 1e-9;
        if enough {
            self.tokens -= cost;
        }
        enough
    }

    fn earn(&mut self, tokens: f64) {
        self.tokens = (self.tokens + tokens).min(self.cap);
    }
}

/// Tokens of a full AWS quota.
const AWS_QUOTA: f64 = 500.0;
/// What a retry after a transient failure costs there.
pub const AWS_TRANSIENT_COST: f64 = 14.0;
/// What a retry after a throttling answer costs there.
pub const AWS_THROTTLE_COST: f64 = 5.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_aws_quota_pays_for_35_transient_or_100_throttle_retries() {
        let count = |cost| {
            let mut budget = Budget::aws();
            (0..1_000).filter(|_| budget.take(cost)).count()
        };
        assert_eq!((count(AWS_TRANSIENT_COST), count(AWS_THROTTLE_COST)), (35, 100));
        assert_eq!((count(10.0), count(5.0)), (50, 100), "the costs of older versions");
    }

    #[test]
    fn a_success_never_fills_a_bucket_beyond_its_cap() {
        let mut budget = Budget::per_success(0.1, 1.0);
        (0..100).for_each(|_| budget.succeeded());
        assert!(budget.take(1.0) && !budget.take(1.0));
    }
}
