//! What the tables for request checks mention exists, and every endpoint that takes a body has its fields.

use std::collections::BTreeSet;

use super::fields::{Carrier, EndpointFields, Field, JsonType, Required, Scalar};
use super::{Capability, Prices, RequestKnowledge};
use crate::knowledge::{Endpoint, Knowledge};

/// How far a price in USD may be from its units times their value.
const USD_ROUNDING: f64 = 0.0005;

/// All faults, and the sources that are cited.
pub(in crate::knowledge) fn faults(knowledge: &Knowledge, requests: &RequestKnowledge) -> (Vec<String>, BTreeSet<String>) {
    let mut checker = Checker { knowledge, requests, faults: Vec::new(), cited: BTreeSet::new() };
    checker.endpoints();
    for (id, file) in &requests.fields {
        checker.fields(&format!("fields/{id}.toml"), file);
    }
    checker.capability(&requests.capability);
    checker.prices(&requests.prices);
    (checker.faults, checker.cited)
}

struct Checker<'k> {
    knowledge: &'k Knowledge,
    requests: &'k RequestKnowledge,
    faults: Vec<String>,
    cited: BTreeSet<String>,
}

impl Checker<'_> {
    fn unless(&mut self, good: bool, path: &str, what: impl std::fmt::Display) {
        if !good {
            self.faults.push(format!("{path}: {what}"));
        }
    }

    fn cite(&mut self, path: &str, sources: &[String]) {
        self.unless(!sources.is_empty(), path, "a row names no source");
        for key in sources {
            let own = path == "prices.toml" && self.requests.prices.sources.iter().any(|source| &source.key == key);
            let known = own || self.knowledge.sources.iter().any(|source| &source.key == key);
            self.unless(known, path, format!("source `{key}` has no row in sources.toml"));
            self.cited.insert(key.clone());
        }
    }

    fn models(&mut self, path: &str, ids: &[String]) {
        for id in ids {
            let known = self.knowledge.models.iter().any(|model| &model.id == id);
            self.unless(known, path, format!("model `{id}` has no row in models.toml"));
        }
    }

    fn endpoint(&self, id: &str) -> Option<&Endpoint> {
        self.knowledge.endpoints.iter().chain(&self.knowledge.unverified).find(|row| row.id == id)
    }

    fn endpoints(&mut self) {
        let knowledge = self.knowledge;
        for row in knowledge.endpoints.iter().chain(&knowledge.unverified) {
            let takes_body = matches!(row.kind.as_str(), "create" | "sync");
            let found = self.requests.fields.get(&row.id);
            self.unless(!takes_body || found.is_some(), "fields/", format!("{} has no file: add fields/{}.toml", row.id, row.id));
            let types = found.map(content_types).unwrap_or_default();
            let path = format!("endpoints/{}.toml", row.generation);
            let unknown = row.min_counts.keys().filter(|key| !types.is_empty() && key.split('+').any(|part| !types.contains(part)));
            for key in unknown {
                self.unless(false, &path, format!("{}: min_counts names `{key}`, which is no item type of its fields", row.id));
            }
        }
    }

    fn fields(&mut self, path: &str, file: &EndpointFields) {
        self.unless(self.endpoint(&file.endpoint).is_some(), path, "the endpoint has no row in endpoints/");
        self.unless(!file.fields.is_empty(), path, "has no field");
        for id in &file.rules {
            let (letter, digits) = id.split_at(id.len().min(1));
            let good = letter.bytes().all(|b| b.is_ascii_uppercase()) && digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
            self.unless(good, path, format!("`{id}` is no rule id such as G01"));
        }
        let types = content_types(file);
        for row in &file.fields {
            self.field(path, file, row, &types);
        }
        if let Some(effects) = &file.effects {
            self.cite(path, &effects.sources);
            self.unless(effects.count == effects.single.len() + effects.dual.len(), path, "effects.count differs from the lists");
        }
        if let Some(voices) = &file.voice_ids {
            self.cite(path, &voices.sources);
        }
    }

    fn field(&mut self, path: &str, file: &EndpointFields, row: &Field, types: &BTreeSet<&str>) {
        let name = &row.name;
        self.unless(!row.types.is_empty(), path, format!("{name}: has no type"));
        let conditional = row.required == Required::Conditional;
        self.unless(
            conditional == row.required_when.is_some(),
            path,
            format!("{name}: required_when goes with required = \"conditional\""),
        );
        let in_path = row.carrier == Carrier::Path;
        let segment = self.endpoint(&file.endpoint).is_none_or(|endpoint| endpoint.path.contains('{'));
        self.unless(!in_path || segment, path, format!("{name}: the path of the endpoint has no such segment"));
        self.unless(!below(row.max, row.min), path, format!("{name}: max is below min"));
        let items = (row.max_items.map(f64::from), row.min_items.map(f64::from));
        self.unless(!below(items.0, items.1), path, format!("{name}: max_items is below min_items"));
        let of_type = row.allowed.iter().flatten().chain(&row.retired).all(|value| row.types.iter().any(|kind| fits(*kind, value)));
        self.unless(of_type, path, format!("{name}: a value of enum is not of its type"));
        for kind in row.content_types.iter().filter(|kind| !types.contains(kind.as_str())) {
            self.unless(false, path, format!("{name}: contents[].type has no value `{kind}`"));
        }
        self.models(path, &row.models);
        if row.certainty.is_some() || !row.sources.is_empty() {
            self.cite(path, &row.sources);
        }
        for pair in row.media.iter().flat_map(|media| media.duration_s.iter().chain(&media.aspect_range).chain(&media.fps_range)) {
            self.unless(pair[0] <= pair[1], path, format!("{name}: a range of media is upside down"));
        }
    }

    fn capability(&mut self, table: &Capability) {
        let path = "capability.toml";
        self.cite(path, &table.mode_to_resolution.sources);
        self.cite(path, &table.model_independent.sources);
        self.cite(path, &table.pixel_sizes.sources);
        let mut ids = BTreeSet::new();
        for matrix in &table.counts {
            self.cite(path, &matrix.sources);
            self.unless(self.endpoint(&matrix.endpoint).is_some(), path, format!("endpoint `{}` has no row", matrix.endpoint));
            self.models(path, &matrix.rows.iter().filter_map(|row| row.model.clone()).collect::<Vec<_>>());
        }
        let video = table.video.iter().map(|row| (&row.id, &row.endpoint, &row.model, &row.sources, "video"));
        let image = table.image.iter().map(|row| (&row.id, &row.endpoint, &row.model, &row.sources, "image"));
        for (id, endpoint, model, sources, product) in video.chain(image) {
            self.cite(path, sources);
            self.unless(ids.insert((product, id)), path, format!("row `{id}` stands twice"));
            self.unless(id.starts_with(&format!("{endpoint}/{model}")), path, format!("row `{id}` is not named after endpoint and model"));
            let listed = self.endpoint(endpoint).is_some();
            self.unless(listed, path, format!("endpoint `{endpoint}` has no row"));
            let known = self.knowledge.models.iter().any(|row| &row.id == model && row.product == product);
            self.unless(known, path, format!("{product} model `{model}` has no row in models.toml"));
        }
        for row in &table.video {
            let told =
                row.durations_s.is_some() == row.duration_json_type.is_some() && (row.durations_s.is_some() || row.duration_note.is_some());
            self.unless(told, path, format!("row `{}` needs durations_s with duration_json_type, or duration_note", row.id));
        }
    }

    fn prices(&mut self, table: &Prices) {
        let path = "prices.toml";
        let twice = table.sources.iter().filter(|row| self.knowledge.sources.iter().any(|source| source.key == row.key));
        for key in twice.map(|row| row.key.clone()).collect::<Vec<_>>() {
            self.unless(false, path, format!("source `{key}` has a row in sources.toml: remove the one here"));
        }
        for sources in table.unit_values.iter().map(|row| &row.sources).chain(table.rules.iter().map(|row| &row.sources)) {
            self.cite(path, sources);
        }
        let mut ids = BTreeSet::new();
        for row in &table.prices {
            self.cite(path, &row.sources);
            self.models(path, &row.models);
            self.unless(ids.insert(&row.id), path, format!("price `{}` stands twice", row.id));
            self.unless(row.units.is_some() == row.unit_kind.is_some(), path, format!("price `{}`: units need a unit_kind", row.id));
            let value = row.unit_kind.and_then(|kind| table.unit_usd(kind)).zip(row.units).map(|(usd, units)| usd * units);
            let sum = value.is_none_or(|value| (value - row.usd).abs() < USD_ROUNDING);
            self.unless(sum, path, format!("price `{}`: usd is not units times the value of a unit", row.id));
        }
        for row in &table.measurements {
            self.cite(path, &row.sources);
            self.models(path, &row.model.iter().cloned().collect::<Vec<_>>());
            self.unless(ids.insert(&row.id), path, format!("measurement `{}` stands twice", row.id));
        }
        for row in &table.packs {
            self.cite(path, &row.sources);
            self.unless(ids.insert(&row.id), path, format!("pack `{}` stands twice", row.id));
        }
        for row in &table.sources {
            self.unless(self.cited.contains(&row.key), path, format!("source `{}` is cited by no row", row.key));
        }
    }
}

/// Values of `contents[].type`.
fn content_types(file: &EndpointFields) -> BTreeSet<&str> {
    let rows = file.fields.iter().filter(|row| row.name == "contents[].type");
    rows.flat_map(|row| row.allowed.iter().flatten())
        .filter_map(|value| if let Scalar::Text(word) = value { Some(word.as_str()) } else { None })
        .collect()
}

fn below(max: Option<f64>, min: Option<f64>) -> bool {
    max.zip(min).is_some_and(|(max, min)| max < min)
}

fn fits(kind: JsonType, value: &Scalar) -> bool {
    match value {
        Scalar::Flag(_) => kind == JsonType::Boolean,
        Scalar::Integer(_) => matches!(kind, JsonType::Integer | JsonType::Number),
        Scalar::Number(_) => kind == JsonType::Number,
        Scalar::Text(_) => kind == JsonType::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The faults after one change to sound tables.
    fn after(change: impl FnOnce(&mut RequestKnowledge)) -> String {
        let knowledge = Knowledge::load().unwrap();
        let mut requests = RequestKnowledge::load().unwrap();
        change(&mut requests);
        faults(&knowledge, &requests).0.join("\n")
    }

    fn omni(requests: &mut RequestKnowledge) -> &mut EndpointFields {
        requests.fields.get_mut("new.omni.3.0").unwrap()
    }

    #[test]
    fn a_broken_row_is_a_fault_that_names_its_file() {
        type Break = fn(&mut RequestKnowledge);
        let cases: [(&str, Break); 9] = [
            ("fields/: legacy.tts has no file: add fields/legacy.tts.toml", |k| drop(k.fields.remove("legacy.tts"))),
            ("fields/new.omni.3.0.toml: contents: has no type", |k| omni(k).fields[0].types.clear()),
            ("required_when goes with", |k| omni(k).fields[0].required = Required::Conditional),
            ("contents[].type has no value `ghost`", |k| omni(k).fields[2].content_types = vec!["ghost".to_owned()]),
            ("a value of enum is not of its type", |k| omni(k).fields[1].allowed = Some(vec![Scalar::Integer(1)])),
            ("fields/new.omni.3.0.toml: model `ghost` has no row", |k| omni(k).fields[0].models = vec!["ghost".to_owned()]),
            ("capability.toml: source `ghost` has no row", |k| k.capability.video[0].sources = vec!["ghost".to_owned()]),
            ("capability.toml: endpoint `ghost` has no row", |k| k.capability.image[0].endpoint = "ghost".to_owned()),
            ("usd is not units times the value of a unit", |k| k.prices.prices[0].usd = 1.0),
        ];
        for (wanted, change) in cases {
            let found = after(change);
            assert!(found.contains(wanted), "{wanted}: {found}");
        }
    }
}
