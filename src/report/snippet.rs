//! One finding as a person reads it: the sentence, the line with a caret, the way out.

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{
    AnnotationKind, Element, Level, Message, Origin, Padding, Renderer, Snippet,
};

use crate::report::palette;
use crate::report::place;
use crate::report::prose::{WIDTH, count, shown, wrap};
use crate::review::finding::{Finding, Note, Review};
use crate::rule::definition::{Plan, Severity};
use crate::text::source::{Span, Text};

/// Shows a finding: title, source line, notes, and what to write instead.
pub fn show(finding: &Finding, review: &Review) -> String {
    let (level, mark) = match finding.severity {
        Severity::Critical => (Level::ERROR, "❌"),
        Severity::Warning => (Level::WARNING, "⚠️ "),
    };
    let title = level
        .with_name(format!("{mark} {}", finding.rule.id))
        .primary_title(shown(&finding.raw.message));
    let group = title.element(source(finding, review)).elements(remarks(finding));
    let renderer = if palette::is_painted() { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(DEFAULT_TERM_WIDTH.max(200)).render(&[group]) + "\n"
}

/// The lines that it is about, with a caret; only the path where they cannot be shown.
fn source<'a>(finding: &'a Finding, review: &'a Review) -> Element<'a> {
    let site = &finding.raw.site;
    match review.texts.get(&site.path) {
        Some(text) if has_place(finding) => excerpt(finding, text).into(),
        _ => Origin::path(shown(&site.path)).into(),
    }
}

/// Tells whether a finding is about a place in its file rather than about the file as a whole.
fn has_place(finding: &Finding) -> bool {
    finding.raw.site.span != Span::default()
}

fn excerpt<'a>(
    finding: &'a Finding,
    text: &'a Text,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let span = finding.raw.site.span;
    let first = text.line_of(span.start);
    let last = text.line_of(span.end.saturating_sub(1).max(span.start));
    let lines = Span::new(text.line_span(first).start, text.line_span(last).end);
    let within = span.start - lines.start..span.end.min(lines.end).max(span.start) - lines.start;
    let label = finding.raw.label.as_deref().map(shown);
    Snippet::source(text.slice(lines))
        .path(shown(&finding.raw.site.path))
        .line_start(first)
        .annotation(AnnotationKind::Primary.span(within).label(label))
}

/// What stands under the source line.
fn remarks(finding: &Finding) -> Vec<Element<'static>> {
    let mut remarks: Vec<Element<'static>> = Vec::new();
    if !has_place(finding) {
        remarks.push(Padding.into());
    }
    remarks.extend(consequences(finding).into_iter().map(Element::from));
    remarks.extend(finding.notes.iter().map(|note| Element::from(also(note))));
    remarks.push(plain_note(way_out(finding)).into());
    remarks.push(plain_note(format!("safe-migration explain {}", finding.rule.id)).into());
    remarks
}

/// Whom it hits, how often, what is not known, and what lowered it.
fn consequences(finding: &Finding) -> Vec<Message<'static>> {
    let harm = finding.raw.label.is_none().then(|| named("because", finding.rule.harm));
    let times = (finding.count > 1).then(|| named("here", &count(finding.count, "time")));
    let notes = finding.raw.notes.iter().map(|note| named("also", note));
    let lowered = finding.lowered.as_ref().map(|lowered| {
        let text =
            format!("from {} by {}: {}", lowered.from.name(), lowered.by.name(), lowered.text);
        named("lowered", &text)
    });
    harm.into_iter().chain(times).chain(notes).chain(lowered).collect()
}

fn also(note: &Note) -> Message<'static> {
    named("also", &format!("{} ({})", note.message, note.rule.id))
}

/// What to do, what to write, and the plan that would lower it.
fn way_out(finding: &Finding) -> String {
    let remedy = wrap(&format!("instead: {}", place::remedy(finding)), WIDTH);
    let code = finding
        .raw
        .safe_form
        .iter()
        .flat_map(|code| code.lines())
        .map(|line| format!("\n    {line}"));
    let plan = finding.raw.plan.unwrap_or(finding.rule.plan);
    let is_shown = |plan: &Plan| {
        finding.raw.safe_form.as_ref().is_some_and(|code| code.contains(label(*plan)))
    };
    let lowers = match (finding.severity, &finding.lowered, plan.filter(|plan| !is_shown(plan))) {
        (Severity::Critical, None, Some(plan)) => {
            format!("\nor state the plan: # {}", sentence(plan))
        }
        _ => String::new(),
    };
    shown(&format!("{}{}{lowers}", remedy, code.collect::<String>()))
}

/// Returns the words that a plan begins with.
fn label(plan: Plan) -> &'static str {
    sentence(plan).split_inclusive(':').next().unwrap_or_default()
}

/// Returns how a plan is written.
pub fn sentence(plan: Plan) -> &'static str {
    match plan {
        Plan::Backup => "Backup plan: <where the data is kept, and how it comes back>",
        Plan::DeployWindow => "Deploy window: <when nobody uses it, and who runs it>",
        Plan::Irreversible => "Irreversible: <why there is no way back, and what is done instead>",
    }
}

fn named(name: &'static str, text: &str) -> Message<'static> {
    Level::NOTE.with_name(name).message(wrap(&shown(text), WIDTH))
}

fn plain_note(text: String) -> Message<'static> {
    Level::HELP.with_name(None::<&str>).message(text)
}
