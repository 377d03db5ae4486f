//! `explain`: why a rule exists, what it costs, what to write instead.

use crate::cli::args::options::PageFormat;
use crate::cli::args::verbs::ExplainArgs;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::output::Output;
use crate::report::catalogue;
use crate::report::json;
use crate::report::palette;
use crate::rule::definition::Rule;
use crate::rules;

/// Shows the page of a rule, or the list of rules.
pub fn run(args: &ExplainArgs, output: &Output) -> Result<ExitStatus, Error> {
    let rule = args.rule.as_deref().map(find).transpose()?;
    let page = match (rule, args.format) {
        (None, PageFormat::Text) => catalogue::list(rules::RULES),
        (None, PageFormat::Json) => json::write(
            &rules::RULES.iter().map(|rule| catalogue::object(rule)).collect::<Vec<_>>(),
        ),
        (None, PageFormat::Markdown) => catalogue::table(rules::RULES),
        (Some(rule), PageFormat::Text) => palette::signs(catalogue::page(rule)),
        (Some(rule), PageFormat::Json) => json::write(&catalogue::object(rule)),
        (Some(rule), PageFormat::Markdown) => catalogue::markdown(rule),
    };
    output.write(&page)?;
    Ok(ExitStatus::Clean)
}

/// Finds a rule by its name, also as Python writes names, or by a beginning that no other has.
fn find(word: &str) -> Result<&'static Rule, Error> {
    let id = word.trim().to_lowercase().replace(['_', ' '], "-");
    let begins = |rule: &&&Rule| rule.id.starts_with(&id);
    let candidates: Vec<&'static Rule> = match rules::find(&id) {
        Some(rule) => vec![rule],
        None => rules::RULES.iter().filter(begins).copied().collect(),
    };
    match candidates.as_slice() {
        [rule] => Ok(rule),
        [] => Err(Error::UnknownRule { id: word.to_owned(), nearest: rules::nearest(&id) }),
        several => {
            let candidates = several.iter().map(|rule| rule.id).collect::<Vec<_>>().join(", ");
            Err(Error::SeveralRules { id: word.to_owned(), candidates })
        }
    }
}
