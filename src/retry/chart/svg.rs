//! The same as a picture: jobs done over time, and creates for each job.

use std::fmt::Write as _;

use super::super::num::{real, size};
use super::{Line, span};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 210.0;
const TOP: f64 = 40.0;
const HEIGHT: f64 = 200.0;
const ROW: f64 = 22.0;
const STEPS: u32 = 60;
/// Colours that people with red-green blindness can tell apart (Okabe and Ito).
const COLOURS: [&str; 5] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00"];

/// A picture of the first five policies over time, and of all of them as bars.
pub fn svg(title: &str, lines: &[Line]) -> String {
    let bars_top = TOP + HEIGHT + 60.0;
    let height = bars_top + ROW * size(lines.len()) + 20.0;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">\n<title>{title}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        title = escaped(title)
    );
    text(&mut out, 12.0, 22.0, title, "font-size=\"15\" font-weight=\"bold\"");
    timeline(&mut out, lines);
    bars(&mut out, lines, bars_top);
    out.push_str("</svg>\n");
    out
}

fn timeline(out: &mut String, lines: &[Line]) {
    let end = lines.first().and_then(|line| line.done_at.last()).copied().unwrap_or(1.0);
    let most = lines.iter().map(|line| line.done_at.len()).max().unwrap_or(1).max(1);
    let (width, bottom) = (WIDTH - LEFT - 20.0, TOP + HEIGHT);
    let _ = writeln!(out, "<path d=\"M{LEFT} {TOP}V{bottom}H{}\" fill=\"none\" stroke=\"#888\"/>", WIDTH - 20.0);
    text(out, LEFT, bottom + 18.0, "0", "");
    text(out, WIDTH - 20.0, bottom + 18.0, &span(end), "text-anchor=\"end\"");
    text(out, LEFT - 6.0, TOP + 10.0, &format!("{most} jobs done"), "text-anchor=\"end\"");
    for ((line, colour), place) in lines.iter().zip(COLOURS).zip(1_u32..) {
        let mut points = String::new();
        for step in 0..=STEPS {
            let share = f64::from(step) / f64::from(STEPS);
            let done = line.done_at.partition_point(|&at| at <= end * share);
            let _ = write!(points, "{:.1},{:.1} ", LEFT + share * width, bottom - size(done) / size(most) * HEIGHT);
        }
        let _ = writeln!(out, "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>", points.trim_end());
        text(out, LEFT - 6.0, TOP + 22.0 + 18.0 * f64::from(place), &line.name, &format!("text-anchor=\"end\" fill=\"{colour}\""));
    }
}

fn bars(out: &mut String, lines: &[Line], top: f64) {
    let most = lines.iter().map(|line| line.creates_per_job).fold(1.0, f64::max);
    text(out, 12.0, top - 8.0, "Creates for each job, and jobs lost", "font-weight=\"bold\"");
    for (line, row) in lines.iter().zip(0_u64..) {
        let y = top + ROW * real(row);
        let width = (line.creates_per_job / most * (WIDTH - LEFT - 180.0)).max(1.0);
        text(out, LEFT - 6.0, y + 14.0, &line.name, "text-anchor=\"end\"");
        let _ = writeln!(out, "<rect x=\"{LEFT}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"14\" fill=\"{}\"/>", y + 3.0, COLOURS[0]);
        let figures = format!("{:.2}, {:.1} % lost", line.creates_per_job, line.lost_share * 100.0);
        text(out, LEFT + width + 6.0, y + 14.0, &figures, "");
    }
}

fn text(out: &mut String, x: f64, y: f64, words: &str, attributes: &str) {
    let _ = writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" {attributes}>{}</text>", escaped(words));
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place_in_the_picture() {
        let line = Line { name: "<script>&".to_owned(), creates_per_job: 2.0, lost_share: 0.1, done_at: vec![1.0, 2.0] };
        let picture = svg("a < b", &[line]);
        assert!(!picture.contains("<script>") && picture.contains("&lt;script&gt;&amp;") && picture.ends_with("</svg>\n"));
    }
}
