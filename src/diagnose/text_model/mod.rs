//! A small learned model of how people describe each category, for pastes without structure.
//!
//! Trained by the build script on `references/phrasings`; it is the last voice in the ranking, never the loudest.

mod features;

use crate::knowledge::Category;

/// What the build script writes beside the weights.
mod generated {
    #![expect(clippy::unreadable_literal, reason = "numbers written by a program")]
    include!(concat!(env!("OUT_DIR"), "/model_meta.rs"));
    include!(concat!(env!("OUT_DIR"), "/causes_meta.rs"));
}
use generated::{BIAS, CAUSES, CLASSES, SCALE};

static PAGES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/causes.bin"));
static WEIGHTS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.bin"));

/// What the model thinks of a text.
#[derive(Debug, Clone)]
pub struct Guess {
    /// Probability of each category that the model knows.
    pub categories: Vec<(Category, f64)>,
    /// Probability that the text is another service's failure.
    pub not_kling: f64,
    /// Likeness of the text to each cause page, 0 to 1, in the order of [`page`].
    pub likeness: Vec<f64>,
}

impl Guess {
    /// Probability of one category.
    pub fn of(&self, category: Category) -> f64 {
        self.categories.iter().find(|(c, _)| *c == category).map_or(0.0, |(_, p)| *p)
    }
}

/// Number of a cause page in [`Guess::likeness`].
pub fn page(cause: &str) -> Option<usize> {
    CAUSES.iter().position(|id| *id == cause)
}

/// Reads at most the first few thousand bytes of `text`.
pub fn guess(text: &str) -> Guess {
    let mut scores: Vec<f64> = BIAS.iter().map(|b| f64::from(*b)).collect();
    let classes = scores.len();
    let features = features::features(text);
    for (bucket, value) in &features {
        let row = *bucket as usize * classes;
        let scale = f64::from(*value * SCALE);
        for (score, weight) in scores.iter_mut().zip(WEIGHTS.get(row..row + classes).unwrap_or_default()) {
            *score += scale * f64::from(weight.cast_signed());
        }
    }
    softmax(&mut scores);
    let named = CLASSES.iter().zip(&scores);
    Guess {
        categories: named.clone().filter_map(|(name, p)| Some((Category::of(name)?, *p))).collect(),
        likeness: likeness(&features),
        not_kling: named.filter(|(name, _)| **name == "not_kling").map(|(_, p)| *p).sum(),
    }
}

/// Cosine of the text and each page's strongest features. Rows are sorted by bucket, as the features are.
fn likeness(features: &[(u32, f32)]) -> Vec<f64> {
    let mut sums = vec![0.0_f64; CAUSES.len()];
    let rows = PAGES.as_chunks::<5>().0;
    let bucket_of = |row: &[u8; 5]| u32::from(u16::from_le_bytes([row[0], row[1]]));
    for (bucket, value) in features {
        let from = rows.partition_point(|row| bucket_of(row) < *bucket);
        for row in rows.iter().skip(from).take_while(|row| bucket_of(row) == *bucket) {
            if let Some(sum) = sums.get_mut(usize::from(u16::from_le_bytes([row[2], row[3]]))) {
                *sum += f64::from(*value) * f64::from(row[4]) / 255.0;
            }
        }
    }
    sums
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
