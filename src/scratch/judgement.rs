//! What a rehearsal proves: the legs that passed, and what is wrong with those that did not. Pure:
//! values in, values out.

use serde::{Deserialize, Serialize};

use crate::scratch::answer::{Layer, LegAnswer, LegStatus, Pass, Ready, Seeded};
use crate::scratch::difference;
use crate::scratch::problem::{Gravity, Problem};
use crate::scratch::rehearsal::Outcome;
use crate::scratch::traced::{self, Traced};

/// What a rehearsal proves of one revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The legs.
    #[serde(flatten)]
    pub legs: Legs,
    /// What is wrong, and what should be known.
    pub problems: Vec<Problem>,
    /// How many tables were given rows, of how many.
    pub seeded: (u64, u64),
    /// What each statement took, on PostgreSQL.
    #[serde(skip)]
    pub trace: Vec<Traced>,
    /// What kept the project away from other databases, each as `layer: how`.
    #[serde(skip)]
    pub guard: Vec<String>,
    /// The tables that stood there before the upgrade, on PostgreSQL.
    #[serde(skip)]
    pub standing: Vec<String>,
}

/// Upgrade, downgrade, upgrade again; nothing for a leg that was not run or is not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Legs {
    /// The upgrade.
    pub upgrade: Option<Leg>,
    /// The downgrade.
    pub downgrade: Option<Leg>,
    /// The second upgrade.
    pub reupgrade: Option<Leg>,
}

/// One leg.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Leg {
    /// Whether it passed.
    pub status: LegStatus,
    /// How long it took, in seconds.
    pub seconds: f64,
}

impl Legs {
    /// Returns the three in their order.
    pub fn each(&self) -> [Option<Leg>; 3] {
        [self.upgrade, self.downgrade, self.reupgrade]
    }

    /// Returns what each did, `passed` or `failed`.
    pub fn words(&self) -> [Option<&'static str>; 3] {
        self.each().map(|leg| leg.map(|leg| leg.status.name()))
    }
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
        let mut judgement = Judgement {
            legs: Legs {
                upgrade: plain.upgrade.as_ref().map(leg),
                downgrade: plain.downgrade.as_ref().map(leg),
                reupgrade: plain.reupgrade.as_ref().map(leg),
            },
            problems: Vec::new(),
            seeded: plain.seeded.as_ref().map(seeded).unwrap_or_default(),
            trace: plain.upgrade.as_ref().map(traced::of_upgrade).unwrap_or_default(),
            guard: layers(&outcome.ready),
            standing: plain.upgrade.as_ref().map(|leg| leg.standing.clone()).unwrap_or_default(),
        };
        judgement.upgrade(plain);
        judgement.downgrade(plain, acknowledged);
        judgement.again(plain);
        if let Some(adversarial) = &outcome.adversarial {
            judgement.adversarial(adversarial);
        }
        judgement
    }

    /// Tells whether the revision passed.
    pub fn passed(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Returns what the revision fails for.
    pub fn failures(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.gravity == Gravity::Fails)
    }

    fn upgrade(&mut self, plain: &Pass) {
        if let Some(failed) = failed(&plain.upgrade) {
            let what = "upgrade fails on tables that hold rows";
            self.problems.push(Problem::failure(what, &failed.failure, Gravity::Fails));
        }
        self.problems.extend(difference::half_applied(&plain.half));
    }

    fn downgrade(&mut self, plain: &Pass, acknowledged: Acknowledged) {
        if let Some(failed) = failed(&plain.downgrade) {
            let gravity = if acknowledged.irreversible { Gravity::Warns } else { Gravity::Fails };
            self.problems.push(Problem::failure("downgrade fails", &failed.failure, gravity));
            return;
        }
        self.problems.extend(plain.left.objects.iter().filter_map(difference::left_different));
        let gravity = if acknowledged.loss { Gravity::Warns } else { Gravity::Fails };
        let rows = plain.left.rows.iter();
        self.problems.extend(rows.map(|row| difference::data_differs(row, gravity)));
    }

    fn again(&mut self, plain: &Pass) {
        if let Some(failed) = failed(&plain.reupgrade) {
            let what = "the second upgrade fails after a downgrade";
            self.problems.push(Problem::failure(what, &failed.failure, Gravity::Fails));
        }
        let redone = plain.redone.objects.iter().filter(|object| !difference::is_noise(object));
        self.problems.extend(redone.map(difference::redone));
        if let Some(failed) = failed(&plain.again) {
            let what = "a second run of the data migration fails";
            self.problems.push(Problem::failure(what, &failed.failure, Gravity::Warns));
        }
        let twice = plain.again.iter().flat_map(|again| &again.differences.rows);
        self.problems.extend(twice.map(difference::changed_again));
    }

    fn adversarial(&mut self, adversarial: &Pass) {
        let Some(failed) = failed(&adversarial.upgrade) else { return };
        let what = "upgrade depends on the data: it fails where columns hold NULLs or duplicates";
        let mut found = Problem::failure(what, &failed.failure, Gravity::Warns);
        found.hint =
            Some("count such rows in production first, and clean them in the migration".to_owned());
        self.problems.push(found);
    }
}

fn failed(leg: &Option<LegAnswer>) -> Option<&LegAnswer> {
    leg.as_ref().filter(|leg| leg.failed())
}

fn leg(answer: &LegAnswer) -> Leg {
    Leg { status: answer.status, seconds: answer.seconds }
}

fn seeded(seeded: &Seeded) -> (u64, u64) {
    (seeded.full + seeded.partial.len() as u64, seeded.tables)
}

/// The layers of the guard that hold, in words.
fn layers(ready: &Ready) -> Vec<String> {
    let word = |(name, how): (&String, &Layer)| match how {
        Layer::Holds(true) => Some(format!("{name}: holds")),
        Layer::Holds(false) => None,
        Layer::Word(how) => Some(format!("{name}: {how}")),
    };
    ready.guard.iter().filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn judged(plain: Value, acknowledged: Acknowledged) -> Judgement {
        let plain = serde_json::from_value(plain).expect("it is what the runner answers");
        Judgement::of(&Outcome { plain, adversarial: None, ready: Ready::default() }, acknowledged)
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
            "redone": {"objects": [], "rows": []}, "reupgrade": {"status": "failed", "error": "type \"mood\" already exists\n"}});
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
