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

/// What makes an engine.
const MAKERS: [&str; 4] =
    ["async_engine_from_config(", "engine_from_config(", "create_async_engine(", "create_engine("];

/// The engine of Alembic's own template.
const TEMPLATE: &str = "connectable = engine_from_config(\n    \
    config.get_section(config.config_ini_section, {}),\n    prefix=\"sqlalchemy.\",\n    \
    poolclass=pool.NullPool,\n)";

/// Returns how env.py limits the time that a migration waits for a lock: by the engine that it
/// makes, in the words of the driver, or by a statement.
pub fn lock_timeout(context: &RuleContext<'_>) -> String {
    let text = text(context);
    let engine = match &text {
        Some(text) => making_engine(text),
        None => Some(TEMPLATE.to_owned()),
    };
    let is_async = engine.as_ref().is_some_and(|call| call.contains("async_"));
    let mut drivers: Vec<String> =
        context.drivers().iter().map(|driver| driver.name.to_string()).collect();
    if is_async {
        // psycopg2 makes no such engine; where nothing names a driver, it is the usual one.
        drivers.retain(|name| name != "psycopg2");
        if drivers.is_empty() {
            drivers.push("asyncpg".to_owned());
        }
    }
    let code = engine
        .filter(|call| !call.contains("connect_args") && !call.contains("**"))
        .zip(connect_args(drivers.iter().map(String::as_str)))
        .map(|(call, arguments)| with_keyword(&call, &format!("connect_args={arguments}")));
    let code = code.unwrap_or_else(|| {
        code::indented(
            "with context.begin_transaction():",
            "context.execute(\"SET LOCAL lock_timeout = '3s'\")\ncontext.run_migrations()",
        )
    });
    format!("{code}{MARK}")
}

/// How a driver is told a setting of the session (asyncpg takes `server_settings`, what is built on
/// libpq `options`); nothing where drivers differ or one takes neither.
fn connect_args<'a>(drivers: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    let of = |driver: &str| match driver {
        "asyncpg" => Some("{\"server_settings\": {\"lock_timeout\": \"3s\"}}"),
        driver if driver.starts_with("psycopg") => Some("{\"options\": \"-c lock_timeout=3s\"}"),
        _ => None,
    };
    let mut said: Vec<Option<&'static str>> = drivers.map(of).collect();
    said.dedup();
    match said.as_slice() {
        [] => of("psycopg"),
        [only] => *only,
        _ => None,
    }
}

/// Returns the last statement that makes an engine of a configuration or an address, moved to the
/// margin.
fn making_engine(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let makes = |line: &str| {
        MAKERS.iter().any(|maker| line.contains(maker)) && !line.trim_start().starts_with("def ")
    };
    let starts = lines.iter().enumerate().filter(|(_, line)| makes(line)).map(|(at, _)| at);
    let mut calls = starts.filter_map(|at| call(lines.get(at..)?));
    calls.next_back()
}

/// Adds a keyword to the last call of a statement.
fn with_keyword(statement: &str, keyword: &str) -> String {
    let (before, last) = match statement.rsplit_once('\n') {
        Some((before, last)) if last.trim_start().starts_with(')') => (before, last),
        _ => {
            let open = statement.strip_suffix(')').unwrap_or(statement);
            return format!("{open}, {keyword})");
        }
    };
    let line = before.lines().next_back().unwrap_or_default();
    let room: String = line.chars().take_while(|letter| letter.is_whitespace()).collect();
    let comma = if line.ends_with(',') || line.ends_with('(') { "" } else { "," };
    format!("{before}{comma}\n{room}{keyword},\n{last}")
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

    #[test]
    fn the_engine_is_made_as_it_stands_and_in_the_words_of_the_driver() {
        let env = "async def online():\n    engine = async_engine_from_config(\n        \
                   config.get_section(\"alembic\"),\n        prefix=\"sqlalchemy.\"\n    )\n";
        let call = making_engine(env).expect("an engine");
        let asyncpg = connect_args(["asyncpg"].into_iter()).expect("server_settings");
        assert_eq!(
            with_keyword(&call, &format!("connect_args={asyncpg}")),
            "engine = async_engine_from_config(\n    config.get_section(\"alembic\"),\n    \
             prefix=\"sqlalchemy.\",\n    \
             connect_args={\"server_settings\": {\"lock_timeout\": \"3s\"}},\n)"
        );
        assert_eq!(
            with_keyword("engine = create_engine(url)", "a=1"),
            "engine = create_engine(url, a=1)"
        );
        assert_eq!(connect_args(["pg8000"].into_iter()), None);
        assert_eq!(connect_args(["psycopg2", "asyncpg"].into_iter()), None);
        assert_eq!(connect_args([].into_iter()), connect_args(["psycopg2"].into_iter()));
        assert_eq!(making_engine("engine = current_app.extensions[\"migrate\"].db.engine\n"), None);
    }
}
