//! Pages and tables made of the rules' cards and examples: they are the documentation.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::report::palette;
use crate::report::place;
use crate::report::prose::{indent, wrap};
use crate::report::snippet;
use crate::report::speech::fenced;
use crate::rule::definition::Rule;
use crate::rule::severity::Severity;

/// Sessions that show a rule and the verbs around it, as a test prints them.
const SESSIONS: [(&str, &str); 3] = [
    ("column-still-referenced", include_str!("sessions/column-still-referenced.txt")),
    ("model-without-migration", include_str!("sessions/model-without-migration.txt")),
    ("heads-after-merge", include_str!("sessions/heads-after-merge.txt")),
];

fn session(rule: &Rule) -> Option<&'static str> {
    SESSIONS.iter().find(|(id, _)| *id == rule.id).map(|(_, session)| *session)
}

/// Returns the page of a rule.
pub fn page(rule: &Rule) -> String {
    let head = format!("{} · {} · {}", rule.id, rule.theme.title(), rule.severity.name());
    let mut page = format!(
        "{}\n\n{}\n",
        palette::strong(&head),
        prose(&format!("A migration that {}.", rule.summary))
    );
    page += &part("Why", &prose(rule.harm));
    page += &part("Instead", &prose(rule.remedy));
    page += &part("Objects to", &read_aloud(rule.example.bad));
    page += &part("Lets through", &read_aloud(rule.example.good));
    page += &session(rule).map(|session| part("As it is reported", session)).unwrap_or_default();
    page += &part("When it must be", &exceptions(rule));
    page
}

/// Returns the page of a rule as Markdown.
pub fn markdown(rule: &Rule) -> String {
    format!(
        "# {}\n\nA migration that {}.\n\n{} · {}\n\n## Why\n\n{}\n\n## Instead\n\n{}\n\n\
         ## Objects to\n{}\n\
         ## Lets through\n{}\n{}## When it must be\n{}",
        rule.id,
        rule.summary,
        rule.theme.title(),
        rule.severity.name(),
        rule.harm,
        rule.remedy,
        fenced(&read_aloud(rule.example.bad), "python"),
        fenced(&read_aloud(rule.example.good), "python"),
        session(rule)
            .map(|session| format!("## As it is reported\n{}\n", fenced(session, "console")))
            .unwrap_or_default(),
        fenced(&exceptions(rule), "python"),
    )
}

/// Says what the lines that divide an example mean.
fn read_aloud(example: &str) -> String {
    let line = |line: &str| match line {
        "# upstream" => "# What stands above is released; what follows is judged.\n".to_owned(),
        "# theirs" => "# What follows stands upstream only.\n".to_owned(),
        line => format!("{line}\n"),
    };
    example.lines().map(line).collect()
}

/// Returns the page of a rule as a value.
pub fn object(rule: &Rule) -> Value {
    json!({
        "rule": rule.id,
        "theme": rule.theme.title(),
        "severity": rule.severity.name(),
        "summary": format!("A migration that {}", rule.summary),
        "harm": rule.harm,
        "remedy": rule.remedy,
        "plan": rule.plan.map(snippet::sentence),
        "waivable": rule.waivable,
        "bad": rule.example.bad,
        "good": rule.example.good,
        "url": place::page(rule),
    })
}

/// What lowers a finding of the rule, or lets it pass.
fn exceptions(rule: &Rule) -> String {
    let plan = rule.plan.map(|plan| {
        format!(
            "A plan lowers it to a warning, in a comment above the statement:\n    # {}\n",
            snippet::sentence(plan)
        )
    });
    let waiver = match rule.waivable {
        true => format!(
            "A waiver lets it pass:\n    # safe-migration: allow {} -- <the reason>",
            rule.id
        ),
        false => "No waiver lets it pass.".to_owned(),
    };
    format!("{}{waiver}", plan.unwrap_or_default())
}

/// Returns the list of rules, by theme, for a terminal.
pub fn list(rules: &[&'static Rule]) -> String {
    let wide = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut list = String::new();
    for theme in themes(rules) {
        let _infallible = writeln!(list, "{}", palette::strong(theme));
        for rule in rules.iter().filter(|rule| rule.theme.title() == theme) {
            let severity = format!("{:8}", rule.severity.name());
            let severity = match rule.severity {
                Severity::Critical => palette::critical(&severity),
                Severity::Warning => palette::warning(&severity),
            };
            let _infallible = writeln!(list, "  {:wide$}  {severity}  {}", rule.id, rule.summary);
        }
        list.push('\n');
    }
    list + "safe-migration explain RULE shows one of them\n"
}

/// Returns the page that lists the rules, each with its page.
pub fn index(rules: &[&'static Rule]) -> String {
    let mut index = format!(
        "# Rules\n\n\
         {} rules. **critical** blocks; **warning** is shown. `safe-migration explain RULE` shows a page in the \
         terminal.\n",
        rules.len()
    );
    for theme in themes(rules) {
        let _infallible = write!(
            index,
            "\n## {theme}\n\n| rule | severity | a migration that |\n| --- | --- | --- |\n"
        );
        for rule in rules.iter().filter(|rule| rule.theme.title() == theme) {
            let (id, summary) = (rule.id, rule.summary.replace('|', "\\|"));
            let _infallible =
                writeln!(index, "| [`{id}`]({id}.md) | {} | {summary} |", rule.severity.name());
        }
    }
    index
}

/// Returns the table of rules.
pub fn table(rules: &[&'static Rule]) -> String {
    let mut table = String::new();
    for theme in themes(rules) {
        let _infallible = write!(
            table,
            "\n**{theme}**\n\n| rule | severity | a migration that |\n| --- | --- | --- |\n"
        );
        for rule in rules.iter().filter(|rule| rule.theme.title() == theme) {
            let summary = rule.summary.replace('|', "\\|");
            let _infallible =
                writeln!(table, "| `{}` | {} | {summary} |", rule.id, rule.severity.name());
        }
    }
    table
}

/// The themes in the order in which they first occur.
fn themes(rules: &[&'static Rule]) -> Vec<&'static str> {
    let mut themes = Vec::new();
    for rule in rules {
        if !themes.contains(&rule.theme.title()) {
            themes.push(rule.theme.title());
        }
    }
    themes
}

fn part(title: &str, text: &str) -> String {
    format!("\n{}\n{}\n", palette::strong(title), indent(text.trim_end(), "  "))
}

fn prose(text: &str) -> String {
    wrap(text, palette::width())
}
