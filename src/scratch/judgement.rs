//! What a rehearsal proves: the legs that passed, and what is wrong with those that did not. Pure: values in, values out.

use serde_json::Value;

use crate::scratch::rehearsal::Outcome;

/// What a rehearsal proves of one revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// Upgrade, downgrade, upgrade again; nothing for a leg that was not run or is not asked for.
    pub legs: [Option<Leg>; 3],
    /// What is wrong, and what should be known.
    pub problems: Vec<Problem>,
    /// How many tables were given rows, of how many.
    pub seeded: (u64, u64),
    /// What each statement took, on PostgreSQL.
    pub trace: Vec<Traced>,
}

/// One leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// Whether it passed.
    pub passed: bool,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// Something that is wrong, or should be known.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Whether the revision fails for it.
    pub gravity: Gravity,
    /// The sentence.
    pub message: String,
    /// What to write instead, or to do.
    pub hint: Option<String>,
    /// The statement.
    pub statement: Option<String>,
    /// The place in the project, `path:line`.
    pub place: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// The revision fails.
    Fails,
    /// It should be known.
    Warns,
}

/// What a statement took.
#[derive(Clone, Debug, PartialEq)]
pub struct Traced {
    /// The statement, on one line.
    pub sql: String,
    /// `table MODE` for each lock on a table that stood there before.
    pub locks: Vec<String>,
    /// Tables that were written anew.
    pub rewritten: Vec<String>,
    /// Tables that were read from end to end.
    pub scanned: Vec<String>,
    /// Strong locks that earlier statements of the transaction held meanwhile.
    pub held: Vec<String>,
    /// How long it took, in milliseconds.
    pub milliseconds: f64,
}

/// What the migration says of itself in its comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// `Backup plan:` or `Irreversible:` stands in the migration: data may be lost.
    pub loss: bool,
    /// `Irreversible:` stands in the migration: the downgrade may refuse.
    pub irreversible: bool,
}

impl Judgement {
    /// Judges what a runner told.
    pub fn of(outcome: &Outcome, acknowledged: Acknowledged) -> Self {
        let plain = &outcome.plain;
        let legs = ["upgrade", "downgrade", "reupgrade"].map(|name| leg(&plain[name]));
        let mut judgement = Judgement { legs, problems: Vec::new(), seeded: seeded(plain), trace: trace(plain) };
        judgement.upgrade(plain);
        judgement.downgrade(plain, acknowledged);
        judgement.again(plain, acknowledged);
        if let Some(adversarial) = &outcome.adversarial {
            judgement.adversarial(adversarial);
        }
        judgement
    }

    /// Tells whether the revision passed.
    pub fn passed(&self) -> bool {
        !self.problems.iter().any(|problem| problem.gravity == Gravity::Fails)
    }

    fn upgrade(&mut self, plain: &Value) {
        if failed(&plain["upgrade"]) {
            self.problems.push(failure("upgrade fails on tables that hold rows", &plain["upgrade"], Gravity::Fails));
        }
    }

    fn downgrade(&mut self, plain: &Value, acknowledged: Acknowledged) {
        if failed(&plain["downgrade"]) {
            let gravity = if acknowledged.irreversible { Gravity::Warns } else { Gravity::Fails };
            self.problems.push(failure("downgrade fails", &plain["downgrade"], gravity));
            return;
        }
        for object in rows_of(&plain["left"]["objects"]) {
            if let Some(problem) = left_different(object) {
                self.problems.push(problem);
            }
        }
        for row in rows_of(&plain["left"]["rows"]) {
            let gravity = if acknowledged.loss { Gravity::Warns } else { Gravity::Fails };
            self.problems.push(data_differs(row, gravity));
        }
    }

    fn again(&mut self, plain: &Value, acknowledged: Acknowledged) {
        if failed(&plain["reupgrade"]) {
            self.problems.push(failure(
                "the second upgrade fails after a downgrade",
                &plain["reupgrade"],
                Gravity::Fails,
            ));
        }
        for object in rows_of(&plain["redone"]["objects"]).filter(|object| !is_noise(object)) {
            let message =
                format!("the second upgrade leaves {} other than the first: {}", name_of(object), change_of(object));
            self.problems.push(problem(Gravity::Fails, message));
        }
        let _ = acknowledged;
        let second = &plain["again"];
        if failed(second) {
            self.problems.push(failure("a second run of the data migration fails", second, Gravity::Warns));
        }
        for row in rows_of(&second["differences"]["rows"]) {
            let mut twice =
                problem(Gravity::Fails, format!("a second run changes the data again: {}", place_and_change(row)));
            twice.hint = Some(
                "let the statement leave alone what it has written: WHERE ... IS NULL, ON CONFLICT DO NOTHING"
                    .to_owned(),
            );
            self.problems.push(twice);
        }
    }

    fn adversarial(&mut self, adversarial: &Value) {
        if failed(&adversarial["upgrade"]) {
            let mut found = failure(
                "upgrade depends on the data: it fails where columns hold NULLs or duplicates",
                &adversarial["upgrade"],
                Gravity::Warns,
            );
            found.hint = Some("count such rows in production first, and clean them in the migration".to_owned());
            self.problems.push(found);
        }
    }
}

fn failed(leg: &Value) -> bool {
    leg["status"] == "failed"
}

fn leg(value: &Value) -> Option<Leg> {
    let status = value["status"].as_str()?;
    Some(Leg { passed: status == "passed", seconds: value["seconds"].as_f64().unwrap_or_default() })
}

fn seeded(plain: &Value) -> (u64, u64) {
    let number = |name: &str| plain["seeded"][name].as_u64().unwrap_or_default();
    let partly = plain["seeded"]["partial"].as_array().map_or(0, Vec::len) as u64;
    (number("full") + partly, number("tables"))
}

fn rows_of(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn problem(gravity: Gravity, message: String) -> Problem {
    Problem { gravity, message, hint: None, statement: None, place: None }
}

/// A leg that failed, in the database's words.
fn failure(what: &str, leg: &Value, gravity: Gravity) -> Problem {
    let error = leg["error"].as_str().unwrap_or("no reason is given");
    let line = error.lines().next().unwrap_or(error);
    let mut found = problem(gravity, format!("{what}: {line}"));
    found.statement = leg["statement"].as_str().map(str::to_owned);
    let at = &leg["at"];
    found.place = at["path"].as_str().map(|path| format!("{path}:{}", at["line"]));
    found.hint = hint(error, at["code"].as_str().unwrap_or_default());
    found
}

/// What to do about an error that is often met.
fn hint(error: &str, code: &str) -> Option<String> {
    let lower = error.to_lowercase();
    let quoted = |error: &str| error.split('"').nth(1).unwrap_or("...").to_owned();
    let words = match () {
        () if lower.contains("no support for alter") || lower.contains("near \"alter\": syntax error") => {
            "SQLite alters by copying: with op.batch_alter_table(\"table\") as batch: ...".to_owned()
        }
        () if code.contains("drop_constraint(None") || lower.contains("constraint must have a name") => {
            "name the constraint in both directions: op.drop_constraint(\"fk_...\", \"table\", type_=\"foreignkey\")"
                .to_owned()
        }
        () if lower.contains("type \"") && lower.contains("already exists") => {
            let name = quoted(error);
            format!("the downgrade leaves the enum type; end it with sa.Enum(name=\"{name}\").drop(op.get_bind())")
        }
        () if lower.contains("already exists") => {
            "the downgrade leaves what the upgrade made; drop it there".to_owned()
        }
        () if lower.contains("not null") || lower.contains("contains null values") => {
            "add the column nullable, fill it, then set NOT NULL; or give it a server_default".to_owned()
        }
        () if lower.contains("lock timeout") || lower.contains("lock_timeout") => {
            "a second connection waits for the migration's own lock: use op.get_bind()".to_owned()
        }
        () if lower.contains("a network connection is opened") => {
            "if that connection is meant, set network = \"allow\" under [tool.safe-migration.verify]".to_owned()
        }
        () if lower.contains("extension") && lower.contains("not available") => {
            "install the extension beside the scratch server (Debian: postgresql-contrib)".to_owned()
        }
        () if lower.contains("role") && lower.contains("does not exist") => {
            "make the role first: setup-sql = [\"CREATE ROLE ...\"] under [tool.safe-migration.verify]".to_owned()
        }
        () => return None,
    };
    Some(words)
}

/// Extensions stay by intent, and a column that is dropped and added again comes last.
fn is_noise(object: &Value) -> bool {
    let name = object["object"].as_str().unwrap_or_default();
    name.starts_with("extension ") || name.starts_with("column order ")
}

fn left_different(object: &Value) -> Option<Problem> {
    let name = object["object"].as_str().unwrap_or_default();
    if is_noise(object) {
        return None;
    }
    // PostgreSQL cannot take a value from an enum type.
    let both = object["before"].is_string() && object["after"].is_string();
    let gravity = if name.starts_with("enum type ") && both { Gravity::Warns } else { Gravity::Fails };
    Some(problem(gravity, format!("downgrade leaves {} different: {}", name_of(object), change_of(object))))
}

fn name_of(object: &Value) -> String {
    let name = object["object"].as_str().unwrap_or_default();
    let kinds = [
        "enum type",
        "column",
        "table",
        "constraint",
        "index",
        "sequence",
        "type",
        "view",
        "function",
        "trigger",
        "policy",
        "schema",
    ];
    match kinds.iter().find_map(|kind| Some((kind, name.strip_prefix(kind)?.strip_prefix(' ')?))) {
        Some((kind, rest)) => format!("{kind} `{}`", rest.strip_prefix("public.").unwrap_or(rest)),
        None => format!("`{name}`"),
    }
}

fn change_of(object: &Value) -> String {
    match (object["before"].as_str(), object["after"].as_str()) {
        (None, Some(_)) => "it was not there before".to_owned(),
        (Some(_), None) => "it is gone".to_owned(),
        (before, after) => format!("{} before, {} after", before.unwrap_or_default(), after.unwrap_or_default()),
    }
}

fn data_differs(row: &Value, gravity: Gravity) -> Problem {
    let mut found = problem(gravity, format!("downgrade does not bring the data back: {}", place_and_change(row)));
    let plan = "keep a copy to restore from, or say how it is met: `# Backup plan: ...` or `# Irreversible: ...`";
    found.hint = (gravity == Gravity::Fails).then(|| plan.to_owned());
    found
}

fn place_and_change(row: &Value) -> String {
    let table = row["table"].as_str().unwrap_or_default();
    let table = table.strip_prefix("public.").unwrap_or(table);
    let what = row["what"].as_str().unwrap_or_default();
    match row["column"].as_str() {
        Some(column) => format!("{what} in `{table}.{column}`"),
        None => format!("`{table}` held {} rows and holds {}", row["before"], row["after"]),
    }
}

fn trace(plain: &Value) -> Vec<Traced> {
    let words = |value: &Value| rows_of(value).filter_map(|word| word.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let one = |entry: &Value| Traced {
        sql: entry["sql"].as_str().unwrap_or_default().to_owned(),
        locks: rows_of(&entry["locks"])
            .map(|lock| {
                format!("{} {}", lock["table"].as_str().unwrap_or_default(), lock["mode"].as_str().unwrap_or_default())
            })
            .collect(),
        rewritten: words(&entry["rewritten"]),
        scanned: words(&entry["scanned"]),
        held: words(&entry["held"]),
        milliseconds: entry["milliseconds"].as_f64().unwrap_or_default(),
    };
    rows_of(&plain["upgrade"]["trace"]).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(plain: Value, acknowledged: Acknowledged) -> Judgement {
        Judgement::of(&Outcome { plain, adversarial: None, ready: Value::Null }, acknowledged)
    }

    #[test]
    fn data_that_does_not_come_back_fails_unless_the_migration_says_how_it_is_met() {
        let plain = json!({"upgrade": {"status": "passed"}, "downgrade": {"status": "passed"}, "reupgrade": {"status": "passed"},
            "left": {"objects": [], "rows": [{"table": "public.users", "column": "name", "what": "values changed", "before": 3, "after": 3}]}});
        let found = judged(plain.clone(), Acknowledged::default());
        assert!(!found.passed());
        assert_eq!(found.problems[0].message, "downgrade does not bring the data back: values changed in `users.name`");
        assert!(judged(plain, Acknowledged { loss: true, irreversible: false }).passed());
    }

    #[test]
    fn a_leftover_enum_type_fails_and_the_hint_names_it() {
        let plain = json!({"upgrade": {"status": "passed"}, "downgrade": {"status": "passed"},
            "left": {"objects": [{"object": "enum type public.mood", "before": null, "after": "sad, happy"}], "rows": []},
            "reupgrade": {"status": "failed", "error": "type \"mood\" already exists\n"}});
        let found = judged(plain, Acknowledged::default());
        let messages: Vec<&str> = found.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "downgrade leaves enum type `mood` different: it was not there before",
                "the second upgrade fails after a downgrade: type \"mood\" already exists",
            ]
        );
        assert!(found.problems[1].hint.as_deref().is_some_and(|hint| hint.contains("sa.Enum(name=\"mood\").drop")));
    }

    #[test]
    fn column_order_and_extensions_are_no_differences() {
        let plain = json!({"upgrade": {"status": "passed"}, "downgrade": {"status": "passed"}, "reupgrade": {"status": "passed"},
            "left": {"objects": [{"object": "column order public.a", "before": "a, b", "after": "b, a"}, {"object": "extension citext", "before": null, "after": "1.6"}], "rows": []}});
        assert!(judged(plain, Acknowledged::default()).problems.is_empty());
    }
}
