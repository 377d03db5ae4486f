//! One finding as a person reads it: the sentence, what happens to whom, the line, the way out.

use unicode_width::UnicodeWidthStr;

use crate::report::palette;
use crate::report::place;
use crate::report::prose::{count, indent, wrap};
use crate::report::speech::{one_line, shown};
use crate::review::finding::{Finding, Review};
use crate::rule::severity::{Plan, Severity};
use crate::text::cut;
use crate::text::source::{Span, Text};

/// How many lines of a statement are shown.
const LINES: usize = 3;

/// How many lines of the statement a safe form may repeat.
const REPEATED: usize = 8;

/// What stands before every line below the first.
const MARGIN: &str = "   ";

/// Shows a finding: title, consequence, source line, notes, and what to write instead.
pub fn show(finding: &Finding, review: &Review) -> String {
    let mut lines = vec![title(finding)];
    if let Some(consequence) = place::consequence(finding) {
        lines.push(paragraph("", &consequence));
    }
    lines.push(source(finding, review));
    lines.extend(remarks(finding));
    lines.push(way_out(finding, review));
    lines.join("\n") + "\n"
}

/// Shows a finding of a rule that is shown in full elsewhere: one line with its place.
pub fn brief(finding: &Finding, review: &Review) -> String {
    let place = place::of(finding, review).filter(|_| has_place(finding));
    let line = place.map(|place| format!(", line {}", place.start.line));
    format!("{}{}\n", title(finding), palette::faint(&line.unwrap_or_default()))
}

fn title(finding: &Finding) -> String {
    let (mark, rule) = match finding.severity {
        Severity::Critical => ("❌", palette::critical(finding.rule.id)),
        Severity::Warning => ("⚠️ ", palette::warning(finding.rule.id)),
    };
    let mut message = format!(": {}", one_line(&finding.raw.message));
    // It stays in one line where the terminal is wide, for those who search for it.
    if palette::is_narrow() {
        let id = finding.rule.id;
        let lines = paragraph("", &format!("{id}{message}"));
        message = cut::from(&lines, MARGIN.len() + id.len()).to_owned();
    }
    format!("{mark} {rule}{}", palette::strong(&message))
}

/// The place, and the lines there; only the path where they cannot be shown.
fn source(finding: &Finding, review: &Review) -> String {
    let path = one_line(&finding.raw.site.path);
    let text = review.texts.get(&finding.raw.site.path).filter(|_| has_place(finding));
    let (Some(text), Some(place)) = (text, place::of(finding, review)) else {
        return palette::faint(&format!("{MARGIN}--> {path}")).to_string();
    };
    let head = format!("{MARGIN}--> {path}:{}:{}", place.start.line, place.start.column);
    format!("{}\n{}", palette::faint(&head), excerpt(finding.raw.site.span, text))
}

/// Tells whether a finding is about a place in its file rather than about the file as a whole.
fn has_place(finding: &Finding) -> bool {
    finding.raw.site.span != Span::default()
}

/// The lines of a place, numbered; marked below where it is only a part of one line.
fn excerpt(span: Span, text: &Text) -> String {
    let first = text.line_of(span.start);
    let last = text.line_of(span.end.saturating_sub(1).max(span.start));
    let digits = last.to_string().len();
    let number = |line: &dyn std::fmt::Display| {
        palette::faint(&format!("{MARGIN}{line:>digits$} | ")).to_string()
    };
    let line = |at: usize| text.slice(text.line_span(at)).trim_end();
    let mut rows: Vec<String> = (first..=last.min(first + LINES - 1))
        .map(|at| format!("{}{}", number(&at), shown(line(at))))
        .collect();
    if last >= first + LINES {
        rows.push(format!("{}{}", number(&"."), "..."));
    }
    let whole = text.line_span(first);
    let (before, within) = (
        text.slice(Span::new(whole.start, span.start)),
        text.slice(Span::new(span.start, span.end.clamp(span.start, whole.end.max(span.start)))),
    );
    let is_part = !before.trim().is_empty() || within.trim() != line(first).trim();
    if first == last && is_part {
        let room: String = before.chars().map(blank).collect();
        let marks = "^".repeat(shown(within.trim_end()).width().max(1));
        rows.push(format!("{}{room}{}", number(&""), palette::strong(&marks)));
    }
    rows.join("\n")
}

/// What takes the room of a character and shows nothing.
fn blank(letter: char) -> String {
    match letter {
        '\t' => "\t".to_owned(),
        letter => " ".repeat(shown(letter.encode_utf8(&mut [0; 4])).width()),
    }
}

/// How often, what else is so, what is not known, and what lowered it.
fn remarks(finding: &Finding) -> Vec<String> {
    let times = (finding.count > 1).then(|| paragraph("here: ", &count(finding.count, "time")));
    let notes = finding.raw.notes.iter().map(|note| paragraph("also: ", note));
    let others = finding
        .notes
        .iter()
        .map(|note| paragraph("also: ", &format!("{} ({})", note.message, note.rule.id)));
    let lowered = finding.lowered.as_ref().map(|lowered| {
        let (from, by) = (lowered.from.name(), lowered.by.name());
        paragraph("lowered: ", &format!("from {from} by {by}: {}", lowered.text))
    });
    times.into_iter().chain(notes).chain(others).chain(lowered).collect()
}

/// What to do, what to write, and the plan that would lower it.
fn way_out(finding: &Finding, review: &Review) -> String {
    let code = finding.raw.safe_form.as_deref();
    let remedy = place::remedy(finding);
    let remedy = if code.is_some() { place::first_sentence(remedy) } else { remedy };
    let mut lines = vec![paragraph("instead: ", remedy)];
    let source = place::snippet(finding, review).unwrap_or_default();
    lines.extend(code.map(|code| indent(&shown(&without_repeats(code, source)), "       ")));
    let plan = finding.raw.plan.unwrap_or(finding.rule.plan);
    let is_shown = |plan: &Plan| code.is_some_and(|code| code.contains(label(*plan)));
    if let (Severity::Critical, None, Some(plan)) =
        (finding.severity, &finding.lowered, plan.filter(|plan| !is_shown(plan)))
    {
        lines.push(paragraph("or say: ", &format!("# {}", sentence(plan))));
    }
    lines.join("\n")
}

/// Cuts a safe form short where it repeats many lines of the statement as they stand.
fn without_repeats(code: &str, source: &str) -> String {
    let known: Vec<&str> = source.lines().map(str::trim).collect();
    let mut out: Vec<String> = Vec::new();
    let mut left: Vec<&str> = code.lines().collect();
    while let Some(first) = left.first().copied() {
        let run = left.iter().take_while(|line| known.contains(&line.trim())).count();
        if run > REPEATED {
            let room: String = left[1].chars().take_while(|letter| *letter == ' ').collect();
            out.push(first.to_owned());
            out.push(format!("{room}...  # as it stands"));
            out.push(left[run - 1].to_owned());
        } else {
            out.extend(left.iter().take(run.max(1)).map(|line| (*line).to_owned()));
        }
        left.drain(..run.max(1));
    }
    out.join("\n")
}

/// A labelled paragraph below the title.
fn paragraph(label: &str, text: &str) -> String {
    let room = palette::width().saturating_sub(MARGIN.len());
    indent(&wrap(&shown(&format!("{label}{text}")), room), MARGIN)
}

/// Returns the words that a plan begins with.
fn label(plan: Plan) -> &'static str {
    sentence(plan).split_inclusive(':').next().unwrap_or_default()
}

/// Returns how a plan is written: what stands between `<` and `>` says nothing, so that a template
/// that is pasted as it stands is no plan.
pub fn sentence(plan: Plan) -> &'static str {
    match plan {
        Plan::Backup => "Backup plan: <where the data is kept, and how it comes back>",
        Plan::DeployWindow => "Deploy window: <when nobody uses it, and who runs it>",
        Plan::Irreversible => "Irreversible: <why there is no way back, and what is done instead>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_safe_form_repeats_no_long_statement() {
        let columns: String =
            (0..9).map(|at| format!("        sa.Column(\"c{at}\", sa.Text()),\n")).collect();
        let source = format!("    op.create_table(\n        \"t\",\n{columns}    )");
        let code = format!("op.execute(\"SET x = 1\")\nop.create_table(\n    \"t\",\n{columns})");
        let short = "op.execute(\"SET x = 1\")\nop.create_table(\n    ...  # as it stands\n)";
        assert_eq!(without_repeats(&code, &source), short);
        let other = code.replace("sa.Text", "sa.String");
        assert_eq!(without_repeats(&other, &source), other, "what differs is shown");
    }
}
