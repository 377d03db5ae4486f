//! What env.py should say, in the words of the project's own env.py: Flask-Migrate's makes no engine
//! and configures with arguments that it was given, Alembic's templates each do it in their way.

use crate::rule::code;
use crate::rule::context::RuleContext;

/// How findings mark code that belongs into env.py.
const MARK: &str = "  # env.py";

/// Returns the call of `context.configure` that gives each revision a transaction of its own.
pub fn per_migration(context: &RuleContext<'_>) -> String {
    const SETTING: &str = "transaction_per_migration=True";
    let own = text(context).and_then(|text| configuring(&text));
    let call = own.unwrap_or_else(|| {
        "context.configure(\n    connection=connection,\n    target_metadata=target_metadata,\n)"
            .to_owned()
    });
    let with_setting = match call.split_once('\n') {
        Some((open, rest)) => format!("{open}\n    {SETTING},\n{rest}"),
        None => call.replacen('(', &format!("({SETTING}, "), 1),
    };
    format!("{with_setting}{MARK}")
}

/// Returns how env.py limits the time that a migration waits for a lock.
pub fn lock_timeout(context: &RuleContext<'_>) -> String {
    let makes_engine = text(context).is_none_or(|text| text.contains("engine_from_config("));
    let code = match makes_engine {
        true => {
            "connectable = engine_from_config(\n    config.get_section(config.config_ini_section, {}),\n    \
             prefix=\"sqlalchemy.\",\n    poolclass=pool.NullPool,\n    \
             connect_args={\"options\": \"-c lock_timeout=3s\"},\n)"
                .to_owned()
        }
        false => code::indented(
            "with context.begin_transaction():",
            "context.execute(\"SET LOCAL lock_timeout = '3s'\")\ncontext.run_migrations()",
        ),
    };
    format!("{code}{MARK}")
}

fn text(context: &RuleContext<'_>) -> Option<String> {
    let path = context.project.environment.path.as_deref()?;
    Some(context.history.snapshot().text(path)?.content().to_owned())
}

/// Returns the last call of `context.configure` that is given a connection, moved to the margin.
fn configuring(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = |line: &&str| line.trim_start().starts_with("context.configure(");
    let starts = lines.iter().enumerate().filter(|(_, line)| begins(line)).map(|(at, _)| at);
    let mut calls = starts.filter_map(|at| call(lines.get(at..)?));
    calls.rfind(|call| call.contains("connection"))
}

/// Returns the call that begins with the first of some lines; nothing where its end is not the end
/// of a line.
fn call(lines: &[&str]) -> Option<String> {
    let first = lines.first()?;
    let indent = first.chars().take_while(|letter| letter.is_whitespace()).collect::<String>();
    let mut open = 0_i32;
    let mut taken = Vec::new();
    for line in lines {
        for letter in line.chars() {
            open += i32::from(letter == '(') - i32::from(letter == ')');
        }
        taken.push(line.strip_prefix(&indent).unwrap_or(line));
        if open <= 0 {
            return line.trim_end().ends_with(')').then(|| taken.join("\n"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_that_is_given_a_connection_is_taken_as_it_stands() {
        let flask = "def online():\n    with connectable.connect() as connection:\n        context.configure(\n            \
                     connection=connection,\n            target_metadata=get_metadata(),\n            **conf_args\n        )\n";
        assert_eq!(
            configuring(flask).as_deref(),
            Some(
                "context.configure(\n    connection=connection,\n    target_metadata=get_metadata(),\n    **conf_args\n)"
            )
        );
        let offline =
            "context.configure(url=url, literal_binds=True)\ncontext.configure(connection=c";
        assert_eq!(configuring(offline), None, "one has no connection, the other no end");
    }
}
