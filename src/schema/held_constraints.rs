//! What a statement changes of the constraints of one table.

use std::rc::Rc;

use crate::schema::default_name;
use crate::schema::table::{ConstraintState, Table, columns_of};
use crate::sql::table;
use crate::sql::table::{Constraint, ConstraintKind, ForeignKey, Key};
use crate::text::known::Known;

impl Table {
    /// Makes one of keys over the same columns, as PostgreSQL does in CREATE TABLE: a UNIQUE over the
    /// columns of the primary key, or of another UNIQUE, is dropped without a word, and lends its
    /// name to a key that has none (`transformIndexConstraints`; seen on 15.18).
    pub fn merge_equal_keys(&mut self) {
        let is_primary =
            |held: &ConstraintState| matches!(held.constraint, Constraint::PrimaryKey(_));
        let mut stood = std::mem::take(&mut self.constraints);
        stood.sort_by_key(|held| !is_primary(held));
        for held in stood {
            let is_prior =
                |prior: &&mut ConstraintState| are_equal_keys(&prior.constraint, &held.constraint);
            match self.constraints.iter_mut().find(is_prior) {
                Some(prior) if prior.unnamed && !held.unnamed => prior.take_name(&held),
                Some(_) => {}
                None => self.constraints.push(held),
            }
        }
    }

    /// Holds the constraints that stand inline in a column.
    pub fn hold_inline(&mut self, column: &table::Column, by: &Rc<str>) {
        let stood = self.constraints.len();
        self.hold_of_column(column, by);
        self.constraints.iter_mut().skip(stood).for_each(|held| held.inline = true);
    }

    fn hold_of_column(&mut self, column: &table::Column, by: &Rc<str>) {
        let columns = || Known::Is(vec![column.name.clone()]);
        let key = || Key { name: None, columns: columns(), using_index: None };
        if column.primary_key == Known::Is(true) {
            self.hold_primary_key(column, by);
        }
        if column.unique == Known::Is(true) {
            self.hold(Constraint::Unique(key()), by);
        }
        for foreign_key in &column.foreign_keys {
            let foreign_key = ForeignKey { columns: columns(), ..foreign_key.clone() };
            self.hold(Constraint::ForeignKey(foreign_key), by);
        }
        for check in &column.checks {
            self.hold(Constraint::Check(check.clone()), by);
        }
    }

    /// Columns that say `primary_key` make one key together.
    fn hold_primary_key(&mut self, column: &table::Column, by: &Rc<str>) {
        let held = self.constraints.iter_mut().find_map(|held| match &mut held.constraint {
            Constraint::PrimaryKey(key) => Some(key),
            _ => None,
        });
        match held {
            Some(Key { columns: Known::Is(columns), .. }) if !columns.contains(&column.name) => {
                columns.push(column.name.clone());
            }
            Some(_) => {}
            None => {
                let key = Key {
                    name: None,
                    columns: Known::Is(vec![column.name.clone()]),
                    using_index: None,
                };
                self.hold(Constraint::PrimaryKey(key), by);
            }
        }
    }

    /// Holds a constraint, under the name that the database gives where the migration gives none.
    pub fn hold(&mut self, constraint: Constraint, by: &Rc<str>) {
        if !self.holds_already(&constraint) {
            self.forget_namesake(&constraint);
            self.hold_beside(constraint, by);
        }
    }

    /// A name stands once: where one of its kind has it, the statement fails, or that one went in a
    /// way that could not be read, or one of two branches made each.
    fn forget_namesake(&mut self, constraint: &Constraint) {
        if let Some(name) = constraint.name().and_then(Known::as_str) {
            let kind = constraint.kind();
            self.constraints
                .retain(|held| !(held.constraint.kind() == kind && held.is_named(name)));
        }
    }

    /// Holds a constraint, beside one over the same columns if there is one.
    pub fn hold_beside(&mut self, mut constraint: Constraint, by: &Rc<str>) {
        let unnamed = constraint.name().is_none();
        if unnamed {
            let name = default_name::constraint_name(self, &constraint);
            *name_of(&mut constraint) = Some(Known::Is(name));
        }
        let validated = match &constraint {
            Constraint::ForeignKey(key) => key.not_valid == Known::Is(false),
            Constraint::Check(check) => check.not_valid == Known::Is(false),
            Constraint::NotNull { not_valid, .. } => !not_valid,
            _ => true,
        };
        self.forget_used_index(&constraint);
        self.constraints.push(ConstraintState {
            constraint,
            unnamed,
            inline: false,
            validated,
            by: by.clone(),
        });
        self.mark_not_null();
    }

    /// An unnamed constraint over the same columns may be reported twice: in the column, and by
    /// itself.
    fn holds_already(&self, constraint: &Constraint) -> bool {
        let columns = columns_of(constraint);
        let same = |held: &ConstraintState| {
            held.constraint.kind() == constraint.kind() && columns_of(&held.constraint) == columns
        };
        let is_check = matches!(constraint, Constraint::Check(_) | Constraint::Exclude { .. });
        constraint.name().is_none() && !is_check && self.constraints.iter().any(same)
    }

    /// USING INDEX turns an index into the constraint.
    fn forget_used_index(&mut self, constraint: &Constraint) {
        if let Some(name) = constraint.used_index().and_then(Known::as_str) {
            self.forget_index(name);
        }
    }

    /// The columns of a primary key are NOT NULL, and so are those that a validated constraint says
    /// so of.
    fn mark_not_null(&mut self) {
        let Some(held) = self.constraints.last() else { return };
        let marks = match held.constraint {
            Constraint::PrimaryKey(_) => true,
            Constraint::NotNull { .. } => held.validated,
            _ => false,
        };
        if marks {
            let names: Vec<String> =
                columns_of(&held.constraint).into_iter().map(str::to_owned).collect();
            for name in names {
                if let Some(column) = self.column_mut(&name) {
                    column.nullable = Known::Is(false);
                }
            }
        }
    }

    /// Marks a constraint as one that the rows satisfy.
    pub fn validate(&mut self, name: &Known<String>) {
        let Some(name) = name.as_str() else { return };
        let Some(at) = self.place_of_constraint(name) else { return };
        self.constraints[at].validated = true;
        if let Constraint::NotNull { column: Known::Is(column), .. } =
            &self.constraints[at].constraint
        {
            let column = column.clone();
            self.column_or_met(&column).nullable = Known::Is(false);
        }
    }

    /// Forgets a constraint by its name; without a name, the only one of its kind.
    pub fn forget_constraint(
        &mut self,
        name: Option<&Known<String>>,
        kind: Option<ConstraintKind>,
    ) {
        match (name, kind) {
            (Some(Known::Is(name)), _) => {
                // MySQL has a name for each kind: a key and a foreign key may share one.
                let is_it = |held: &ConstraintState| {
                    held.is_named(name) && Some(held.constraint.kind()) == kind
                };
                let of_kind = self.constraints.iter().position(is_it);
                if let Some(at) = of_kind.or_else(|| self.place_of_constraint(name)) {
                    self.constraints.remove(at);
                }
            }
            // A table has one primary key, whatever it is called.
            (Some(Known::Unreadable), Some(kind @ ConstraintKind::PrimaryKey))
            | (None, Some(kind)) => {
                self.constraints.retain(|held| held.constraint.kind() != kind);
            }
            _ => self.complete = false,
        }
    }

    /// Gives a constraint another name.
    pub fn rename_constraint(&mut self, name: &Known<String>, to: &Known<String>) {
        let Some(at) = name.as_str().and_then(|name| self.place_of_constraint(name)) else {
            return;
        };
        *name_of(&mut self.constraints[at].constraint) = Some(to.clone());
        self.constraints[at].unnamed = false;
    }
}

/// Tells whether a UNIQUE is over the columns of a key that stands before it, in its order.
fn are_equal_keys(prior: &Constraint, unique: &Constraint) -> bool {
    let (Constraint::PrimaryKey(prior) | Constraint::Unique(prior), Constraint::Unique(unique)) =
        (prior, unique)
    else {
        return false;
    };
    let is_read = unique.columns.get().is_some_and(|columns| columns.iter().all(Known::is_known));
    is_read && prior.columns == unique.columns
}

fn name_of(constraint: &mut Constraint) -> &mut Option<Known<String>> {
    match constraint {
        Constraint::PrimaryKey(key) | Constraint::Unique(key) => &mut key.name,
        Constraint::ForeignKey(key) => &mut key.name,
        Constraint::Check(check) => &mut check.name,
        Constraint::Exclude { name, .. } | Constraint::NotNull { name, .. } => name,
    }
}

/// INHERITS has a parent too, and names it as what the columns are like.
impl ConstraintState {
    /// Names a key after one that it stands for.
    fn take_name(&mut self, other: &ConstraintState) {
        let name = other.constraint.name().cloned();
        if let Constraint::PrimaryKey(key) | Constraint::Unique(key) = &mut self.constraint {
            key.name = name;
            self.unnamed = false;
        }
    }
}
