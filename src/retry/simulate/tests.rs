use super::*;
use crate::retry::backoff::{Backoff, Jitter};
use crate::retry::law::Law;
use crate::retry::num::real;
use crate::retry::poll::Schedule;
use crate::retry::queueing::{erlang_b, mean_wait};

const FULL: Backoff = Backoff::new(1.0, 60.0, Jitter::Full);

fn five_slots() -> World {
    World::new(5, Arrivals::Poisson(4.0 / 180.0), Law::Exponential(180.0))
}

#[test]
fn the_share_refused_at_the_first_try_is_erlang_b() {
    let stats = simulate(&five_slots(), &Strategy::backoff("none", FULL, 1), Run::new(60_000, 1));
    assert!((stats.lost_share() / erlang_b(5, 4.0) - 1.0).abs() < 0.03, "{}", stats.lost_share());
}

#[test]
fn a_queue_before_the_slots_loses_nothing_and_waits_as_erlang_c_says() {
    let waits: Vec<f64> = (0..8)
        .map(|seed| {
            let stats =
                simulate(&five_slots(), &Strategy::slot_queue("queue", 5, 18.0, FULL), Run { warmup: 2_000, ..Run::new(30_000, seed) });
            assert_eq!((stats.lost, stats.creates, stats.busy), (0, 30_000, 0));
            stats.mean_wait()
        })
        .collect();
    let mean = waits.iter().sum::<f64>() / 8.0;
    assert!((mean / mean_wait(5, 4.0, 180.0).unwrap() - 1.0).abs() < 0.1, "{waits:?}");
}

#[test]
fn the_same_seed_gives_the_same_counts_and_another_seed_others() {
    let run = |seed| simulate(&five_slots(), &Strategy::backoff("five", FULL, 5), Run::new(2_000, seed));
    assert_eq!(run(3), run(3));
    assert_ne!(run(3).creates, run(4).creates);
}

#[test]
fn the_sum_of_waits_is_the_area_under_the_number_waiting() {
    for strategy in [Strategy::backoff("five", FULL, 5), Strategy::slot_queue("queue", 5, 18.0, FULL)] {
        let stats = simulate(&five_slots(), &strategy, Run::new(5_000, 9));
        assert!((stats.waiting_seconds / stats.wait_sum - 1.0).abs() < 1e-9, "{}", strategy.name);
    }
}

#[test]
fn blind_retries_after_lost_answers_make_second_tasks_and_looking_first_makes_none() {
    let world = World { lost_answer: 0.05, lost_request: 0.05, ..five_slots() };
    let blind = simulate(&world, &Strategy::backoff("blind", FULL, 5), Run::new(4_000, 2));
    let careful = simulate(&world, &Strategy::slot_queue("queue", 5, 18.0, FULL), Run::new(4_000, 2));
    assert!(blind.duplicates > 100 && blind.at_risk >= blind.duplicates, "{blind:?}", blind = blind.duplicates);
    assert_eq!((careful.duplicates, careful.at_risk, careful.lost), (0, 0, 0));
    assert!(careful.ambiguous > 300 && careful.looks >= careful.ambiguous);
}

#[test]
fn a_pack_that_runs_out_ends_the_creates_of_a_client_that_stops() {
    let world = World { pack_tasks: Some(1_000), ..five_slots() };
    let stats = simulate(&world, &Strategy::slot_queue("queue", 5, 18.0, FULL), Run::new(1_500, 2));
    assert_eq!((stats.done, stats.lost, stats.account), (1_000, 500, 1), "the circuit opens at the first refusal");
    let stops = Strategy { circuit: false, ..Strategy::slot_queue("stops", 5, 18.0, FULL) };
    assert_eq!(simulate(&world, &stops, Run::new(1_500, 2)).account, 500);
    let naive = Strategy { on_account: Reaction::Backoff, ..Strategy::backoff("naive", FULL, 10) };
    assert!(simulate(&world, &naive, Run::new(1_500, 2)).account > 2_000);
}

#[test]
fn other_users_of_the_account_delay_the_queue_and_lose_nothing() {
    let world = World { others_per_s: 2.0 / 180.0, arrivals: Arrivals::Poisson(2.0 / 180.0), ..five_slots() };
    let stats = simulate(&world, &Strategy::slot_queue("queue", 5, 18.0, FULL), Run::new(5_000, 2));
    assert_eq!((stats.lost, stats.done), (0, 5_000));
    assert!(stats.busy > 0 && stats.creates_per_job() < 2.0, "{}", stats.creates_per_job());
}

#[test]
fn a_limit_that_is_not_known_is_learned_from_both_sides() {
    let world = World::new(9, Arrivals::Batch, Law::Exponential(100.0));
    for guess in [2, 30] {
        let mut strategy = Strategy::slot_queue("queue", guess, 10.0, FULL);
        strategy.queue = strategy.queue.map(|queue| SlotQueue { learn: true, ..queue });
        let stats = simulate(&world, &strategy, Run::new(3_000, 2));
        let use_of_slots = stats.slot_seconds / stats.end_s / 9.0;
        assert!(use_of_slots > 0.9, "{guess}: {use_of_slots}");
        assert!(stats.creates_per_job() < 1.1, "{guess}: {}", stats.creates_per_job());
    }
}

#[test]
fn an_outage_and_a_rate_limit_delay_and_do_not_lose() {
    let world = World { outages: vec![(500.0, 300.0)], rate_per_s: Some(0.5), ..World::new(20, Arrivals::Poisson(0.1), Law::Fixed(100.0)) };
    let stats = simulate(&world, &Strategy::slot_queue("queue", 20, 10.0, FULL), Run::new(2_000, 2));
    assert_eq!((stats.done, stats.duplicates, stats.cut), (2_000, 0, false));
    assert!(stats.ambiguous > 0 && stats.rate > 0);
}

#[test]
fn a_job_of_several_slots_takes_them_together() {
    let world = World { slots_per_job: 4, ..World::new(9, Arrivals::Batch, Law::Fixed(10.0)) };
    let stats = simulate(&world, &Strategy::slot_queue("queue", 9, 10.0, FULL), Run::new(20, 2));
    assert_eq!((stats.done, stats.creates), (20, 20));
    assert!((stats.end_s - 100.0).abs() < 1e-6 && (stats.slot_seconds - 800.0).abs() < 1e-6);
}

#[test]
fn a_run_is_cut_at_its_most_events() {
    let stats = simulate(&five_slots(), &Strategy::backoff("five", FULL, 5), Run { most_events: 100, ..Run::new(2_000, 1) });
    assert!(stats.cut && stats.events == 101 && real(stats.jobs) < 100.0);
}

#[test]
fn a_trace_holds_every_call_that_a_run_counts() {
    let mut world = World { lost_answer: 0.1, lost_request: 0.1, rate_per_s: Some(0.05), others_per_s: 0.01, ..five_slots() };
    world.faults = vec![Fault { creates_only: false, first: Some(9), accepted: true, failure: Failure::Ambiguous }];
    let strategy = Strategy { poll: Some(Schedule::every(30.0)), ..Strategy::slot_queue("queue", 5, 18.0, FULL) };
    let run = Run::new(500, 4);
    let (stats, (calls, _)) = (simulate(&world, &strategy, run), trace(&world, &strategy, run));
    let count = |call| calls.iter().filter(|row| row.call == call).count() as u64;
    assert_eq!((count(Asked::Create), count(Asked::Look), count(Asked::Query)), (stats.creates, stats.looks, stats.polls));
    assert!(stats.looks > 50 && stats.rate > 0 && stats.polls > 500, "{stats:?}");
    assert!(calls.is_sorted_by_key(|row| row.at_s.to_bits()));
}

#[test]
fn a_place_that_is_freed_when_the_create_returns_bounds_nothing() {
    let freed = |limit| {
        let mut strategy = Strategy::slot_queue("freed", limit, 10.0, FULL);
        strategy.queue = strategy.queue.map(|queue| SlotQueue { freed_on_create: true, ..queue });
        Strategy { on_busy: Reaction::Stop, ..strategy }
    };
    let world = World::new(5, Arrivals::Batch, Law::Fixed(100.0));
    let stats = simulate(&world, &freed(5), Run::new(20_000, 1));
    assert_eq!((stats.done, stats.lost), (5, 19_995), "all are sent at once, and no call stack grows with them");
    let kept = Strategy { on_busy: Reaction::Stop, ..Strategy::slot_queue("kept", 5, 10.0, FULL) };
    assert_eq!(simulate(&world, &kept, Run::new(200, 1)).lost, 0);
}

#[test]
fn layers_inside_multiply_the_calls_and_keep_their_own_delays() {
    let world = World { outages: vec![(0.0, 1e9)], ..World::new(5, Arrivals::Batch, Law::Fixed(10.0)) };
    let fixed = |seconds| Backoff::new(seconds, seconds, Jitter::Fixed);
    let strategy = Strategy { inner: Some((3, fixed(1.0))), ..Strategy::backoff("stacked", fixed(100.0), 12) };
    let stats = simulate(&world, &strategy, Run::new(1, 1));
    assert_eq!((stats.creates, stats.lost), (12, 1));
    assert!((stats.end_s - (4.0 * 2.0 + 3.0 * 100.0)).abs() < 1e-9, "{}", stats.end_s);
}

#[test]
fn a_deadline_ends_the_retries_of_a_job() {
    let world = World { outages: vec![(0.0, 1e9)], ..World::new(5, Arrivals::Batch, Law::Fixed(10.0)) };
    let strategy = Strategy { deadline_s: Some(35.0), ..Strategy::backoff("deadline", Backoff::new(10.0, 10.0, Jitter::Fixed), u32::MAX) };
    let stats = simulate(&world, &strategy, Run::new(1, 1));
    assert_eq!((stats.creates, stats.lost, stats.cut), (4, 1, false));
}

#[test]
fn slots_that_others_hold_are_not_ours() {
    let world = World { held_slots: 3, ..World::new(5, Arrivals::Batch, Law::Fixed(100.0)) };
    let stats = simulate(&world, &Strategy::slot_queue("queue", 2, 10.0, FULL), Run::new(10, 1));
    assert_eq!((stats.done, stats.creates), (10, 10));
    assert!((stats.end_s - 500.0).abs() < 1e-6, "{}", stats.end_s);
}
