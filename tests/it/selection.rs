//! A host with many tools shows a model only those that a search finds. Which of ours would be found, for what people ask, among tools of
//! others? It measures words, not understanding: a smoke test that runs without a model. A raw question in Chinese meets English
//! descriptions here; a model in between would often ask in English.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::common::repository;
use crate::server::tools;

/// Saturation of repeated words, and how much long texts are marked down: the usual values of BM25.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// The words that search engines commonly leave out of English.
const STOP: &str =
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with";

#[derive(Deserialize)]
struct Distractors {
    tool: Vec<Distractor>,
}

#[derive(Deserialize)]
struct Distractor {
    name: String,
    title: String,
    description: String,
    arguments: Vec<String>,
}

#[derive(Deserialize)]
struct Asks {
    ask: Vec<Ask>,
}

#[derive(Deserialize)]
struct Ask {
    lang: String,
    tool: String,
    text: String,
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    toml::from_str(&std::fs::read_to_string(repository("tests/selection").join(name)).unwrap()).unwrap()
}

fn cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Words in lower case; Chinese and Japanese, which have no spaces, as pairs of signs.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let signs: Vec<char> = text.to_lowercase().chars().collect();
    for run in signs.chunk_by(|a, b| (a.is_alphanumeric(), cjk(*a)) == (b.is_alphanumeric(), cjk(*b))) {
        match run {
            [first, ..] if !first.is_alphanumeric() => {}
            [first, _, ..] if cjk(*first) => words.extend(run.windows(2).map(|pair| pair.iter().collect())),
            _ => words.push(run.iter().collect()),
        }
    }
    words.retain(|word: &String| !STOP.split(' ').any(|stop| stop == word));
    words
}

struct Pool {
    tools: BTreeMap<String, Vec<String>>,
    holders: BTreeMap<String, usize>,
    mean: f64,
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
impl Pool {
    fn new(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let tools: BTreeMap<String, Vec<String>> = texts.into_iter().map(|(name, text)| (name, words(&text))).collect();
        let mut holders = BTreeMap::new();
        for word in tools.values().flat_map(|words| words.iter().collect::<BTreeSet<_>>()) {
            *holders.entry(word.clone()).or_default() += 1;
        }
        let mean = tools.values().map(Vec::len).sum::<usize>() as f64 / tools.len() as f64;
        Self { tools, holders, mean }
    }

    fn score(&self, asked: &[String], tool: &[String]) -> f64 {
        let length = 1.0 - B + B * tool.len() as f64 / self.mean;
        let of = |word: &String| {
            let times = tool.iter().filter(|other| *other == word).count() as f64;
            let holders = self.holders.get(word).copied().unwrap_or_default() as f64;
            let rarity = (1.0 + (self.tools.len() as f64 - holders + 0.5) / (holders + 0.5)).ln();
            rarity * times * (K1 + 1.0) / (times + K1 * length)
        };
        asked.iter().map(of).sum()
    }

    /// The place of the wanted tool. Among equals it is the last, and without any hit it is the last of all.
    fn rank(&self, ask: &Ask) -> usize {
        let asked = words(&ask.text);
        let wanted = self.score(&asked, &self.tools[&ask.tool]);
        self.tools.values().filter(|tool| self.score(&asked, tool) >= wanted).count()
    }
}

async fn pool() -> Pool {
    let Distractors { tool: others } = read("distractors.toml");
    let others: Vec<_> =
        others.into_iter().map(|t| (t.name.clone(), [vec![t.name, t.title, t.description], t.arguments].concat().join(" "))).collect();
    assert!(others.len() >= 60, "{}", others.len());
    let ours = tools().await.into_iter().map(|tool| {
        // What hosts search: name, title, description, and the arguments by name and description.
        let about = |(name, argument): (&String, &Value)| format!("{name} {}", argument["description"].as_str().unwrap_or_default());
        let arguments: Vec<String> = tool.input_schema["properties"].as_object().unwrap().iter().map(about).collect();
        let text = format!("{} {} {} {}", tool.name, tool.title.unwrap(), tool.description.unwrap(), arguments.join(" "));
        (tool.name.to_string(), text)
    });
    Pool::new(others.into_iter().chain(ours))
}

/// How many of the asks find their tool first, how many among the first three, and a line for each that does not find it first.
fn measure(pool: &Pool, asks: &[Ask]) -> (usize, usize, String) {
    let ranks: Vec<usize> = asks.iter().map(|ask| pool.rank(ask)).collect();
    let missed = asks.iter().zip(&ranks).filter(|(_, rank)| **rank > 1);
    let missed: Vec<String> = missed.map(|(ask, rank)| format!("{rank} {} {}: {}", ask.lang, ask.tool, ask.text)).collect();
    let within = |most: usize| ranks.iter().filter(|rank| **rank <= most).count();
    (within(1), within(3), missed.join("\n"))
}

#[tokio::test]
async fn what_people_ask_finds_the_tool_among_those_of_others() {
    let Asks { ask: asks } = read("tuned.toml");
    let (one, three, missed) = measure(&pool().await, &asks);
    let languages: BTreeSet<&str> = asks.iter().map(|ask| ask.lang.as_str()).collect();
    assert_eq!((asks.len(), languages.len()), (100, 4));
    println!("first {one}, among the first three {three} of 100\n{missed}");
    assert!(one >= 75 && three >= 95, "first {one}, among three {three}\n{missed}");
    let (one, three, missed) = measure(&pool().await, &asks[..40]);
    assert!(one >= 30 && three >= 39, "of the first 40: first {one}, among three {three}\n{missed}");
}

/// Tells counts alone: asks that were read can no longer show what the descriptions are worth.
#[tokio::test]
async fn asks_that_nobody_had_in_view_find_the_tool_as_well() {
    let Asks { ask: asks } = read("held_back.toml");
    let (one, three, _) = measure(&pool().await, &asks);
    println!("held back: first {one}, among the first three {three} of {}", asks.len());
    assert!(asks.len() == 40 && one >= 30 && three >= 38, "first {one}, among three {three}");
}

#[test]
fn chinese_is_cut_into_pairs_and_words_of_grammar_are_left_out() {
    assert_eq!(words("The 可灵API is kling-v2_6, 回!"), ["可灵", "api", "kling", "v2", "6", "回"]);
}

#[test]
fn a_rare_word_weighs_more_than_a_common_one_and_equals_count_against_the_wanted() {
    let texts = [("a", "common rare"), ("b", "common common"), ("c", "common"), ("d", "common")];
    let pool = Pool::new(texts.map(|(name, text)| (name.to_owned(), text.to_owned())));
    let ask = |tool: &str, text: &str| Ask { lang: String::new(), tool: tool.to_owned(), text: text.to_owned() };
    assert_eq!((pool.rank(&ask("a", "rare common")), pool.rank(&ask("a", "absent")), pool.rank(&ask("c", "common"))), (1, 4, 3));
}
