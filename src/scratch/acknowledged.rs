//! What a migration says of itself, as far as a rehearsal is judged by it.

use crate::scratch::answer::RowDifference;
use crate::scratch::problem::Gravity;

/// What the migration says of itself in its comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acknowledged {
    /// The data that a plan or a waiver says may be lost.
    pub loss: Excused,
    /// `Irreversible:`, or a waiver of a missing downgrade: the downgrade may refuse.
    pub irreversible: bool,
    /// The downgrade does nothing, and that is meant: it is asked for nothing.
    pub no_way_back: bool,
    /// A plan or a waiver says that a second run does it again.
    pub repeats: bool,
    /// A waiver says that a schema may stay different.
    pub leftovers: bool,
    /// A waiver says that an enum type may stay.
    pub enum_types: bool,
    /// A plan stands there that says too little to count.
    pub short_plan: bool,
}

/// The loss that a plan or a waiver excuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Excused {
    /// None.
    #[default]
    Nothing,
    /// That of these tables and columns.
    At(Vec<LostPlace>),
    /// All of the revision's.
    All,
}

/// A table whose rows may go, or a column whose values may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostPlace {
    /// The table, without its schema.
    pub table: String,
    /// The column; all of the table without one.
    pub column: Option<String>,
}

impl Excused {
    /// Both of two.
    #[must_use]
    pub fn and(self, other: Excused) -> Excused {
        match (self, other) {
            (Excused::All, _) | (_, Excused::All) => Excused::All,
            (Excused::Nothing, one) | (one, Excused::Nothing) => one,
            (Excused::At(some), Excused::At(more)) => Excused::At([some, more].concat()),
        }
    }

    /// How grave it is that a row is lost.
    pub(super) fn gravity(&self, row: &RowDifference) -> Gravity {
        let own = |place: &LostPlace| {
            let table = row.table.rsplit(['.', ':']).next().unwrap_or_default();
            place.table.eq_ignore_ascii_case(table.trim_matches('"'))
                && (place.column.is_none() || place.column == row.column)
        };
        let is_excused = match self {
            Excused::Nothing => false,
            Excused::At(places) => places.iter().any(own),
            Excused::All => true,
        };
        if is_excused { Gravity::Warns } else { Gravity::Fails }
    }
}
