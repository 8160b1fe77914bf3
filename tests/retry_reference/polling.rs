//! R12: intervals and schedules of status queries, in closed form and as the simulator counts them.

use klingai_mcp::retry::backoff::{Backoff, Jitter};
use klingai_mcp::retry::law::Law;
use klingai_mcp::retry::poll::{Schedule, best_interval, best_schedule, fixed_interval};
use klingai_mcp::retry::simulate::{Arrivals, Run, Strategy, World, simulate};

use crate::seeds::figures;

const M: f64 = 180.0;

#[track_caller]
fn near(got: f64, wanted: f64) {
    assert!((got / wanted - 1.0).abs() <= 0.01, "{got} for {wanted}");
}

#[test]
fn r12_fixed_intervals_cost_what_the_closed_form_says() {
    for (gap, polls, lag) in [(5.0, 36.502, 2.512), (10.0, 18.505, 5.046), (30.0, 6.514, 15.416), (60.0, 3.528, 31.664)] {
        let (closed, expected) = (fixed_interval(gap, M), Schedule::every(gap).expected(Law::Exponential(M)));
        for (got_polls, got_lag) in [closed, expected] {
            near(got_polls, polls);
            near(got_lag, lag);
        }
    }
}

#[test]
fn r12_the_best_interval_balances_queries_and_lag() {
    for (c2, gap, cost) in [(1.0, 18.65, 19.646), (0.1, 56.84, 6.684), (0.01, 161.5, 2.615)] {
        let best = best_interval(1.0, c2, M);
        near(best, gap);
        let (polls, lag) = fixed_interval(best, M);
        near(polls + c2 * lag, cost);
    }
}

#[test]
fn r12_the_best_schedules_for_a_gamma_law_are_the_published_ones() {
    let law = Law::Gamma { mean: M, shape: 9.0 };
    let rows: [(f64, f64, f64, &[f64]); 3] = [
        (2.0, 5.22, 10.0, &[115.0, 140.0, 160.0, 177.0, 193.0, 208.0, 222.0]),
        (10.0, 2.57, 21.7, &[149.0, 188.0, 220.0, 249.0, 276.0]),
        (20.0, 1.99, 30.0, &[168.0, 215.0, 254.0, 290.0, 324.0]),
    ];
    for (worth, polls, lag, times) in rows {
        let schedule = best_schedule(law, worth);
        let (got_polls, got_lag) = schedule.expected(law);
        near(got_polls, polls);
        near(got_lag, lag);
        for (got, wanted) in schedule.at_s.iter().zip(times) {
            assert!((got - wanted).abs() <= 1.0, "{worth}: {:?}", schedule.at_s);
        }
    }
}

#[test]
fn r12_the_simulator_counts_the_same_queries() {
    let world = World::new(50, Arrivals::Poisson(0.05), Law::Exponential(M));
    let mut strategy = Strategy::slot_queue("queue", 50, M, Backoff::new(1.0, 60.0, Jitter::Full));
    strategy.poll = Some(Schedule::every(10.0));
    let [polls, lag] = figures(|seed| {
        let stats = simulate(&world, &strategy, Run::new(20_000, seed));
        let slots = stats.slot_seconds / stats.jobs as f64;
        [stats.polls as f64 / stats.jobs as f64, stats.mean_completion() - stats.mean_wait() - slots]
    });
    polls.exactly("R12 polls at 10 s", 18.505, 0.01);
    lag.exactly("R12 lag at 10 s", 5.046, 0.01);
}
