//! Safe forms put in the place of what they replace.
//!
//! A form is mechanical where nothing in it is left to people to fill in. It is one revision, or
//! several that are deployed one after the other: a step begins at a line that ends in `# 2`, or
//! behind `# in the next revision:`.

use crate::git::digest;
use crate::review::finding::Finding;
use crate::text::cut;
use crate::text::source::Span;

/// What a mechanical form makes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The text of the file with the first step in the place of the statement.
    pub text: String,
    /// The bodies of the revisions that follow, in order.
    pub further: Vec<String>,
}

/// A revision that follows a fixed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FurtherRevision {
    /// Its id.
    pub id: String,
    /// The name of its file.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Signs of a form that is not put in the place of a statement: it belongs elsewhere, or people
/// fill it in.
const BY_HAND: [&str; 6] = ["...", "# env.py", "def ", "revision =", "safe-migration ", "<"];

/// Puts the safe form of a finding in the place of the statement that it is about; nothing where
/// the form is not mechanical.
pub fn fix(finding: &Finding, text: &str) -> Option<Fix> {
    let form = finding.raw.safe_form.as_deref()?;
    let steps = steps(form);
    let holds_sign = |line: &&str| BY_HAND.iter().any(|sign| line.contains(sign));
    if steps.iter().flatten().any(holds_sign) {
        return None;
    }
    let span = statement(finding)?;
    let (first, later) = steps.split_first()?;
    let text = with_import(replaced(text, span, first)?, form);
    Some(Fix { text, further: later.iter().map(|step| step.join("\n")).collect() })
}

/// Cuts a form into the revisions that it asks for; remarks of its own about deployment go.
fn steps(form: &str) -> Vec<Vec<&str>> {
    let mut steps: Vec<Vec<&str>> = vec![Vec::new()];
    for line in form.lines() {
        let remark = line.rsplit_once("  # ").map(|(_, remark)| remark);
        let begins = remark.is_some_and(|remark| {
            remark.starts_with(|letter: char| ('2'..='9').contains(&letter))
                || remark.contains("later deployment")
        });
        let counts = remark.is_some_and(|remark| remark.starts_with(|c: char| c.is_ascii_digit()));
        let code = line.rsplit_once("  # ").filter(|_| counts).map_or(line, |(before, _)| before);
        match line {
            "# in the next revision:" => steps.push(Vec::new()),
            _ if begins => steps.push(vec![code]),
            _ => steps.last_mut().into_iter().for_each(|step| step.push(code)),
        }
    }
    let holds_code = |step: &Vec<&str>| step.iter().any(|line| !line.trim_start().starts_with('#'));
    let (first, later) = steps
        .split_first()
        .map(|(first, later)| (first.clone(), later.to_vec()))
        .unwrap_or_default();
    std::iter::once(first).chain(later.into_iter().filter(holds_code)).collect()
}

/// The statement that a finding is about: the innermost one around it.
pub fn statement(finding: &Finding) -> Option<Span> {
    let site = finding.raw.site.span;
    let around = finding.raw.within.iter().filter(|span| span.contains(site));
    around.copied().min_by_key(|span| span.end - span.start).filter(|span| span.end > span.start)
}

/// Replaces a statement by lines, indented as it was.
fn replaced(text: &str, span: Span, lines: &[&str]) -> Option<String> {
    let statement = text.get(span.start..span.end)?;
    let begins = cut::to(text, span.start).rfind('\n').map_or(0, |at| at + 1);
    let margin = cut::between(text, begins, span.start);
    if !margin.trim().is_empty() {
        return None;
    }
    // A span may begin at the margin already.
    let inner: String = statement.chars().take_while(|letter| " \t".contains(*letter)).collect();
    let margin = format!("{margin}{inner}");
    let lines = if lines.is_empty() { &["pass"][..] } else { lines };
    let code: Vec<String> = lines
        .iter()
        .map(|line| if line.is_empty() { String::new() } else { format!("{margin}{line}") })
        .collect();
    let end = span.start + statement.trim_end().len();
    Some(format!("{}{}{}", cut::to(text, begins), code.join("\n"), cut::from(text, end)))
}

/// Imports SQLAlchemy as the form names it, where the file does not.
fn with_import(text: String, form: &str) -> String {
    let names_it = form.contains("sa.");
    let has_it = text.lines().any(|line| line.trim_start().starts_with("import sqlalchemy as sa"));
    match names_it && !has_it {
        true => text.replacen(
            "from alembic import op",
            "import sqlalchemy as sa\nfrom alembic import op",
            1,
        ),
        false => text,
    }
}

/// Writes the revision that follows another with the next step of a form.
pub fn further(parent: &str, message: &str, step: &str, date: &str) -> FurtherRevision {
    let id: String =
        digest::of(format!("{parent}\n{step}").as_bytes()).to_string().chars().take(12).collect();
    let body: String = step.lines().map(|line| format!("    {line}\n")).collect();
    let slug: String = message
        .to_lowercase()
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .collect();
    let slug = slug.trim_matches('_').chars().take(40).collect::<String>();
    let text = format!(
        "\"\"\"{message}\n\nRevision ID: {id}\nRevises: {parent}\nCreate Date: {date}\n\n\"\"\"\n\
         import sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"{id}\"\n\
         down_revision = \"{parent}\"\n\
         branch_labels = None\ndepends_on = None\n\n\ndef upgrade() -> None:\n{body}\n\n\
         def downgrade() -> None:\n    pass\n"
    );
    FurtherRevision { name: format!("{id}_{slug}.py"), id, text }
}
