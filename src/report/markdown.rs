//! A review as a comment on a pull request: what blocks first, each entry folded, and never longer
//! than a comment may be.

use crate::report::prose::count;
use crate::report::speech::{self, code, fenced, markdown as escape};
use crate::report::telling::Telling;
use crate::report::{human, place};
use crate::review::finding::{Finding, Review, Unused};
use crate::rule::severity::Severity;
use crate::text::cut;

/// How long a comment may be on GitHub, in characters, with room for what a workflow adds.
const LONGEST: usize = 65_000;

/// Tells a review as Markdown: a heading with the decision, and one entry per finding.
pub fn tell(review: &Review, telling: Telling) -> String {
    let closing = human::closing_line(review, telling).replace("✅ safe-migration:", "✅");
    let mut out = format!("### safe-migration: {closing}\n");
    for change in &review.settings_changes {
        out += &format!("\n> ⚠️ {}\n", escape(change));
    }
    let unused: Vec<String> = review.unused.iter().map(Unused::sentence).collect();
    let lines = review.unverifiable.iter().chain(&unused).chain(&review.recommendations);
    let lines = lines.chain(&review.notices);
    let lines: String = lines.map(|line| format!("- {}\n", escape(line))).collect();
    let tail = if lines.is_empty() { lines } else { format!("\n{lines}") };
    let tail = shortened(tail, LONGEST / 2);
    let mut left = LONGEST.saturating_sub(length(&out) + length(&tail));
    let mut shown = 0;
    for finding in ordered(review) {
        let entry = [entry(finding, review), line(finding, review)]
            .into_iter()
            .find(|entry| length(entry) + 200 < left);
        let Some(entry) = entry else { break };
        left -= length(&entry);
        out += &entry;
        shown += 1;
    }
    let more = review.findings.len() - shown;
    if more > 0 {
        out += &format!("\n{} more: `safe-migration check` shows them.\n", count(more, "finding"));
    }
    out + &tail
}

/// What blocks, then what warns.
fn ordered(review: &Review) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = review.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn shortened(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}...\n", cut::to(&text, at)),
        None => text,
    }
}

/// The title of a finding, and where it stands.
fn title(finding: &Finding, review: &Review) -> [String; 2] {
    let mark = match finding.severity {
        Severity::Critical => "❌",
        Severity::Warning => "⚠️",
    };
    let line = place::of(finding, review)
        .map(|place| format!(":{}", place.start.line))
        .unwrap_or_default();
    let message = speech::html(&finding.raw.message);
    let place = code(&format!("{}{line}", finding.raw.site.path));
    [format!("{mark} <b>{}</b>: {message}", finding.rule.id), place]
}

/// A finding in full, folded where it does not block.
fn entry(finding: &Finding, review: &Review) -> String {
    let [title, place] = title(finding, review);
    let open = if review.blocks(finding) { " open" } else { "" };
    let consequence = place::consequence(finding)
        .map(|text| format!("**{}**\n\n", capital(&escape(&text))))
        .unwrap_or_default();
    let lowered = finding
        .lowered
        .as_ref()
        .map(|by| format!("Lowered by {}: {}\n\n", by.by.name(), escape(&by.text)));
    let source = place::snippet(finding, review)
        .filter(|lines| lines.lines().count() <= 12)
        .map(|lines| fenced(lines, "python"))
        .unwrap_or_default();
    let also = finding.raw.notes.iter().chain(finding.notes.iter().map(|note| &note.message));
    let notes: String = also.map(|note| format!("- also {}\n", escape(note))).collect();
    let notes = if notes.is_empty() { notes } else { notes + "\n" };
    let code =
        finding.raw.safe_form.as_ref().map(|code| fenced(code, "python")).unwrap_or_default();
    format!(
        "\n<details{open}><summary>{title}</summary>\n\n{consequence}{place}\n{source}\n\
         {notes}{}{}\n{code}\n\
         [{}]({})\n</details>\n",
        lowered.unwrap_or_default(),
        escape(place::remedy(finding)),
        finding.rule.id,
        place::page(finding.rule),
    )
}

/// A finding in one line, where there is no room for more.
fn line(finding: &Finding, review: &Review) -> String {
    let [title, place] = title(finding, review);
    format!("\n- {title} ({place})\n")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
