//! What a rehearsal proves: the legs that passed, and what is wrong with those that did not. Pure:
//! values in, values out.

use serde::{Deserialize, Serialize};

use crate::scratch::acknowledged::Acknowledged;
use crate::scratch::answer::{EmptyTable, Layer, LegAnswer, LegStatus, Pass, Ready, Seeded};
use crate::scratch::difference;
use crate::scratch::problem::{Gravity, Problem};
use crate::scratch::rehearsal::{MadeUp, Outcome};
use crate::scratch::traced::{self, Traced};

/// What a rehearsal proves of one revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The legs.
    #[serde(flatten)]
    pub legs: Legs,
    /// What is wrong, and what should be known.
    pub problems: Vec<Problem>,
    /// How many tables were given rows, of how many that are concerned.
    pub seeded: (u64, u64),
    /// What should be known of it and asks for nothing.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Tables that it touches and that held no row.
    #[serde(default)]
    pub empty: Vec<EmptyTable>,
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

impl Judgement {
    /// Judges what a runner reported.
    pub fn of(outcome: &Outcome, acknowledged: &Acknowledged) -> Self {
        let plain = &outcome.plain;
        let mut judgement = Judgement {
            legs: Legs {
                upgrade: plain.upgrade.as_ref().map(leg),
                downgrade: plain.downgrade.as_ref().map(leg),
                reupgrade: plain.reupgrade.as_ref().map(leg),
            },
            problems: Vec::new(),
            notes: Vec::new(),
            seeded: seeded(&outcome.seeded),
            empty: outcome.seeded.empty.clone(),
            trace: plain.upgrade.as_ref().map(traced::of_upgrade).unwrap_or_default(),
            guard: layers(&outcome.ready),
            standing: plain.upgrade.as_ref().map(|leg| leg.standing.clone()).unwrap_or_default(),
        };
        judgement.upgrade(outcome);
        judgement.downgrade(plain, acknowledged);
        judgement.again(plain, acknowledged);
        if let Some(adversarial) = &outcome.adversarial {
            judgement.adversarial(adversarial, acknowledged);
        }
        judgement.untried(outcome);
        judgement.notes.extend(difference::given(&plain.left.moved));
        if outcome.of_models {
            judgement.notes.push(OF_MODELS.to_owned());
            judgement.problems.iter_mut().for_each(suspect_the_models);
        }
        if acknowledged.short_plan && !judgement.passed() {
            judgement.say_that_the_plan_is_short();
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

    fn upgrade(&mut self, outcome: &Outcome) {
        let plain = &outcome.plain;
        if let Some(failed) = failed(&plain.upgrade) {
            let what = match outcome.fails_empty {
                true => "upgrade fails",
                false => "upgrade fails on tables that hold rows",
            };
            self.problems.push(Problem::failure(what, &failed.failure, Gravity::Fails));
        }
        self.problems.extend(difference::half_applied(&plain.half));
        self.problems.extend(plain.lost.objects.iter().map(difference::destroyed));
        self.problems.extend(plain.lost.rows.iter().map(difference::taken_along));
    }

    fn downgrade(&mut self, plain: &Pass, acknowledged: &Acknowledged) {
        if let Some(failed) = failed(&plain.downgrade) {
            let gravity = if acknowledged.irreversible { Gravity::Warns } else { Gravity::Fails };
            self.problems.push(Problem::failure("downgrade fails", &failed.failure, gravity));
            return;
        }
        if acknowledged.no_way_back {
            self.problems.extend(difference::stays(&plain.left));
            return;
        }
        for object in &plain.left.objects {
            let Some(mut problem) = difference::left_different(object) else { continue };
            let is_enum = object.kind == "enum type" && acknowledged.enum_types;
            let is_unvalidated = difference::is_unvalidated(object) && acknowledged.irreversible;
            if acknowledged.leftovers || is_enum || is_unvalidated {
                problem = Problem { gravity: Gravity::Warns, hint: None, ..problem };
            }
            self.problems.push(problem);
        }
        self.problems.extend(plain.left.moved.iter().filter_map(difference::set_further));
        let rows = plain.left.rows.iter();
        self.problems
            .extend(rows.map(|row| difference::data_differs(row, acknowledged.loss.gravity(row))));
    }

    fn again(&mut self, plain: &Pass, acknowledged: &Acknowledged) {
        // Where nothing was undone the second run meets what the first has made.
        if acknowledged.no_way_back {
            return;
        }
        if let Some(failed) = failed(&plain.reupgrade) {
            let what = "the second upgrade fails after a downgrade";
            self.problems.push(Problem::failure(what, &failed.failure, Gravity::Fails));
        }
        let redone = plain.redone.objects.iter().filter(|object| !difference::is_noise(object));
        self.problems.extend(redone.map(difference::redone));
        let gravity = if acknowledged.repeats { Gravity::Warns } else { Gravity::Fails };
        let twice = plain.redone.rows.iter();
        self.problems.extend(twice.map(|row| difference::changed_again(row, gravity)));
    }

    fn adversarial(&mut self, adversarial: &Pass, acknowledged: &Acknowledged) {
        if let Some(failed) = failed(&adversarial.upgrade) {
            let what = "upgrade depends on the data: it fails where columns hold NULLs, duplicates \
                or long values";
            self.depends(what, failed);
            return;
        }
        if let Some(failed) = failed(&adversarial.downgrade)
            && self.legs.downgrade.is_some_and(|leg| leg.status == LegStatus::Passed)
        {
            let what = "downgrade depends on the data: it fails on NULLs, duplicates or rows \
                written after the upgrade";
            self.depends(what, failed);
        }
        let mut lost = Vec::new();
        for row in &adversarial.left.rows {
            let known = |problem: &Problem| {
                let place = difference::place_of(row);
                problem.message.contains(&place)
            };
            if self.problems.iter().any(known) {
                continue;
            }
            // What the upgrade kept is the downgrade's to keep, whatever it is; and what it writes
            // it answers for. What is only lost may be nobody's: such rows are made up.
            let gravity = acknowledged.loss.gravity(row);
            match row.kept || row.rewritten || row.restored {
                true => self.problems.push(difference::data_differs(row, gravity)),
                false => lost.push((row, gravity)),
            }
        }
        self.problems.extend(difference::lost_where_hard(&lost));
    }

    fn depends(&mut self, what: &str, failed: &LegAnswer) {
        let mut found = Problem::failure(what, &failed.failure, Gravity::Warns);
        found.hint =
            Some("count such rows in production first, and clean them in the migration".to_owned());
        self.problems.push(found);
    }

    /// Says what was not tried with rows, and why.
    fn untried(&mut self, outcome: &Outcome) {
        if let Some(MadeUp { leg, failure }) = &outcome.made_up {
            let what = format!("{leg} fails on rows that are made up, and passes on empty tables");
            let mut found = Problem::failure(&what, failure, Gravity::Warns);
            found.hint = Some(OWN_ROWS.to_owned());
            // Of harder rows the same is said by the same words.
            let error = found.message.strip_prefix(&*what).unwrap_or_default().to_owned();
            self.problems.retain(|other| {
                other.gravity == Gravity::Fails || !other.message.ends_with(&error)
            });
            self.problems.push(found);
        }
        let empty = &outcome.seeded.empty;
        let message = match &empty[..] {
            [] => return,
            [EmptyTable { table, why }] => {
                format!("`{table}` is touched and was tried without rows: {why}")
            }
            [first, ..] => {
                // Most of them are empty because one is that they refer to.
                let (follow, begin): (Vec<_>, Vec<_>) =
                    empty.iter().partition(|each| each.why.starts_with(REFERS));
                let root = begin.first().copied().unwrap_or(first);
                let names = begin.iter().chain(&follow).take(3);
                let names: Vec<String> = names.map(|each| format!("`{}`", each.table)).collect();
                let more = match empty.len().saturating_sub(names.len()) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let (names, table, why) = (names.join(", "), &root.table, &root.why);
                format!(
                    "{names}{more}, which are touched or referred to, were tried without rows; of \
                     `{table}`: {why}"
                )
            }
        };
        let mut found = Problem::new(Gravity::Warns, message);
        found.hint = Some(OWN_ROWS.to_owned());
        self.problems.push(found);
    }

    fn say_that_the_plan_is_short(&mut self) {
        let said =
            "a plan stands there and says too little: it needs three words that mean something";
        for problem in self.problems.iter_mut().filter(|problem| problem.gravity == Gravity::Fails)
        {
            let hint = problem.hint.take().map(|hint| format!("{hint}; {said}"));
            problem.hint = Some(hint.unwrap_or_else(|| said.to_owned()));
        }
    }
}

/// What is known of a database that begins with the models.
const OF_MODELS: &str = "the tables that it begins with are those of the models (baseline = \
    \"models\"): what only the history or a package makes is not there";

/// Says of an error that names what is not there that the models may lack it.
fn suspect_the_models(problem: &mut Problem) {
    let is_absent = ["does not exist", "doesn't exist", "no such ", "check that it exists"]
        .iter()
        .any(|words| problem.message.contains(words));
    if is_absent && !problem.message.contains("revision has no") {
        let why = "the models made the tables here (baseline = \"models\"), and may lack what the \
            history or a package made; if production has it, begin with a dump or a command \
            instead: baseline = { sql = \"FILE\", revision = \"ID\" } or { command = \"...\" }";
        let hint = problem.hint.take().map(|hint| format!("{why}; else {hint}"));
        problem.hint = Some(hint.unwrap_or_else(|| why.to_owned()));
    }
}

/// What the runner says of a table that only lacks rows of another (`seed.py`).
const REFERS: &str = "a table that it refers to";

/// What to do where rows that are made up do not fit.
const OWN_ROWS: &str = "if production holds other values, write rows of your own (seed-sql = \
    [\"INSERT ...\"]) and leave the table to them (skip-tables = [\"...\"]) under \
    [tool.safe-migration.verify]";

fn failed(leg: &Option<LegAnswer>) -> Option<&LegAnswer> {
    leg.as_ref().filter(|leg| leg.failed())
}

fn leg(answer: &LegAnswer) -> Leg {
    Leg { status: answer.status, seconds: answer.seconds }
}

fn seeded(seeded: &Seeded) -> (u64, u64) {
    (seeded.filled + seeded.partial.len() as u64, seeded.tables)
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
    use crate::scratch::acknowledged::{Excused, LostPlace};
    use serde_json::{Value, json};

    fn judged(plain: Value, acknowledged: Acknowledged) -> Judgement {
        let plain = serde_json::from_value(plain).expect("it is what the runner answers");
        Judgement::of(&Outcome { plain, ..Outcome::default() }, &acknowledged)
    }

    fn passed(left: Value) -> Value {
        let leg = json!({"status": "passed"});
        json!({"upgrade": leg, "downgrade": leg, "reupgrade": leg, "left": left})
    }

    fn messages(judgement: &Judgement) -> Vec<&str> {
        judgement.problems.iter().map(|problem| problem.message.as_str()).collect()
    }

    #[test]
    fn data_that_does_not_come_back_fails_unless_the_migration_says_how_it_is_met() {
        let plain = passed(
            json!({"objects": [], "rows": [{"table": "public.users", "column": "name",
            "what": "values changed", "rows": 3, "key": "id = 1", "before": "'a'", "after": null, "kept": false}]}),
        );
        let found = judged(plain.clone(), Acknowledged::default());
        assert!(!found.passed());
        assert_eq!(
            messages(&found),
            ["downgrade does not bring the data back: values changed in `users.name` of 3 rows: \
                 'a' before, NULL after (id = 1)"]
        );
        let at = |column: &str| {
            let (table, column) = ("users".to_owned(), Some(column.to_owned()));
            Excused::At(vec![LostPlace { table, column }])
        };
        let email = Acknowledged { loss: at("email"), ..Default::default() };
        assert!(!judged(plain.clone(), email).passed());
        let name = at("name").and(at("email"));
        assert!(judged(plain.clone(), Acknowledged { loss: name, ..Default::default() }).passed());
        let short = judged(plain, Acknowledged { short_plan: true, ..Default::default() });
        assert!(
            short.problems[0]
                .hint
                .as_deref()
                .is_some_and(|hint| hint.contains("it needs three words"))
        );
    }

    #[test]
    fn what_only_difficult_rows_lose_is_one_warning_and_asks_for_a_plan() {
        let lost = |table: &str| {
            json!({"table": table, "column": null, "what": "rows lost", "rows": 1,
            "key": null, "before": null, "after": null, "kept": false})
        };
        let rows = ["a", "b", "c", "d"].map(lost);
        let hard = passed(json!({"objects": [], "rows": rows}));
        let plain = passed(json!({"objects": [], "rows": []}));
        let read = |pass: &Value| {
            serde_json::from_value(pass.clone()).expect("it is what the runner answers")
        };
        let outcome =
            Outcome { plain: read(&plain), adversarial: Some(read(&hard)), ..Outcome::default() };
        let found = Judgement::of(&outcome, &Acknowledged::default());
        let said = "`a` lacks 1 row; `b` lacks 1 row; `c` lacks 1 row; and 1 more";
        assert!(found.passed() && found.problems.len() == 1, "{:?}", found.problems);
        assert!(found.problems[0].message.ends_with(said) && found.problems[0].hint.is_some());
        let planned = Acknowledged { loss: Excused::All, ..Acknowledged::default() };
        assert_eq!(Judgement::of(&outcome, &planned).problems[0].hint, None);
    }

    #[test]
    fn a_leftover_enum_type_fails_and_the_hint_names_it() {
        let mut plain =
            passed(json!({"objects": [{"kind": "enum type", "name": "public.mood", "table": null,
            "change": "added", "attributes": []}], "rows": []}));
        plain["reupgrade"] = json!({"status": "failed", "error": "type \"mood\" already exists\n"});
        let found = judged(plain, Acknowledged::default());
        assert_eq!(
            messages(&found),
            [
                "downgrade leaves enum type `mood` different: it was not there before",
                "the second upgrade fails after a downgrade: type \"mood\" already exists",
            ]
        );
        let hint = found.problems[1].hint.as_deref().unwrap_or_default();
        assert!(hint.contains("sa.Enum(name=\"mood\").drop"));
    }

    #[test]
    fn a_difference_is_told_by_its_attributes_and_extensions_are_none() {
        let objects = json!([
            {"kind": "column", "name": "public.a.b", "table": "public.a", "change": "changed",
             "attributes": [{"name": "comment", "before": null, "after": "hello"}]},
            {"kind": "extension", "name": "citext", "table": null, "change": "added", "attributes": []},
            {"kind": "constraint", "name": "ck on public.a", "table": "public.a", "change": "changed",
             "attributes": [{"name": "definition", "before": "CHECK ((b > 0)) NOT \
              VALID", "after": "CHECK ((b > 0))"}]}]);
        let found =
            judged(passed(json!({"objects": objects, "rows": []})), Acknowledged::default());
        assert_eq!(
            messages(&found),
            ["downgrade leaves column `a.b` different: comment: none before, hello after"]
        );
    }

    #[test]
    fn what_the_upgrade_destroys_is_lowered_by_no_plan_about_the_way_back() {
        let mut plain = passed(json!({"objects": [], "rows": []}));
        plain["lost"] = json!({"objects": [], "rows": [{"table": "posts", "column": null, "what": "rows lost",
            "rows": 3, "key": null, "before": null, "after": null, "kept": false}]});
        let all = Acknowledged {
            loss: Excused::All,
            irreversible: true,
            repeats: true,
            leftovers: true,
            ..Acknowledged::default()
        };
        let found = judged(plain, all);
        assert!(!found.passed());
        assert_eq!(
            messages(&found),
            ["upgrade destroys what no statement of it names: `posts` lacks 3 rows"]
        );
    }
}
