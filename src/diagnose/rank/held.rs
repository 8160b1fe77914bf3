//! Which signals of a page hold, where, and what each means in our words.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diagnose::evidence::{Evidence, GatewaySays};
use crate::diagnose::index::{Names, Use};
use crate::knowledge::{CauseHead, Signal, Weight};
use crate::text::Span;

/// How close together the concepts of a `words` signal must stand, in bytes.
const NEAR: usize = 160;

/// A signal that held, and where.
#[derive(Debug, Clone)]
pub(in crate::diagnose) struct Support<'a> {
    /// Place of the first thing that made it hold.
    pub span: Span,
    /// What it is worth.
    pub weight: Weight,
    /// What it means, in our words.
    pub says: Cow<'a, str>,
    /// Whether it is a text or answer that only Kling or a recognised gateway gives.
    pub vendor: bool,
}

/// Where each phrase and word was found, so that signals are looked up and not searched.
pub(super) struct Places<'e, 'a> {
    evidence: &'e Evidence<'a>,
    /// Where the phrase of each signal stands.
    phrases: Vec<Option<Span>>,
    messages: Vec<(usize, usize, Span)>,
    concepts: BTreeMap<usize, Vec<Span>>,
    gateways: Vec<&'e str>,
    readings: u128,
}

impl<'e, 'a> Places<'e, 'a> {
    /// Sorts what was found.
    pub(super) fn of(evidence: &'e Evidence<'a>) -> Self {
        let mut places = Self {
            evidence,
            phrases: vec![None; evidence.index.signal_count()],
            messages: Vec::new(),
            concepts: BTreeMap::new(),
            gateways: Vec::new(),
            readings: 0,
        };
        for hit in &evidence.hits {
            match hit.role {
                Use::Signal(number) => {
                    if let Some(place) = places.phrases.get_mut(number) {
                        place.get_or_insert(hit.span);
                    }
                }
                Use::Message { page, text } => places.messages.push((page, text, hit.span)),
                Use::Concept(concept) => places.concepts.entry(concept).or_default().push(hit.span),
                _ => {}
            }
        }
        places.readings = evidence.readings.iter().map(|reading| evidence.index.bit(reading.name)).fold(0, |all, bit| all | bit);
        places.gateways =
            evidence.gateways.iter().filter_map(|p| evidence.knowledge.gateways.get(p.index)).map(|doc| doc.head.id.as_str()).collect();
        places
    }

    /// What speaks for or against a cause.
    pub(super) fn held(&self, cause: usize, head: &'a CauseHead) -> Vec<Support<'a>> {
        let mut supports = signals(self, cause, head);
        supports.extend(texts(self, head));
        supports.extend(gateway_texts(self.evidence, head));
        supports
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

    /// Whether the paste allows a signal at all: what most signals fail, told without a look at the signal itself.
    fn possible(&self, number: usize, names: &Names) -> bool {
        let made = self.readings;
        (!names.phrase || self.phrases.get(number).is_some_and(Option::is_some))
            && (!names.code || !self.evidence.codes.is_empty())
            && (!names.status || !self.evidence.statuses.is_empty())
            && (names.any == 0 || names.any & made != 0)
            && names.all & made == names.all
            && names.none & made == 0
    }

    /// The place of a signal, when all its matchers hold.
    fn holds(&self, number: usize, signal: &Signal) -> Option<Span> {
        let e = self.evidence;
        let names = e.index.names(number).filter(|names| self.possible(number, names))?;
        let mut place = None;
        let mut need = |given: bool, found: Option<Span>| -> bool {
            if given {
                place = place.or(found);
            }
            !given || found.is_some()
        };
        let all = need(!signal.phrase.is_empty(), self.phrases.get(number).copied().flatten())
            && need(!signal.code.is_empty(), e.code(&signal.code).map(|seen| seen.span))
            && need(!signal.status.is_empty(), e.status(&signal.status).map(|seen| seen.span))
            && need(!signal.reading.is_empty(), signal.reading.iter().find_map(|name| e.reading(name)).map(|r| r.span))
            && need(!signal.words.is_empty(), self.together(&names.words))
            && need(!signal.all.is_empty(), signal.all.first().and_then(|name| e.reading(name)).map(|r| r.span))
            && (signal.gateway.is_empty() || signal.gateway.iter().any(|id| self.gateways.contains(&id.as_str())));
        all.then(|| place.unwrap_or(Span::new(0, 0)))
    }
}

fn signals<'a>(places: &Places<'_, 'a>, cause: usize, head: &'a CauseHead) -> Vec<Support<'a>> {
    let support = |(number, signal): (usize, &'a Signal)| {
        let span = places.holds(number, signal)?;
        Some(Support { span, weight: signal.weight, says: meaning(places.evidence, signal), vendor: false })
    };
    places.evidence.index.signals(cause, head).filter_map(support).collect()
}

/// What a held signal means: the page's words, else the reading's detail, else what was matched.
fn meaning<'a>(evidence: &Evidence<'_>, signal: &'a Signal) -> Cow<'a, str> {
    let detail = signal.reading.iter().chain(&signal.all).find_map(|name| evidence.reading(name)?.detail.as_deref());
    match (&signal.says, detail) {
        (Some(says), Some(detail)) => format!("{says} ({detail})").into(),
        (Some(says), None) => says.into(),
        (None, Some(detail)) => detail.to_owned().into(),
        (None, None) => matched(evidence, signal).into(),
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
fn texts<'a>(places: &Places<'_, 'a>, head: &CauseHead) -> Vec<Support<'a>> {
    let support = |(page, text, span): &(usize, usize, Span)| {
        let doc = places.evidence.knowledge.messages.get(*page)?;
        let row = doc.head.texts.get(*text)?;
        (row.cause.as_ref().unwrap_or(&doc.head.cause) == &head.id).then(|| {
            let certainty = row.certainty.unwrap_or(doc.head.certainty);
            let field = row.field.as_ref().map(|field| format!(" about {field}")).unwrap_or_default();
            Support {
                span: *span,
                weight: row.weight.unwrap_or(Weight::Decisive),
                says: format!("a known text of the service{field} ({certainty}, {})", doc.head.as_of).into(),
                vendor: row.weight.is_none_or(|w| w == Weight::Decisive),
            }
        })
    };
    places.messages.iter().filter_map(support).collect()
}

/// A recognised gateway's own codes and words.
fn gateway_texts<'a>(evidence: &Evidence<'a>, head: &CauseHead) -> Vec<Support<'a>> {
    let support = |says: &GatewaySays| {
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
            says: row.says.as_deref().map_or_else(|| format!("a code or text of {}", doc.head.name).into(), Cow::from),
            vendor: marked,
        })
    };
    evidence.gateway_says.iter().filter_map(support).collect()
}
