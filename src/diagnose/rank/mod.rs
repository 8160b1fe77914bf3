//! Scores every cause against the evidence. Weights are data on the pages; this is the arithmetic.

mod held;

use std::collections::BTreeMap;

use crate::knowledge::{Category, Weight};

use super::evidence::{Evidence, Seen, readings as r};
use super::text_model::Guess;
use held::Places;
pub(super) use held::Support;

/// Scale of the scores in the exponent.
const TEMPERATURE: f64 = 1.15;
/// What the text model may add or take away.
const MODEL_GAIN: f64 = 0.95;
/// A paste without a mark of Kling is taken for one when the text model knows its like this well.
const FAMILIAR: f64 = 0.4;
const STRANGER: f64 = 0.2;
/// What the likeness to a page may add.
const LIKENESS_GAIN: f64 = 3.0;
/// A paste up to this length that shows a status and no code says little else.
const SHORT: usize = 240;
/// How far the other causes of a bare status stay behind the leading one.
const BEHIND: f64 = 0.7;
const MODEL_RANGE: (f64, f64) = (-1.6, 3.0);

/// A cause with what speaks for and against it.
#[derive(Debug, Clone)]
pub(super) struct Hypothesis<'a> {
    /// Position among the causes.
    pub cause: usize,
    /// Sum of the weights and of the text model's voice.
    pub score: f64,
    /// Share of its category among all hypotheses, 0 to 1.
    pub share: f64,
    /// What speaks for it, strongest first.
    pub support: Vec<Support<'a>>,
    /// What speaks against it.
    pub against: Vec<Support<'a>>,
    /// Whether the paste itself ties it to Kling or to a reseller of Kling.
    pub anchored: bool,
}

impl Hypothesis<'_> {
    /// The strongest support, if any.
    pub(super) fn best(&self) -> Option<Weight> {
        self.support.iter().map(|support| support.weight).min()
    }
}

/// All causes that the evidence or the text model speaks for, best first.
pub(super) fn rank<'a>(evidence: &Evidence<'a>, guess: &Guess) -> Vec<Hypothesis<'a>> {
    let places = Places::of(evidence);
    let mut hypotheses: Vec<Hypothesis<'a>> = Vec::with_capacity(evidence.knowledge.causes.len());
    for (cause, doc) in evidence.knowledge.causes.iter().enumerate() {
        let held = places.held(cause, &doc.head);
        if held.iter().any(|support| support.weight == Weight::Veto) {
            continue;
        }
        let model = voice(guess, doc.head.category) + likeness(guess, evidence.index.page(cause));
        hypotheses.push(hypothesis(cause, held, model, doc.head.general));
    }
    let (anchored, many) = (anchored(evidence), many_codes(evidence));
    for h in &mut hypotheses {
        let category = evidence.knowledge.causes.get(h.cause).map(|doc| doc.head.category);
        let familiar = guess.not_kling < STRANGER && category.is_some_and(|category| guess.of(category) > FAMILIAR);
        h.anchored = anchored || familiar || h.support.iter().any(|support| support.vendor);
        loosen(many, h);
    }
    bare_status(evidence, &mut hypotheses);
    hypotheses.retain(|h| h.score > 0.0);
    hypotheses.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.cause.cmp(&b.cause)));
    shares(evidence, &mut hypotheses);
    hypotheses
}

/// Kling is named, or its host, path, envelope or a reseller of it was recognised.
fn anchored(evidence: &Evidence<'_>) -> bool {
    let marks = [
        r::KLING_NAMED,
        r::ENVELOPE_KLING,
        r::HOST_OFFICIAL,
        r::HOST_WEB,
        r::PATH_NEW,
        r::PATH_LEGACY,
        r::PATH_SOLUTIONS,
        r::PATH_ACCOUNT,
        r::GATEWAY_ANY,
    ];
    let agrees = |seen: &Seen<i64>| {
        let http = evidence.knowledge.code(seen.value).map(|doc| doc.head.http.as_slice()).unwrap_or_default();
        evidence.status(http).is_some()
    };
    marks.iter().any(|name| evidence.has(name)) || evidence.codes.iter().any(agrees)
}

/// Several codes stand side by side, as in a list of them.
fn many_codes(evidence: &Evidence<'_>) -> bool {
    let mut distinct: Vec<i64> = evidence.codes.iter().map(|seen| seen.value).collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() >= 3
}

/// Numbers alone prove little where several codes are only listed, or where nothing ties the paste to Kling.
fn loosen(many: bool, h: &mut Hypothesis<'_>) {
    if h.anchored && !many {
        return;
    }
    for support in h.support.iter_mut().filter(|support| !support.vendor && support.weight == Weight::Decisive) {
        support.weight = Weight::Strong;
    }
}

/// A short paste that tells little more than a status: every cause on that status's page stays in the running.
fn bare_status(evidence: &Evidence<'_>, hypotheses: &mut [Hypothesis<'_>]) {
    let top = hypotheses.iter().map(|h| h.score).fold(0.0, f64::max);
    let proved = hypotheses.iter().any(|h| h.best().is_some_and(|weight| weight <= Weight::Strong));
    if proved || !evidence.codes.is_empty() || evidence.text.plain.len() > SHORT {
        return;
    }
    let pages = evidence.knowledge.http.iter().filter(|doc| evidence.status(&doc.head.status).is_some());
    let listed: Vec<&str> = pages.flat_map(|doc| &doc.head.causes).map(String::as_str).collect();
    for h in hypotheses.iter_mut() {
        let id = evidence.knowledge.causes.get(h.cause).map(|doc| doc.head.id.as_str());
        if id.is_some_and(|id| listed.contains(&id)) {
            h.score = h.score.max(top - BEHIND);
        }
    }
}

fn voice(guess: &Guess, category: Category) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a few dozen categories")]
    let classes = guess.categories.len() as f64 + 1.0;
    (MODEL_GAIN * (guess.of(category).max(1e-6) * classes).ln()).clamp(MODEL_RANGE.0, MODEL_RANGE.1)
}

/// Tells pages of one category apart; never enough to outvote evidence.
fn likeness(guess: &Guess, page: Option<usize>) -> f64 {
    page.and_then(|page| guess.likeness.get(page)).map_or(0.0, |likeness| (likeness * LIKENESS_GAIN).min(1.0))
}

fn hypothesis(cause: usize, mut held: Vec<Support<'_>>, voice: f64, general: bool) -> Hypothesis<'_> {
    held.sort_by_key(|support| (support.weight, support.span));
    held.dedup_by(|a, b| a.weight == b.weight && a.span == b.span);
    let (against, support): (Vec<_>, Vec<_>) = held.into_iter().partition(|support| support.weight == Weight::Against);
    let sum = |weight: Weight, first: f64, more: f64, cap: f64| {
        let count = support.iter().filter(|s| s.weight == weight).count();
        #[expect(clippy::cast_precision_loss, reason = "a handful of signals")]
        let rest = count.saturating_sub(1) as f64 * more;
        if count == 0 { 0.0 } else { (first + rest).min(cap) }
    };
    let evidence = sum(Weight::Decisive, 6.5, 1.0, 8.5) + sum(Weight::Strong, 3.4, 1.0, 5.4) + sum(Weight::Weak, 1.0, 0.5, 2.5);
    #[expect(clippy::cast_precision_loss, reason = "a handful of signals")]
    let minus = against.len().min(2) as f64 * 2.2;
    let score = evidence + voice - minus + if general { 0.25 } else { 0.0 };
    Hypothesis { cause, score, share: 0.0, support, against, anchored: false }
}

/// Softmax over causes, summed by category.
fn shares(evidence: &Evidence<'_>, hypotheses: &mut [Hypothesis<'_>]) {
    let category = |h: &Hypothesis<'_>| evidence.knowledge.causes.get(h.cause).map(|doc| doc.head.category);
    let max = hypotheses.first().map_or(0.0, |h| h.score);
    let mut best: BTreeMap<Category, f64> = BTreeMap::new();
    for h in hypotheses.iter() {
        if let Some(category) = category(h) {
            let mass = ((h.score - max) / TEMPERATURE).exp();
            let entry = best.entry(category).or_insert(0.0);
            *entry = entry.max(mass);
        }
    }
    let total: f64 = best.values().sum::<f64>() + (-max / TEMPERATURE).exp();
    for h in hypotheses.iter_mut() {
        h.share = category(h).and_then(|c| best.get(&c)).map_or(0.0, |mass| mass / total);
    }
}
