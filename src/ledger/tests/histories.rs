//! Random histories, held against a model that knows the rules and nothing of the code.

use proptest::prelude::*;

use super::*;

const DAY: i64 = 5000;
const MONTH: i64 = 9000;

#[derive(Debug, Clone)]
enum Move {
    /// A call for request `number` at a price.
    Call { number: u64, milli: i64 },
    /// The nth intent is written down as being sent.
    Send(usize),
    /// An outcome is told for the nth intent.
    Tell(usize, u8),
    /// The nth intent is settled.
    Settle(usize, i64),
    /// The user decides on the nth intent.
    Resolve(usize, bool),
    /// The clock moves, also back.
    Clock(i64),
    /// The process dies and a new one opens the ledger.
    Crash,
    /// Somebody has seen the price.
    Acknowledge,
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        4 => (0..4_u64, prop_oneof![Just(1000), Just(1), Just(2500)]).prop_map(|(number, milli)| Move::Call { number, milli }),
        4 => (0..6_usize).prop_map(Move::Send),
        6 => (0..6_usize, 0..6_u8).prop_map(|(at, what)| Move::Tell(at, what)),
        2 => (0..6_usize, prop_oneof![Just(0), Just(1000), Just(3000)]).prop_map(|(at, milli)| Move::Settle(at, milli)),
        1 => (0..6_usize, any::<bool>()).prop_map(|(at, made)| Move::Resolve(at, made)),
        2 => prop_oneof![Just(-90_000), Just(-1), Just(601), Just(86_400), Just(4 * 86_400)].prop_map(Move::Clock),
        1 => Just(Move::Crash),
        1 => Just(Move::Acknowledge),
    ]
}

/// An intent as the model sees it.
#[derive(Debug, Clone)]
struct Row {
    number: u64,
    units: i64,
    charged: Option<i64>,
    state: State,
    at: i64,
    stop: bool,
}

impl Row {
    fn counts(&self) -> i64 {
        match self.state {
            State::Rejected | State::RejectedByReconcile | State::Failed => 0,
            State::Settled => self.charged.unwrap(),
            _ => self.units,
        }
    }
}

/// The rules, said once more and differently: a list of arrows and sums over a list.
#[derive(Debug, Default)]
struct Model {
    rows: Vec<Row>,
    clock: i64,
    /// Time of the last entry.
    last: i64,
}

const ARROWS: &[(State, State)] = &[
    (State::Reserved, State::Sending),
    (State::Sending, State::Accepted),
    (State::Sending, State::Rejected),
    (State::Sending, State::Unknown),
    (State::Reserved, State::Rejected),
    (State::Unknown, State::Accepted),
    (State::Unknown, State::RejectedByReconcile),
    (State::Unknown, State::Held),
    (State::Held, State::Accepted),
    (State::Held, State::RejectedByReconcile),
    (State::Accepted, State::Succeeded),
    (State::Accepted, State::Failed),
    (State::Succeeded, State::Settled),
    (State::Failed, State::Settled),
];

impl Model {
    fn time(&self) -> i64 {
        self.clock.max(self.last)
    }

    /// The sum of the day, and that of the month.
    fn spent(&self) -> [i64; 2] {
        let date = |at: i64| jiff::Timestamp::from_second(at).unwrap().strftime("%F").to_string();
        let today = date(self.time());
        let sum = |letters: usize| {
            let inside = |row: &&Row| date(row.at)[..letters] == today[..letters] && row.at <= self.time();
            self.rows.iter().filter(inside).map(Row::counts).sum()
        };
        [sum("2026-11-26".len()), sum("2026-11".len())]
    }

    /// What a call must lead to: a word, and the place of the row.
    fn call(&mut self, number: u64, units: i64) -> String {
        let (time, free) = (self.time(), |row: &Row| {
            matches!(row.state, State::Rejected | State::RejectedByReconcile | State::Failed) || row.charged == Some(0)
        });
        if let Some(at) = self.rows.iter().rposition(|row| row.number == number && row.at >= time - 600 && !free(row)) {
            return format!("same {at}");
        }
        if self.rows.iter().any(|row| row.stop) {
            return "stop".to_owned();
        }
        let [day, month] = self.spent();
        if day + units > DAY || month + units > MONTH {
            return "over".to_owned();
        }
        self.rows.push(Row { number, units, charged: None, state: State::Reserved, at: time, stop: false });
        self.last = time;
        format!("new {}", self.rows.len() - 1)
    }

    /// Whether the row may take the step, and takes it.
    fn step(&mut self, at: usize, to: State) -> bool {
        let time = self.time();
        let row = &mut self.rows[at];
        let may = ARROWS.contains(&(row.state, to));
        if may {
            row.state = to;
            self.last = time;
        }
        may
    }

    fn settle(&mut self, at: usize, charged: i64) -> bool {
        let (row, failed) = (self.rows[at].clone(), self.rows[at].state == State::Failed);
        if row.state == State::Settled {
            return row.charged == Some(charged);
        }
        let may = self.step(at, State::Settled);
        if may {
            self.rows[at].charged = Some(charged);
            self.rows[at].stop = charged * 10 > if failed { 0 } else { row.units * 11 };
        }
        may
    }

    fn crash(&mut self) {
        for at in 0..self.rows.len() {
            let to = match self.rows[at].state {
                State::Reserved => State::Rejected,
                State::Sending => State::Unknown,
                _ => continue,
            };
            assert!(self.step(at, to));
        }
    }
}

/// The ledger under test beside its model.
struct Trial {
    place: Place,
    ledger: Option<Bench>,
    names: Vec<String>,
    reservations: Vec<Reservation>,
    model: Model,
}

impl Trial {
    fn new(place: Place) -> Self {
        let ledger = Some(bench(&place));
        Self { place, ledger, names: Vec::new(), reservations: Vec::new(), model: Model { clock: NOON, ..Model::default() } }
    }

    fn bench(&self) -> &Bench {
        self.ledger.as_ref().unwrap()
    }

    fn call(&mut self, number: u64, milli: i64) {
        let got = match self.bench().try_reserve(&terms(number, milli)) {
            Ok(Reserved::Now(reservation)) => {
                self.names.push(reservation.external_id().to_owned());
                self.reservations.push(reservation);
                format!("new {}", self.names.len() - 1)
            }
            Ok(Reserved::Deduplicated(intent)) => {
                format!("same {}", self.names.iter().position(|name| *name == intent.external_id).unwrap())
            }
            Err(LedgerError::PriceStop { .. }) => "stop".to_owned(),
            Err(LedgerError::OverCap { .. }) => "over".to_owned(),
            Err(error) => panic!("{error:?}"),
        };
        assert_eq!(got, self.model.call(number, milli));
    }

    fn tell(&mut self, at: usize, what: u8) {
        let outcome =
            [refused(), created("t"), lost(), Outcome::NeverFound, Outcome::Succeeded, Outcome::Failed][usize::from(what)].clone();
        let from = self.model.rows[at].state;
        let to = outcome.leads_to(from);
        let told = self.bench().record(&self.names[at], &outcome).is_ok();
        // To tell what is known already is no step, and no error.
        assert_eq!(told, from == to || self.model.step(at, to), "{from} {to}");
    }

    fn resolve(&mut self, at: usize, made: bool) {
        let done = self.bench().resolve(&self.names[at], made, None).is_ok();
        assert_eq!(done, self.model.rows[at].state == State::Held);
        if done && made {
            for to in [State::Accepted, State::Succeeded] {
                assert!(self.model.step(at, to));
            }
            let units = self.model.rows[at].units;
            assert!(self.model.settle(at, units));
        } else if done {
            assert!(self.model.step(at, State::RejectedByReconcile));
        }
    }

    fn crash(&mut self) {
        self.ledger = None;
        let next = Bench::unchecked(self.place.store(), caps());
        next.set_clock(self.model.clock);
        next.start().unwrap();
        self.ledger = Some(next);
        self.model.crash();
    }

    fn go(&mut self, step: &Move) {
        let known = |at: &usize| *at < self.names.len();
        match step {
            Move::Call { number, milli } => self.call(*number, *milli),
            Move::Send(at) if known(at) => {
                assert_eq!(self.bench().sending(&self.reservations[*at]).is_ok(), self.model.step(*at, State::Sending));
            }
            Move::Tell(at, what) if known(at) => self.tell(*at, *what),
            Move::Settle(at, milli) if known(at) => {
                assert_eq!(self.bench().settle(&self.names[*at], units(*milli)).is_ok(), self.model.settle(*at, *milli));
            }
            Move::Resolve(at, made) if known(at) => self.resolve(*at, *made),
            Move::Clock(by) => {
                self.model.clock += by;
                self.bench().set_clock(self.model.clock);
            }
            Move::Crash => self.crash(),
            Move::Acknowledge => self.acknowledge(),
            _ => {}
        }
    }

    fn acknowledge(&mut self) {
        let stops = self.model.rows.iter().filter(|row| row.stop).count();
        assert_eq!(self.bench().acknowledge().unwrap().len(), stops);
        if stops > 0 {
            self.model.last = self.model.time();
        }
        self.model.rows.iter_mut().for_each(|row| row.stop = false);
    }

    /// Rows, sum and chain are what the model says.
    fn hold(&self) {
        let mut rows = self.bench().recent(1000).unwrap();
        rows.reverse();
        let got: Vec<(State, i64, i64)> = rows.iter().map(|row| (row.state, row.counts().milli(), row.reserved_at)).collect();
        let expected: Vec<(State, i64, i64)> = self.model.rows.iter().map(|row| (row.state, row.counts(), row.at)).collect();
        assert_eq!(got, expected);
        assert_eq!(self.bench().balance("account").unwrap().map(|window| window.spent.milli()), self.model.spent());
        self.bench().verify().unwrap();
    }
}

fn bench(place: &Place) -> Bench {
    Bench::over(place.store(), caps())
}

fn caps() -> Caps {
    Caps { day: units(DAY), month: units(MONTH), unattended: Units::ZERO }
}

fn run(place: Place, history: &[Move]) {
    let mut trial = Trial::new(place);
    for step in history {
        trial.go(step);
    }
    trial.hold();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn the_ledger_does_what_the_model_says_in_memory(history in prop::collection::vec(moves(), 1..60)) {
        run(Place::memory(), &history);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(16) })]

    #[test]
    fn the_ledger_does_what_the_model_says_in_the_file(history in prop::collection::vec(moves(), 1..60)) {
        run(Place::file(), &history);
    }
}
