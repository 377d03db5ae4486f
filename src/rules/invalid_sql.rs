//! What is executed and is no statement.

use crate::example;
use crate::operation::refusal::{Refusal, RefusalKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::severity::{Severity, Weight};
use crate::rule::statement_ref::StatementRef;
use crate::rule::{code, refusals, refused_calls};
use crate::schema::answer::refusal_kind;
use crate::sql::dialect::Dialect;
use crate::sql::statement::Unread;

pub(super) static RULE: Rule = Rule {
    id: "invalid-sql",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "executes text that the database does not parse, or a bare string that SQLAlchemy 2 \
        does not execute",
    harm: "The server answers with a syntax error, or a connection of SQLAlchemy 2 with \
        ObjectNotExecutableError: the deployment stops there. What stands in a branch that is \
        seldom taken fails the day it is.",
    remedy: "Correct the statement for the project's database; wrap strings in `sa.text(...)`, or \
        run them with `op.execute`.",
    example: example!("invalid-sql"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let strings = refused_calls::of(context, |kind| kind == RefusalKind::BareString)
        .map(|(direction, refusal)| of_string(context, direction, refusal));
    let statements = Direction::RUNS
        .into_iter()
        .flat_map(|direction| context.statements(direction).chain(context.queries(direction)));
    let statements: Vec<RawFinding> =
        statements.flat_map(|stmt| of_statement(&stmt, context)).collect();
    strings.chain(statements).collect()
}

fn of_string(context: &RuleContext<'_>, direction: Direction, refusal: &Refusal) -> RawFinding {
    let message =
        format!("`{}` is given a string, which SQLAlchemy 2 does not execute", refusal.what);
    refused_calls::finding(context, direction, refusal, message)
}

fn of_statement(stmt: &StatementRef<'_>, context: &RuleContext<'_>) -> Vec<RawFinding> {
    let contradicts = refusals::of(stmt, context, refusal_kind::RefusalKind::InvalidSql);
    let parsed = refusals::unparsed(stmt, context).map(|why| unparsed(stmt, context, why));
    let foreign = refusals::foreign(stmt, context).map(|words| of_others(stmt, context, words));
    contradicts.into_iter().chain(parsed).chain(foreign).collect()
}

fn unparsed(stmt: &StatementRef<'_>, context: &RuleContext<'_>, why: &Unread) -> RawFinding {
    let near = match why {
        Unread::Refused { near: Some(near) } => Some(near.as_str()),
        _ => None,
    };
    let error = match (near, context.dialect) {
        (Some(near), Dialect::Sqlite) if near.starts_with("::") => {
            "unrecognized token: \":\"".to_owned()
        }
        (Some(near), dialect) => syntax_error(near, near, dialect),
        (None, _) => "syntax error at end of input".to_owned(),
    };
    finding(stmt, context, &error)
}

/// Says a syntax error in the words of a server: near a word, or the beginning of more.
fn syntax_error(word: &str, words: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => format!("near \"{word}\": syntax error"),
        Dialect::SqlServer => format!("Incorrect syntax near '{word}'."),
        Dialect::MySql | Dialect::MariaDb => {
            format!("You have an error in your SQL syntax near '{words}'")
        }
        Dialect::PostgreSql | Dialect::Oracle => format!("syntax error at or near \"{word}\""),
    }
}

/// Tells of a clause that only other databases have.
fn of_others(stmt: &StatementRef<'_>, context: &RuleContext<'_>, words: &str) -> RawFinding {
    let near = words.split(' ').next().unwrap_or(words);
    let error = syntax_error(near, words, context.dialect);
    let title = context.dialect.title();
    finding(stmt, context, &error)
        .remedy(format!("{title} does not have {words} here: write it otherwise."))
}

fn finding(stmt: &StatementRef<'_>, context: &RuleContext<'_>, error: &str) -> RawFinding {
    let fails = match stmt.direction {
        Direction::Downgrade => "the downgrade",
        Direction::Upgrade | Direction::File => "the deployment",
    };
    let what = code::excerpt(context, &stmt.emitted.site);
    let message = format!("`{what}` is no SQL of {}", context.dialect.title());
    context.finding(stmt, message).label(format!("{fails} fails here: {error}"))
}
