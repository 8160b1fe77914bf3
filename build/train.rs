//! Trains the text model: multinomial logistic regression on the phrasings, one class a category.
//!
//! Deterministic: fixed order, fixed number of passes, no randomness beyond a fixed shuffle.

use std::{fs, path::Path};

use crate::embed::Source;
use crate::features::{BUCKETS, features};

const PASSES: usize = 40;
const RATE: f32 = 0.5;
const DECAY: f32 = 2e-5;

struct Example {
    class: usize,
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

fn read(files: &[Source]) -> (Vec<String>, Vec<Example>) {
    let mut classes = Vec::new();
    let mut examples = Vec::new();
    for file in files.iter().filter(|f| f.name.starts_with("phrasings/") && f.name.ends_with(".toml")) {
        let text = fs::read_to_string(&file.path).expect("listed file is readable");
        let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", file.name));
        let category = table.get("category").and_then(|v| v.as_str()).unwrap_or_else(|| panic!("{}: no category", file.name));
        let class = class_of(&mut classes, category);
        for says in table.get("says").and_then(|v| v.as_array()).into_iter().flatten().filter_map(|v| v.as_str()) {
            examples.push(Example { class, features: features(says) });
        }
    }
    shuffle(&mut examples);
    (classes, examples)
}

fn class_of(classes: &mut Vec<String>, category: &str) -> usize {
    classes.iter().position(|c| c == category).unwrap_or_else(|| {
        classes.push(category.to_owned());
        classes.len() - 1
    })
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
