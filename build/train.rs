//! Trains the text model: multinomial logistic regression on the phrasings, one class a category.
//!
//! Deterministic: fixed order, fixed number of passes, no randomness beyond a fixed shuffle.

use std::{collections::BTreeMap, fs, path::Path};

use crate::embed::Source;
use crate::features::{BUCKETS, features};

const PASSES: usize = 40;
const RATE: f32 = 0.5;
const DECAY: f32 = 2e-5;
/// Features that are kept of a cause page.
const LIKENESS: usize = 400;

struct Example {
    class: usize,
    weight: f32,
    features: Vec<(u32, f32)>,
}

/// Writes `model.bin` (quantised weights, bucket-major), `model_meta.rs` (classes, scale, bias).
pub fn write(files: &[Source], out: &Path) {
    let (classes, examples) = read(files);
    let (weights, bias) = train(classes.len(), &examples);
    let scale = weights.iter().fold(1e-6_f32, |max, w| max.max(w.abs())) / 127.0;
    let bytes: Vec<u8> = weights.iter().map(|w| ((w / scale).round() as i8).cast_unsigned()).collect();
    fs::write(out.join("model.bin"), bytes).expect("OUT_DIR is writable");
    let meta = format!(
        "pub(crate) const CLASSES: &[&str] = &{classes:?};\npub(crate) const SCALE: f32 = {scale:?};\npub(crate) const BIAS: &[f32] = &{bias:?};\n"
    );
    fs::write(out.join("model_meta.rs"), meta).expect("OUT_DIR is writable");
}

/// Writes `causes.bin`: for every cause page its strongest features, so that pages of one category can be told apart
/// by likeness. Rows of (bucket as u16, cause number in page order as u16, weight as u8), sorted by bucket.
pub fn write_likeness(files: &[Source], out: &Path) {
    let mut rows = Vec::new();
    let mut ids = Vec::new();
    for file in below(files, "causes/") {
        let (head, body) = page(file);
        let id = text(&head, "id").unwrap_or_default();
        let own = [text(&head, "title"), text(&head, "summary")].into_iter().flatten();
        let quoted = fences(&body, &format!("diagnose={id}")).into_iter().chain(phrases(&head));
        let all: Vec<String> = own.chain(quoted).collect();
        let number = u16::try_from(ids.len()).expect("fewer than 65536 causes");
        ids.push(id);
        let mut strongest = features(&all.join("\n"));
        strongest.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        strongest.truncate(LIKENESS);
        rows.extend(strongest.into_iter().map(|(bucket, weight)| (bucket, number, (weight * 255.0).min(255.0) as u8)));
    }
    rows.sort_unstable();
    let mut bytes = Vec::with_capacity(rows.len() * 5);
    for (bucket, number, weight) in rows {
        bytes.extend(u16::try_from(bucket).expect("buckets fit").to_le_bytes());
        bytes.extend(number.to_le_bytes());
        bytes.push(weight);
    }
    fs::write(out.join("causes.bin"), bytes).expect("OUT_DIR is writable");
    fs::write(out.join("causes_meta.rs"), format!("pub(crate) const CAUSES: &[&str] = &{ids:?};\n")).expect("OUT_DIR is writable");
}

/// The phrasings, and from the pages what they quote: fences, phrases, vendor texts, their own words.
fn read(files: &[Source]) -> (Vec<String>, Vec<Example>) {
    let mut classes = Vec::new();
    let mut examples = Vec::new();
    let mut category_of: BTreeMap<String, String> = BTreeMap::new();
    for file in below(files, "causes/") {
        let (head, body) = page(file);
        let (Some(id), Some(category)) = (text(&head, "id"), text(&head, "category")) else { continue };
        category_of.insert(id.clone(), category.clone());
        let class = class_of(&mut classes, &category);
        let quoted = fences(&body, &format!("diagnose={id}")).into_iter().chain(phrases(&head));
        let own = [text(&head, "title"), text(&head, "summary")].into_iter().flatten();
        examples.extend(quoted.chain(own).map(|said| Example { class, weight: 1.0, features: features(&said) }));
    }
    for file in below(files, "messages/") {
        let (head, _) = page(file);
        for row in rows(&head, "text") {
            let cause = row.get("cause").or_else(|| head.get("cause")).and_then(|v| v.as_str()).unwrap_or_default();
            if let (Some(category), Some(said)) = (category_of.get(cause), row.get("text").and_then(|v| v.as_str())) {
                examples.push(Example { class: class_of(&mut classes, category), weight: 1.0, features: features(said) });
            }
        }
    }
    for file in below(files, "phrasings/") {
        let table: toml::Table = read_file(file).parse().unwrap_or_else(|e| panic!("{}: {e}", file.name));
        let category = text(&table, "category").unwrap_or_else(|| panic!("{}: no category", file.name));
        let class = class_of(&mut classes, &category);
        for says in table.get("says").and_then(|v| v.as_array()).into_iter().flatten().filter_map(|v| v.as_str()) {
            examples.push(Example { class, weight: 1.0, features: features(says) });
        }
    }
    balance(classes.len(), &mut examples);
    shuffle(&mut examples);
    (classes, examples)
}

fn below<'f>(files: &'f [Source], folder: &str) -> Vec<&'f Source> {
    files.iter().filter(|file| file.name.starts_with(folder)).collect()
}

fn read_file(file: &Source) -> String {
    fs::read_to_string(&file.path).expect("listed file is readable")
}

/// Head and body of a page; the loader of the program says what is wrong with a bad one.
fn page(file: &Source) -> (toml::Table, String) {
    let whole = read_file(file);
    let (head, body) = whole.strip_prefix("```toml\n").and_then(|rest| rest.split_once("\n```\n")).unwrap_or(("", ""));
    (head.parse().unwrap_or_default(), body.to_owned())
}

fn text(table: &toml::Table, key: &str) -> Option<String> {
    table.get(key).and_then(|v| v.as_str()).map(str::to_owned)
}

fn rows<'t>(table: &'t toml::Table, key: &str) -> Vec<&'t toml::Table> {
    table.get(key).and_then(|v| v.as_array()).into_iter().flatten().filter_map(|v| v.as_table()).collect()
}

/// Phrases of the signals that speak for the cause.
fn phrases(head: &toml::Table) -> Vec<String> {
    let speaking = rows(head, "signal")
        .into_iter()
        .filter(|row| matches!(row.get("weight").and_then(|v| v.as_str()), Some("decisive" | "strong" | "weak")));
    speaking
        .flat_map(|row| {
            row.get("phrase")
                .and_then(|v| v.as_array())
                .into_iter()
                .flatten()
                .filter_map(|v| v.as_str())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Text of the fences whose info words hold `mark`.
fn fences(body: &str, mark: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    for line in body.lines() {
        match (line.strip_prefix("```"), &mut inside) {
            (Some(info), None) if info.split_whitespace().any(|word| word == mark) => inside = Some(String::new()),
            (Some(_), Some(_)) => found.extend(inside.take()),
            (None, Some(text)) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    found
}

fn class_of(classes: &mut Vec<String>, category: &str) -> usize {
    classes.iter().position(|c| c == category).unwrap_or_else(|| {
        classes.push(category.to_owned());
        classes.len() - 1
    })
}

/// A class with many examples must not win by their number alone.
fn balance(classes: usize, examples: &mut [Example]) {
    let mut counts = vec![0.0_f32; classes];
    for example in examples.iter() {
        counts[example.class] += 1.0;
    }
    let mean = examples.len() as f32 / classes.max(1) as f32;
    for example in examples {
        example.weight = (mean / counts[example.class]).sqrt();
    }
}

/// A fixed permutation, so that no class is seen last in every pass.
fn shuffle(examples: &mut [Example]) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for i in (1..examples.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        examples.swap(i, (state >> 33) as usize % (i + 1));
    }
}

/// Adagrad over the examples; weights lie bucket-major: `bucket * classes + class`.
fn train(classes: usize, examples: &[Example]) -> (Vec<f32>, Vec<f32>) {
    let mut weights = vec![0.0_f32; BUCKETS * classes];
    let mut squares = vec![1e-3_f32; BUCKETS * classes];
    let mut bias = vec![0.0_f32; classes];
    let mut scores = vec![0.0_f32; classes];
    for _ in 0..PASSES {
        for example in examples {
            score(&weights, &bias, &example.features, &mut scores);
            softmax(&mut scores);
            scores[example.class] -= 1.0;
            for score in &mut scores {
                *score *= example.weight;
            }
            for (bucket, value) in &example.features {
                let row = *bucket as usize * classes;
                for (class, error) in scores.iter().enumerate() {
                    let gradient = error * value + DECAY * weights[row + class];
                    squares[row + class] += gradient * gradient;
                    weights[row + class] -= RATE * gradient / squares[row + class].sqrt() * 0.3;
                }
            }
            for (class, error) in scores.iter().enumerate() {
                bias[class] -= 0.02 * error;
            }
        }
    }
    (weights, bias)
}

fn score(weights: &[f32], bias: &[f32], features: &[(u32, f32)], scores: &mut [f32]) {
    scores.copy_from_slice(bias);
    for (bucket, value) in features {
        let row = *bucket as usize * bias.len();
        for (class, score) in scores.iter_mut().enumerate() {
            *score += value * weights[row + class];
        }
    }
}

fn softmax(scores: &mut [f32]) {
    let max = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - max).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}
