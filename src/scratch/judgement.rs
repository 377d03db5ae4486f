//! What a rehearsal proves: the legs that passed, and what is wrong with those that did not. Pure:
//! values in, values out.

use serde_json::Value;

use crate::scratch::difference;
use crate::scratch::problem::{Gravity, Problem};
use crate::scratch::rehearsal::Outcome;
use crate::scratch::traced::{self, Traced};

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
    /// What kept the project away from other databases, each as `layer: how`.
    pub guard: Vec<String>,
    /// The tables that stood there before the upgrade, on PostgreSQL.
    pub standing: Vec<String>,
}

/// One leg.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// Whether it passed.
    pub passed: bool,
    /// How long it took, in seconds.
    pub seconds: f64,
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
    /// Judges what a runner reported.
    pub fn of(outcome: &Outcome, acknowledged: Acknowledged) -> Self {
        let plain = &outcome.plain;
        let legs = ["upgrade", "downgrade", "reupgrade"].map(|name| leg(&plain[name]));
        let mut judgement = Judgement {
            legs,
            problems: Vec::new(),
            seeded: seeded(plain),
            trace: traced::of_upgrade(plain),
            guard: layers(&outcome.ready["guard"]),
            standing: traced::standing(plain),
        };
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
            self.problems.push(Problem::failure(
                "upgrade fails on tables that hold rows",
                &plain["upgrade"],
                Gravity::Fails,
            ));
        }
        self.problems.extend(difference::half_applied(&plain["half"]));
    }

    fn downgrade(&mut self, plain: &Value, acknowledged: Acknowledged) {
        if failed(&plain["downgrade"]) {
            let gravity = if acknowledged.irreversible { Gravity::Warns } else { Gravity::Fails };
            self.problems.push(Problem::failure("downgrade fails", &plain["downgrade"], gravity));
            return;
        }
        for object in rows_of(&plain["left"]["objects"]) {
            if let Some(problem) = difference::left_different(object) {
                self.problems.push(problem);
            }
        }
        for row in rows_of(&plain["left"]["rows"]) {
            let gravity = if acknowledged.loss { Gravity::Warns } else { Gravity::Fails };
            self.problems.push(difference::data_differs(row, gravity));
        }
    }

    fn again(&mut self, plain: &Value, acknowledged: Acknowledged) {
        if failed(&plain["reupgrade"]) {
            self.problems.push(Problem::failure(
                "the second upgrade fails after a downgrade",
                &plain["reupgrade"],
                Gravity::Fails,
            ));
        }
        for object in
            rows_of(&plain["redone"]["objects"]).filter(|object| !difference::is_noise(object))
        {
            let message = format!(
                "the second upgrade leaves {} other than the first: {}",
                difference::name_of(object),
                difference::change_of(object)
            );
            self.problems.push(Problem::new(Gravity::Fails, message));
        }
        let _ = acknowledged;
        let second = &plain["again"];
        if failed(second) {
            self.problems.push(Problem::failure(
                "a second run of the data migration fails",
                second,
                Gravity::Warns,
            ));
        }
        for row in rows_of(&second["differences"]["rows"]) {
            let mut twice = Problem::new(
                Gravity::Fails,
                format!(
                    "a second run changes the data again: {}",
                    difference::place_and_change(row)
                ),
            );
            twice.hint = Some(
                "let the statement leave alone what it has written: WHERE ... IS NULL, ON CONFLICT DO NOTHING"
                    .to_owned(),
            );
            self.problems.push(twice);
        }
    }

    fn adversarial(&mut self, adversarial: &Value) {
        if failed(&adversarial["upgrade"]) {
            let mut found = Problem::failure(
                "upgrade depends on the data: it fails where columns hold NULLs or duplicates",
                &adversarial["upgrade"],
                Gravity::Warns,
            );
            found.hint = Some(
                "count such rows in production first, and clean them in the migration".to_owned(),
            );
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

/// The layers of the guard that hold, in words.
fn layers(guard: &Value) -> Vec<String> {
    let word = |(name, how): (&String, &Value)| match how {
        Value::Bool(true) => Some(format!("{name}: holds")),
        Value::String(how) => Some(format!("{name}: {how}")),
        _ => None,
    };
    guard.as_object().into_iter().flatten().filter_map(word).collect()
}

fn rows_of(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
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
        assert_eq!(
            found.problems[0].message,
            "downgrade does not bring the data back: values changed in `users.name`"
        );
        assert!(judged(plain, Acknowledged { loss: true, irreversible: false }).passed());
    }

    #[test]
    fn a_leftover_enum_type_fails_and_the_hint_names_it() {
        let plain = json!({"upgrade": {"status": "passed"}, "downgrade": {"status": "passed"},
            "left": {"objects": [{"object": "enum type public.mood", "before": null, "after": "sad, happy"}], "rows": []},
            "reupgrade": {"status": "failed", "error": "type \"mood\" already exists\n"}});
        let found = judged(plain, Acknowledged::default());
        let messages: Vec<&str> =
            found.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "downgrade leaves enum type `mood` different: it was not there before",
                "the second upgrade fails after a downgrade: type \"mood\" already exists",
            ]
        );
        assert!(
            found.problems[1]
                .hint
                .as_deref()
                .is_some_and(|hint| hint.contains("sa.Enum(name=\"mood\").drop"))
        );
    }

    #[test]
    fn column_order_and_extensions_are_no_differences() {
        let plain = json!({"upgrade": {"status": "passed"}, "downgrade": {"status": "passed"}, "reupgrade": {"status": "passed"},
            "left": {"objects": [{"object": "column order public.a", "before": "a, b", "after": "b, a"}, {"object": "extension citext", "before": null, "after": "1.6"}], "rows": []}});
        assert!(judged(plain, Acknowledged::default()).problems.is_empty());
    }
}
