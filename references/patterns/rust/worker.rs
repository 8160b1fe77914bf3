// Runs Kling jobs so that none is lost and none is paid twice: cargo run -- JOBS JOURNAL
//
// JOBS has a line for each job: an id of your own (it becomes external_task_id), the path, the body as JSON:
//     film-0001 /text-to-video/kling-3.0-turbo {"prompt": "a fox", "settings": {"duration": 3}}
// JOURNAL is written before each create; started again with the same two files, it goes on where it stopped.
// KLING_API_KEY holds the key, KLING_BASE_URL the host. One loop, one call at a time: nothing to lock.
// Needs: cargo add reqwest serde_json tokio -F tokio/full
use std::collections::hash_map::{HashMap, RandomState};
use std::collections::{HashSet, VecDeque};
use std::env;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::mem::take;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use reqwest::{Client, redirect::Policy};
use serde_json::{Map, Value, json};

// The numbers of the policy; times in seconds, 0 attempts: until the deadline.
const DEADLINE: f64 = 2127.0; // policy: deadline_s
const SLOTS: usize = 5; // policy: slots.limit
const SLOTS_PER_JOB: usize = 1; // policy: slots.per_job
const LEARN_SLOTS: usize = 0; // policy: slots.learn
const GROW_AFTER: usize = 20; // policy: slots.grow_after
const PROBE: f64 = 17.5; // policy: slots.probe_s
const POLL_AT: &[f64] = &[84.0, 100.0, 112.0, 124.0, 134.0, 144.0, 154.0, 164.0]; // policy: poll.at_s
const POLL_EVERY: f64 = 10.0; // policy: poll.then_every_s
const POLL_STOP: f64 = 1669.0; // policy: poll.stop_after_s
const POLL_JITTER: f64 = 0.1; // policy: poll.jitter
const IDS_PER_QUERY: usize = 20; // policy: poll.ids_per_query
const LOOK_AFTER: &[f64] = &[0.0, 10.0]; // policy: reconcile.look_after_s
const CREATE_ATTEMPTS: usize = 0; // policy: create.max_attempts
const CREATE_BASE: f64 = 1.0; // policy: create.base_s
const CREATE_CAP: f64 = 60.0; // policy: create.cap_s
const READ_ATTEMPTS: i32 = 3; // policy: reads.max_attempts
const READ_BASE: f64 = 1.0; // policy: reads.base_s
const READ_CAP: f64 = 20.0; // policy: reads.cap_s
const READ_BUDGET: f64 = 0.2; // policy: reads.budget_ratio
const CODES: [(Outcome, &[i64]); 4] = [
    (Outcome::Slots, &[1303]),                     // policy: codes.slots
    (Outcome::Rate, &[1302]),                      // policy: codes.rate
    (Outcome::Account, &[1100, 1101, 1102, 1304]), // policy: codes.account
    (Outcome::Request, &[1000, 1001, 1002, 1003, 1004, 1103, 1200, 1201, 1202, 1203, 1300, 1301]), // policy: codes.request
];

/// What a create came to.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Ok,
    Slots,
    Rate,
    Account,
    Request,
    Unclear,
}

#[derive(Default)]
struct Job {
    id: String,
    path: String,
    body: Map<String, Value>,
    task: String,
    creates: usize,
    since: f64,    // when the task was accepted, or the create became unclear
    due: f64,      // when to ask next
    at: f64,       // that time in the schedule
    looks: usize,  // look-ups that said: not there
    failures: i32, // reads in a row that failed
}

struct Answer {
    status: u16,       // 0: no answer came
    code: Option<i64>, // none: the body is not Kling's envelope
    message: String,
    data: Value,
    sent: bool, // false: the request never left
}

impl Answer {
    fn ok(&self) -> bool {
        self.code == Some(0)
    }

    fn outcome(&self) -> Outcome {
        let Answer { status, code, message, .. } = self;
        let known = CODES.iter().find(|(_, codes)| code.is_some_and(|code| codes.contains(&code)));
        match known {
            _ if self.ok() && self.data["id"].is_string() => Outcome::Ok,
            _ if !self.sent => Outcome::Rate,
            _ if *status == 401 => Outcome::Account, // the key: no other job would fare better
            _ if message.contains("already exists") => Outcome::Unclear, // an earlier send arrived
            Some((name, _)) => *name,
            None if code.is_none() && (300..500).contains(status) => Outcome::Request,
            None => Outcome::Unclear,
        }
    }

    fn why(&self) -> String {
        self.code.map_or("no code:".into(), |code| code.to_string()) + " " + &self.message
    }
}

fn read(status: u16, text: &str) -> Answer {
    let mut value: Value = serde_json::from_str(text).unwrap_or_default();
    let code = value["code"].as_i64();
    let message = match code {
        Some(_) => value["message"].as_str().unwrap_or_default().into(),
        None => text.chars().take(100).collect(),
    };
    Answer { status, code, message, data: value.get_mut("data").map(Value::take).unwrap_or_default(), sent: true }
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn now() -> f64 {
    START.elapsed().as_secs_f64()
}

/// A random number from 0 to 1: the keys of the standard hasher are random, which is enough for jitter.
fn draw() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

fn backoff(base: f64, cap: f64, retries: i32) -> f64 {
    draw() * cap.min(base * 2_f64.powi(retries)) // full jitter
}

struct Worker {
    base_url: String,
    key: String,
    client: Client,
    journal: File,
    jobs: usize,
    queue: VecDeque<Job>,
    unclear: Vec<Job>, // the create may have made a task
    running: Vec<Job>,
    held: usize, // slots of tasks that were given up unseen
    limit: usize,
    row: usize, // creates accepted in a row at the limit
    refusals: i32,
    probe_at: f64,
    backoff_until: f64,
    budget: f64, // retries of reads that may be made
    stopped: bool,
    bad: usize,
}

impl Worker {
    /// Puts each job where the journal left it.
    fn resume(&mut self, jobs: Vec<Job>, journal: &str) {
        let lines = journal.lines().filter_map(|line| line.split_once(' '));
        let last: HashMap<&str, &str> = lines.collect();
        for mut job in jobs {
            let mut words = last.get(job.id.as_str()).copied().unwrap_or("").split(' ');
            match (words.next().unwrap_or(""), words.next()) {
                ("task" | "unknown", Some(task)) => {
                    job.task = task.into();
                    self.running.push(job);
                }
                ("" | "waiting", _) => self.queue.push_back(job),
                ("failed" | "refused", _) => self.bad += 1,
                ("succeeded", _) => {}
                _ => self.unclear.push(job), // also a line that a crash cut off
            }
        }
    }

    /// On the disk before anything else happens.
    fn note(&mut self, job: &Job, word: &str, value: &str) -> io::Result<()> {
        let line = format!("{} {word} {value}", job.id);
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.journal.write_all(format!("{line}\n").as_bytes())?;
        self.journal.sync_data()?;
        println!("{line}");
        Ok(())
    }

    async fn call(&self, path: &str, body: Option<&Map<String, Value>>) -> Answer {
        let url = format!("{}{path}", self.base_url);
        let request = match body {
            Some(body) => self.client.post(url).body(json!(body).to_string()),
            None => self.client.get(url),
        };
        let request = request.bearer_auth(&self.key).header("Content-Type", "application/json");
        let lost = |error: reqwest::Error| Answer {
            status: 0,
            code: None,
            message: error.to_string(),
            data: Value::Null,
            sent: !error.is_connect(),
        };
        match request.send().await {
            Ok(reply) => {
                let status = reply.status().as_u16();
                reply.text().await.map_or_else(lost, |text| read(status, &text))
            }
            Err(error) => lost(error),
        }
    }

    fn free(&self) -> usize {
        self.limit.saturating_sub(self.running.len() + self.unclear.len() + self.held)
    }

    fn may_create(&self) -> bool {
        !self.queue.is_empty() && !self.stopped && self.free() > 0
    }

    /// True when every job has its result.
    async fn run(&mut self) -> io::Result<bool> {
        while (!self.running.is_empty() || !self.unclear.is_empty() || self.may_create()) && now() < DEADLINE {
            let mut next = self.running.iter().chain(&self.unclear).map(|job| job.due).fold(DEADLINE, f64::min);
            if self.may_create() {
                let at = self.probe_at.max(self.backoff_until);
                if at <= now()
                    && let Some(job) = self.queue.pop_front()
                {
                    self.create(job).await?;
                    continue;
                }
                next = next.min(at);
            }
            tokio::time::sleep(Duration::from_secs_f64((next - now()).max(0.0))).await;
            let woken = now();
            // The first one last: what never arrived goes back to the head of the queue.
            while let Some(index) = self.unclear.iter().rposition(|job| job.due <= woken) {
                self.look_up(index).await?;
            }
            self.poll().await?;
        }
        let open: Vec<Job> = take(&mut self.running).into_iter().chain(take(&mut self.unclear)).collect();
        for job in &open {
            self.note(job, "unknown", &job.task)?; // it may still end well: run again later, never create again
        }
        let (bad, unknown, left) = (self.bad - self.held, open.len() + self.held, self.queue.len());
        let good = self.jobs - bad - unknown - left;
        eprintln!("{good} succeeded, {bad} failed or refused, {unknown} unknown (may be billed), {left} not sent");
        Ok(good == self.jobs)
    }

    async fn create(&mut self, mut job: Job) -> io::Result<()> {
        self.note(&job, "sending", "")?;
        job.creates += 1;
        let options = job.body.entry("options").or_insert_with(|| json!({}));
        options["external_task_id"] = json!(job.id);
        let answer = self.call(&job.path, Some(&job.body)).await;
        match answer.outcome() {
            Outcome::Ok => self.started(job, answer.data["id"].as_str().unwrap_or_default()),
            Outcome::Unclear => {
                let now = now();
                self.unclear.push(Job { since: now, looks: 0, due: now + LOOK_AFTER[0], ..job });
                Ok(())
            }
            Outcome::Request => {
                self.bad += 1;
                self.note(&job, "refused", &answer.why())
            }
            came => {
                self.again(job, &answer.why())?;
                self.wait(came, &answer);
                Ok(())
            }
        }
    }

    /// Nothing was created: the job goes back to the head of the queue.
    fn again(&mut self, job: Job, why: &str) -> io::Result<()> {
        if CREATE_ATTEMPTS > 0 && job.creates >= CREATE_ATTEMPTS {
            self.bad += 1;
            return self.note(&job, "refused", why);
        }
        self.note(&job, "waiting", why)?;
        self.queue.push_front(job);
        Ok(())
    }

    fn wait(&mut self, came: Outcome, answer: &Answer) {
        if came == Outcome::Account {
            self.stopped = true;
            eprintln!("no more creates: HTTP {}, {}", answer.status, answer.why());
        } else if came == Outcome::Rate {
            self.backoff_until = now() + backoff(CREATE_BASE, CREATE_CAP, self.refusals);
            self.refusals += 1;
        } else {
            // Somebody else uses the slots: try when one of ours ends, or after a while.
            self.row = 0;
            if LEARN_SLOTS > 0 {
                self.limit = (self.limit - self.free()).max(1);
            }
            self.probe_at = now() + PROBE * (0.8 + 0.4 * draw());
        }
    }

    fn started(&mut self, mut job: Job, task: &str) -> io::Result<()> {
        self.note(&job, "task", task)?;
        (job.task, job.since, job.at, job.failures, self.refusals) = (task.into(), now(), 0.0, 0, 0);
        self.schedule(&mut job);
        self.running.push(job);
        self.row = if self.free() == 0 { self.row + 1 } else { 0 };
        if LEARN_SLOTS > 0 && self.row >= GROW_AFTER {
            (self.limit, self.row) = (self.limit + 1, 0);
        }
        Ok(())
    }

    /// The next time of the schedule; the gap to it is jittered, so that polls keep their distance.
    fn schedule(&self, job: &mut Job) {
        let next = POLL_AT.iter().copied().find(|at| *at > job.at).unwrap_or(job.at + POLL_EVERY);
        job.due = now() + (next - job.at) * (1.0 + POLL_JITTER * (2.0 * draw() - 1.0));
        job.at = next;
    }

    /// Whether a failed read is repeated out of turn; then `due` is set.
    fn retry_read(&mut self, job: &mut Job) -> bool {
        job.failures += 1;
        if job.failures >= READ_ATTEMPTS || self.budget < 1.0 {
            return false;
        }
        self.budget -= 1.0;
        job.due = now() + backoff(READ_BASE, READ_CAP, job.failures - 1);
        true
    }

    fn earn(&mut self) {
        self.budget = (self.budget + READ_BUDGET).min(10.0);
    }

    /// Is there a task with our id? Only a clear no lets the create be sent again.
    async fn look_up(&mut self, index: usize) -> io::Result<()> {
        let mut job = self.unclear.remove(index);
        self.earn();
        let id: String = job.id.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let answer = self.call(&format!("/tasks?external_task_ids={id}"), None).await;
        let found = answer.data[0]["id"].as_str().filter(|_| answer.ok());
        if let Some(task) = found {
            return self.started(job, task);
        }
        if answer.ok() || answer.message.to_lowercase().contains("not found") {
            (job.looks, job.failures) = (job.looks + 1, 0);
            let Some(next) = LOOK_AFTER.get(job.looks) else { return self.again(job, "never arrived") };
            job.due = job.since + next;
        } else if !self.retry_read(&mut job) {
            job.due = now() + READ_CAP; // a failed look-up proves nothing
        }
        self.unclear.insert(index, job);
        Ok(())
    }

    async fn poll(&mut self) -> io::Result<()> {
        let (mut due, mut rest): (Vec<Job>, Vec<Job>) = take(&mut self.running).into_iter().partition(|job| job.due <= now());
        rest.extend(due.split_off(due.len().min(IDS_PER_QUERY)));
        self.running = rest;
        if due.is_empty() {
            return Ok(());
        }
        self.earn();
        let ids: Vec<&str> = due.iter().map(|job| job.task.as_str()).collect();
        let answer = self.call(&format!("/tasks?task_ids={}", ids.join(",")), None).await;
        let empty = Vec::new();
        let tasks = answer.data.as_array().filter(|_| answer.ok()).unwrap_or(&empty);
        for mut job in due {
            if answer.ok() {
                job.failures = 0;
            }
            let task = tasks.iter().find(|task| task["id"] == job.task.as_str()).unwrap_or(&Value::Null);
            if matches!(task["status"].as_str(), Some("succeeded" | "failed")) {
                self.ended(&job, task)?;
            } else if now() - job.since > POLL_STOP {
                self.held += 1;
                self.bad += 1;
                self.note(&job, "unknown", &job.task)?;
            } else {
                if answer.ok() || !self.retry_read(&mut job) {
                    self.schedule(&mut job);
                }
                self.running.push(job);
            }
        }
        Ok(())
    }

    fn ended(&mut self, job: &Job, task: &Value) -> io::Result<()> {
        self.probe_at = 0.0; // a slot of ours is free
        if task["status"] == "failed" {
            self.bad += 1;
            return self.note(job, "failed", task["message"].as_str().unwrap_or("no reason given"));
        }
        let outputs = task["outputs"].as_array().into_iter().flatten();
        let urls: Vec<&str> = outputs.filter_map(|output| output["url"].as_str()).collect();
        self.note(job, "succeeded", &urls.join(" "))
    }
}

fn parse(line: &str) -> Result<Job, Box<dyn Error>> {
    let (id, rest) = line.trim().split_once(char::is_whitespace).ok_or("expected an id, a path, a body")?;
    let (path, body) = rest.trim().split_once(char::is_whitespace).ok_or("expected an id, a path, a body")?;
    Ok(Job { id: id.into(), path: path.into(), body: serde_json::from_str(body)?, ..Job::default() })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().collect();
    let key = env::var("KLING_API_KEY").unwrap_or_default().trim().to_string();
    let [_, file, journal] = arguments.as_slice() else { return Err("usage: KLING_API_KEY=... cargo run -- JOBS JOURNAL".into()) };
    if key.is_empty() {
        return Err("KLING_API_KEY is empty".into());
    }
    let text = std::fs::read_to_string(file)?;
    let jobs = text.lines().filter(|line| !line.trim().is_empty()).map(parse).collect::<Result<Vec<Job>, _>>()?;
    if jobs.iter().map(|job| &job.id).collect::<HashSet<_>>().len() != jobs.len() {
        return Err("two jobs have the same id".into());
    }
    let mut journal = OpenOptions::new().read(true).append(true).create(true).open(journal)?;
    let mut before = String::new();
    journal.read_to_string(&mut before)?;
    let base_url = env::var("KLING_BASE_URL").unwrap_or("https://api-singapore.klingai.com".into());
    // No connection is used twice: the library would send a create again when one that it kept has died.
    let client = Client::builder().timeout(Duration::from_secs(60)).redirect(Policy::none()).pool_max_idle_per_host(0).build()?;
    let mut worker = Worker {
        base_url: base_url.trim_end_matches('/').into(),
        key,
        client,
        journal,
        jobs: jobs.len(),
        queue: VecDeque::new(),
        unclear: Vec::new(),
        running: Vec::new(),
        held: 0,
        limit: (SLOTS / SLOTS_PER_JOB).max(1),
        row: 0,
        refusals: 0,
        probe_at: 0.0,
        backoff_until: 0.0,
        budget: 10.0,
        stopped: false,
        bad: 0,
    };
    worker.resume(jobs, &before);
    Ok(if worker.run().await? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
