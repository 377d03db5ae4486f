//! Several statements in one string, on a driver that sends one at a time.

use crate::alembic::driver::Driver;
use crate::alembic::project::Setting;
use crate::example;
use crate::operation::refusal::{Refusal, RefusalKind};
use crate::rule::context::RuleContext;
use crate::rule::definition::{Check, Rule, Theme};
use crate::rule::raw_finding::{Direction, RawFinding};
use crate::rule::refused_calls;
use crate::rule::severity::{Severity, Weight};
use crate::sql::dialect::Dialect;

pub(super) static RULE: Rule = Rule {
    id: "several-statements",
    theme: Theme::Refusals,
    severity: Severity::Critical,
    weight: Weight::Fails,
    plan: None,
    waivable: true,
    summary: "sends several statements in one string on a driver that refuses it",
    harm: "asyncpg prepares what it sends, psycopg 3 and pg8000 what they send with parameters, \
        SQLite and most drivers of MySQL take one statement at a time: they refuse the string and \
        the deployment stops there.",
    remedy: "Call `op.execute` once for each statement.",
    example: example!("several-statements"),
    check: Check::Migration(check),
};

fn check(context: &RuleContext<'_>) -> Vec<RawFinding> {
    let is_ours = |kind| matches!(kind, RefusalKind::SeveralStatements { .. });
    refused_calls::of(context, is_ours)
        .filter_map(|(direction, refusal)| judge(context, direction, refusal))
        .collect()
}

fn judge(context: &RuleContext<'_>, direction: Direction, refusal: &Refusal) -> Option<RawFinding> {
    let RefusalKind::SeveralStatements { with_parameters } = refusal.kind else { return None };
    let by_flag = match context.dialect.is_mysql() {
        true => context.project.environment.several_statements,
        false => Setting::No,
    };
    if by_flag == Setting::Yes {
        return None;
    }
    let drivers = context.drivers();
    let (refusing, others): (Vec<&Driver>, Vec<&Driver>) =
        drivers.iter().partition(|driver| error(&driver.name, with_parameters).is_some());
    let first = *refusing.first()?;
    let message = format!("`{}` refuses {} statements in one string", first.name, refusal.what);
    let error = error(&first.name, with_parameters)?;
    let fails = match direction {
        Direction::Downgrade => "the downgrade",
        _ => "the deployment",
    };
    let mut finding = refused_calls::finding(context, direction, refusal, message)
        .object(first.name.clone())
        .label(format!("{fails} fails here: {error}"));
    if context.dialect != Dialect::Sqlite {
        finding = finding.note(format!("{} is said by {}", first.name, first.place));
    }
    Some(match others.first() {
        None if by_flag == Setting::Unreadable => finding.severity(Severity::Warning).note(
            "the engine is not made in env.py: with `client_flag=MULTI_STATEMENTS` it would take it"
                .to_owned(),
        ),
        None => finding,
        Some(other) => finding.severity(Severity::Warning).note(format!(
            "{} ({}) would take it: which of the two runs the migrations is not known here",
            other.name, other.place
        )),
    })
}

/// Returns what a driver says to several statements; nothing where it takes them. Measured or read
/// in the driver's source: asyncpg 0.30 prepares every statement, psycopg 3.2 and pg8000 1.31 one
/// with parameters, PyMySQL since 1.0 and asyncmy do not ask for multi-statements, mysqlclient does.
fn error(driver: &str, with_parameters: bool) -> Option<&'static str> {
    match driver {
        "asyncpg" => Some("cannot insert multiple commands into a prepared statement"),
        "psycopg" | "pg8000" if with_parameters => {
            Some("cannot insert multiple commands into a prepared statement")
        }
        "sqlite" | "pysqlite" | "aiosqlite" => {
            Some("You can only execute one statement at a time.")
        }
        "pymysql" | "asyncmy" | "mariadbconnector" => Some("You have an error in your SQL syntax"),
        "mysqlconnector" => Some("Use multi=True when executing multiple statements"),
        _ => None,
    }
}
