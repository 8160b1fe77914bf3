//! The multi-shot form of a prompt: `shot 1, 3, words; shot 2, 2, words`.

/// A prompt in that form.
#[derive(Debug)]
pub(super) struct Shots {
    /// The shots in order.
    pub(super) list: Vec<Shot>,
    /// Whether a separator is not the ASCII one.
    pub(super) wide: bool,
}

/// One shot.
#[derive(Debug)]
pub(super) struct Shot {
    /// Its length, where a number stands there.
    pub(super) seconds: Option<f64>,
    /// Characters of its words.
    pub(super) words: usize,
}

/// Reads a prompt; nothing when its beginning is not `shot n, m`.
pub(super) fn shots(prompt: &str) -> Option<Shots> {
    let prompt = prompt.trim();
    let (first, _) = shot(prompt)?;
    first.seconds?;
    let mut shots = Shots { list: Vec::new(), wide: false };
    let mut start = 0;
    for (at, mark) in prompt.char_indices().filter(|(_, c)| matches!(c, ';' | '；')) {
        let next = at + mark.len_utf8();
        if prompt.get(next..).is_some_and(|rest| after_number(rest.trim_start()).is_some()) {
            add(&mut shots, prompt.get(start..at));
            shots.wide |= mark == '；';
            start = next;
        }
    }
    add(&mut shots, prompt.get(start..));
    Some(shots)
}

fn add(shots: &mut Shots, piece: Option<&str>) {
    if let Some((shot, wide)) = piece.and_then(|piece| shot(piece.trim())) {
        shots.list.push(shot);
        shots.wide |= wide;
    }
}

/// A shot, and whether a separator in it is not the ASCII one.
fn shot(piece: &str) -> Option<(Shot, bool)> {
    let (rest, mut wide) = after_number(piece)?;
    let (length, words) = rest.split_once([',', '，']).unwrap_or((rest, ""));
    let seconds = length.trim().parse().ok().filter(|seconds: &f64| seconds.is_finite());
    let words = if seconds.is_some() { words } else { rest };
    wide |= seconds.is_some() && rest.get(length.len()..).is_some_and(|rest| rest.starts_with('，'));
    Some((Shot { seconds, words: words.trim().trim_end_matches([';', '；']).chars().count() }, wide))
}

/// What follows `shot n,`, and whether its comma is not the ASCII one.
fn after_number(piece: &str) -> Option<(&str, bool)> {
    let rest = piece.get(4..).filter(|_| piece.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("shot")))?.trim_start();
    let tail = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let comma = tail.trim_start();
    let wide = comma.starts_with('，');
    (tail.len() < rest.len()).then(|| comma.strip_prefix([',', '，'])).flatten().map(|rest| (rest, wide))
}
