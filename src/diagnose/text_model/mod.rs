//! A small learned model of how people describe each category, for pastes without structure.
//!
//! Trained by the build script on `references/phrasings`; it is the last voice in the ranking, never the loudest.

mod features;

use crate::knowledge::Category;

include!(concat!(env!("OUT_DIR"), "/model_meta.rs"));

static WEIGHTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.bin"));

/// What the model thinks of a text.
#[derive(Debug, Clone)]
pub struct Guess {
    /// Probability of each category that the model knows.
    pub categories: Vec<(Category, f64)>,
    /// Probability that the text is another service's failure.
    pub not_kling: f64,
}

impl Guess {
    /// Probability of one category.
    pub fn of(&self, category: Category) -> f64 {
        self.categories.iter().find(|(c, _)| *c == category).map_or(0.0, |(_, p)| *p)
    }
}

/// Reads at most the first few thousand bytes of `text`.
pub fn guess(text: &str) -> Guess {
    let mut scores: Vec<f64> = BIAS.iter().map(|b| f64::from(*b)).collect();
    let classes = scores.len();
    for (bucket, value) in features::features(text) {
        let row = bucket as usize * classes;
        for (score, weight) in scores.iter_mut().zip(WEIGHTS.iter().skip(row)) {
            *score += f64::from(value * SCALE) * f64::from(weight.cast_signed());
        }
    }
    softmax(&mut scores);
    let named = CLASSES.iter().zip(&scores);
    Guess {
        categories: named.clone().filter_map(|(name, p)| Some((Category::of(name)?, *p))).collect(),
        not_kling: named.filter(|(name, _)| **name == "not_kling").map(|(_, p)| *p).sum(),
    }
}

fn softmax(scores: &mut [f64]) {
    let max = scores.iter().copied().fold(f64::MIN, f64::max);
    for score in scores.iter_mut() {
        *score = (*score - max).exp();
    }
    let sum: f64 = scores.iter().sum();
    for score in scores.iter_mut() {
        *score /= sum;
    }
}
