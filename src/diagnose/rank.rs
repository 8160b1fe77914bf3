//! Scores every cause against the evidence. Weights are data on the pages; this is the arithmetic.

use std::collections::BTreeMap;

use crate::knowledge::{Category, CauseHead, Signal, Weight};
use crate::text::Span;

use super::evidence::{Evidence, readings as r};
use super::index::{Names, Use, bit};
use super::text_model::Guess;

/// How close together the concepts of a `words` signal must stand, in bytes.
const NEAR: usize = 160;
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

/// A signal that held, and where.
#[derive(Debug, Clone)]
pub(super) struct Support {
    /// Place of the first thing that made it hold.
    pub span: Span,
    /// What it is worth.
    pub weight: Weight,
    /// What it means, in our words.
    pub says: String,
    /// Whether it is a text or answer that only Kling or a recognised gateway gives.
    pub vendor: bool,
}

/// A cause with what speaks for and against it.
#[derive(Debug, Clone)]
pub(super) struct Hypothesis {
    /// Position among the causes.
    pub cause: usize,
    /// Sum of the weights and of the text model's voice.
    pub score: f64,
    /// Share of its category among all hypotheses, 0 to 1.
    pub share: f64,
    /// What speaks for it, strongest first.
    pub support: Vec<Support>,
    /// What speaks against it.
    pub against: Vec<Support>,
    /// Whether the paste itself ties it to Kling or to a reseller of Kling.
    pub anchored: bool,
}

impl Hypothesis {
    /// The strongest support, if any.
    pub(super) fn best(&self) -> Option<Weight> {
        self.support.iter().map(|support| support.weight).min()
    }
}

/// All causes that the evidence or the text model speaks for, best first.
pub(super) fn rank(evidence: &Evidence<'_>, guess: &Guess) -> Vec<Hypothesis> {
    let places = Places::of(evidence);
    let mut hypotheses: Vec<Hypothesis> = Vec::new();
    for (cause, doc) in evidence.knowledge.causes.iter().enumerate() {
        let mut held = signals(&places, cause, &doc.head);
        held.extend(texts(&places, &doc.head));
        held.extend(gateway_texts(evidence, &doc.head));
        if held.iter().any(|support| support.weight == Weight::Veto) {
            continue;
        }
        hypotheses.push(hypothesis(cause, held, voice(guess, doc.head.category) + likeness(guess, &doc.head.id), doc.head.general));
    }
    let anchored = anchored(evidence);
    for h in &mut hypotheses {
        let category = evidence.knowledge.causes.get(h.cause).map(|doc| doc.head.category);
        let familiar = guess.not_kling < STRANGER && category.is_some_and(|category| guess.of(category) > FAMILIAR);
        h.anchored = anchored || familiar || h.support.iter().any(|support| support.vendor);
        loosen(evidence, h);
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
    let agrees = |seen: &super::evidence::Seen<i64>| {
        let http = evidence.knowledge.code(seen.value).map(|doc| doc.head.http.as_slice()).unwrap_or_default();
        evidence.status(http).is_some()
    };
    marks.iter().any(|name| evidence.has(name)) || evidence.codes.iter().any(agrees)
}

/// Numbers alone prove little where several codes are only listed, or where nothing ties the paste to Kling.
fn loosen(evidence: &Evidence<'_>, h: &mut Hypothesis) {
    let mut distinct: Vec<i64> = evidence.codes.iter().map(|seen| seen.value).collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 3 && h.anchored {
        return;
    }
    for support in h.support.iter_mut().filter(|support| !support.vendor && support.weight == Weight::Decisive) {
        support.weight = Weight::Strong;
    }
}

/// A short paste that tells little more than a status: every cause on that status's page stays in the running.
fn bare_status(evidence: &Evidence<'_>, hypotheses: &mut [Hypothesis]) {
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
fn likeness(guess: &Guess, id: &str) -> f64 {
    guess.likeness.get(id).map_or(0.0, |likeness| (likeness * LIKENESS_GAIN).min(1.0))
}

fn hypothesis(cause: usize, mut held: Vec<Support>, voice: f64, general: bool) -> Hypothesis {
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
fn shares(evidence: &Evidence<'_>, hypotheses: &mut [Hypothesis]) {
    let category = |h: &Hypothesis| evidence.knowledge.causes.get(h.cause).map(|doc| doc.head.category);
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

/// Where each phrase and word was found, so that signals are looked up and not searched.
struct Places<'e, 'a> {
    evidence: &'e Evidence<'a>,
    phrases: BTreeMap<(usize, usize), Span>,
    messages: Vec<(usize, usize, Span)>,
    concepts: BTreeMap<usize, Vec<Span>>,
    gateways: Vec<&'e str>,
    readings: u128,
}

impl<'e, 'a> Places<'e, 'a> {
    fn of(evidence: &'e Evidence<'a>) -> Self {
        let mut places =
            Self { evidence, phrases: BTreeMap::new(), messages: Vec::new(), concepts: BTreeMap::new(), gateways: Vec::new(), readings: 0 };
        for hit in &evidence.hits {
            match hit.role {
                Use::Signal { cause, signal } => {
                    places.phrases.entry((cause, signal)).or_insert(hit.span);
                }
                Use::Message { page, text } => places.messages.push((page, text, hit.span)),
                Use::Concept(concept) => places.concepts.entry(concept).or_default().push(hit.span),
                _ => {}
            }
        }
        places.readings = evidence.readings.iter().map(|reading| bit(evidence.knowledge, reading.name)).fold(0, |all, bit| all | bit);
        places.gateways =
            evidence.gateways.iter().filter_map(|p| evidence.knowledge.gateways.get(p.index)).map(|doc| doc.head.id.as_str()).collect();
        places
    }

    fn spans(&self, concept: usize) -> &[Span] {
        self.concepts.get(&concept).map_or(&[], Vec::as_slice)
    }

    /// A place where all the concepts stand near each other, each by a word of its own.
    fn together(&self, concepts: &[usize]) -> Option<Span> {
        let (first, rest) = concepts.split_first()?;
        self.spans(*first).iter().copied().find(|anchor| {
            rest.iter().all(|concept| {
                let near = |span: &&Span| span.start.abs_diff(anchor.start) <= NEAR && **span != *anchor;
                self.spans(*concept).iter().any(|span| near(&span))
            })
        })
    }

    /// Whether the readings of the paste allow a signal at all.
    fn possible(&self, names: &Names) -> bool {
        let made = self.readings;
        (names.any == 0 || names.any & made != 0) && names.all & made == names.all && names.none & made == 0
    }

    /// The place of a signal, when all its matchers hold.
    fn holds(&self, cause: usize, at: usize, signal: &Signal) -> Option<Span> {
        let e = self.evidence;
        let names = e.index.names(cause, at).filter(|names| self.possible(names))?;
        let mut place = None;
        let mut need = |given: bool, found: Option<Span>| -> bool {
            if given {
                place = place.or(found);
            }
            !given || found.is_some()
        };
        let all = need(!signal.phrase.is_empty(), self.phrases.get(&(cause, at)).copied())
            && need(!signal.code.is_empty(), e.code(&signal.code).map(|seen| seen.span))
            && need(!signal.status.is_empty(), e.status(&signal.status).map(|seen| seen.span))
            && need(!signal.reading.is_empty(), signal.reading.iter().find_map(|name| e.reading(name)).map(|r| r.span))
            && need(!signal.words.is_empty(), self.together(&names.words))
            && need(!signal.all.is_empty(), signal.all.first().and_then(|name| e.reading(name)).map(|r| r.span))
            && (signal.gateway.is_empty() || signal.gateway.iter().any(|id| self.gateways.contains(&id.as_str())));
        all.then(|| place.unwrap_or(Span::new(0, 0)))
    }
}

fn signals(places: &Places<'_, '_>, cause: usize, head: &CauseHead) -> Vec<Support> {
    let support = |(at, signal): (usize, &Signal)| {
        let span = places.holds(cause, at, signal)?;
        Some(Support { span, weight: signal.weight, says: meaning(places.evidence, signal), vendor: false })
    };
    head.signals.iter().enumerate().filter_map(support).collect()
}

/// What a held signal means: the page's words, else the reading's detail, else what was matched.
fn meaning(evidence: &Evidence<'_>, signal: &Signal) -> String {
    let detail = signal.reading.iter().chain(&signal.all).find_map(|name| evidence.reading(name)?.detail.clone());
    match (&signal.says, detail) {
        (Some(says), Some(detail)) => format!("{says} ({detail})"),
        (Some(says), None) => says.clone(),
        (None, Some(detail)) => detail,
        (None, None) => matched(evidence, signal),
    }
}

fn matched(evidence: &Evidence<'_>, signal: &Signal) -> String {
    if let Some(seen) = evidence.code(&signal.code) {
        let title = evidence.knowledge.code(seen.value).map_or("", |doc| doc.head.title.as_str());
        return format!("service code {}: {title}", seen.value);
    }
    if let Some(seen) = evidence.status(&signal.status) {
        return format!("HTTP status {}", seen.value);
    }
    if !signal.phrase.is_empty() {
        return "these words".to_owned();
    }
    if let Some(name) = signal.reading.iter().chain(&signal.all).find(|name| evidence.has(name)) {
        let means = evidence.knowledge.readings.iter().find(|row| row.name == *name).map_or("", |row| row.means.as_str());
        return means.replace('`', "");
    }
    format!("words for {}", signal.words.join(" and ").replace('_', " "))
}

/// Vendor texts of the message pages that belong to this cause.
fn texts(places: &Places<'_, '_>, head: &CauseHead) -> Vec<Support> {
    let support = |(page, text, span): &(usize, usize, Span)| {
        let doc = places.evidence.knowledge.messages.get(*page)?;
        let row = doc.head.texts.get(*text)?;
        (row.cause.as_ref().unwrap_or(&doc.head.cause) == &head.id).then(|| {
            let certainty = row.certainty.unwrap_or(doc.head.certainty);
            let field = row.field.as_ref().map(|field| format!(" about {field}")).unwrap_or_default();
            Support {
                span: *span,
                weight: row.weight.unwrap_or(Weight::Decisive),
                says: format!("a known text of the service{field} ({certainty}, {})", doc.head.as_of),
                vendor: row.weight.is_none_or(|w| w == Weight::Decisive),
            }
        })
    };
    places.messages.iter().filter_map(support).collect()
}

/// A recognised gateway's own codes and words.
fn gateway_texts(evidence: &Evidence<'_>, head: &CauseHead) -> Vec<Support> {
    let support = |says: &super::evidence::GatewaySays| {
        let doc = evidence.knowledge.gateways.get(says.gateway)?;
        let row = doc.head.errors.get(says.error)?;
        let marked = evidence.gateways.iter().any(|party| party.index == says.gateway && party.marked);
        let status_like = row.code.as_ref().is_some_and(|code| code.len() == 3);
        let weight = if status_like {
            Weight::Weak
        } else if marked {
            Weight::Decisive
        } else {
            Weight::Strong
        };
        (row.cause == head.id).then(|| Support {
            span: says.span,
            weight,
            says: row.says.clone().unwrap_or_else(|| format!("a code or text of {}", doc.head.name)),
            vendor: marked,
        })
    };
    evidence.gateway_says.iter().filter_map(support).collect()
}
