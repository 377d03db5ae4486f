//! The locks that transactions hold.

use std::rc::Rc;

use crate::operation::step::{Arm, are_apart};
use crate::rule::statement_ref::StatementRef;
use crate::sql::lock::{Blocks, LockMode, Role};
use crate::sql::table::TableName;
use crate::text::source::Site;

/// A lock on a table in use, taken by a statement of the transaction.
#[derive(Clone, Debug)]
pub struct Hold {
    /// The table.
    pub table: TableName,
    /// How strong.
    pub mode: LockMode,
    /// What the table is to the statement.
    pub role: Role,
    /// The revision whose statement takes it.
    pub revision: Rc<str>,
    /// Where the statement stands.
    pub site: Site,
    /// What the statement does, in one line.
    pub title: String,
    /// The statement's place in the judged direction; `None` for earlier revisions.
    pub(crate) at: Option<(usize, usize)>,
    /// The arms that the statement stands in.
    pub(crate) path: Vec<Arm>,
    pub(crate) transaction: usize,
}

impl Hold {
    /// Tells whether readers wait for it.
    pub fn blocks_reads(&self) -> bool {
        self.mode.blocks() == Blocks::ReadsAndWrites
    }
}

/// The transactions of a direction, with the locks that each takes.
#[derive(Debug, Default)]
pub struct Transactions {
    pub(crate) holds: Vec<Hold>,
    /// The statements at which a new transaction begins.
    pub(crate) borders: Vec<(usize, usize)>,
    /// Transactions that ended before the first statement.
    pub(crate) before: usize,
}

impl Transactions {
    /// Returns the locks that earlier statements of the same transaction hold when a statement
    /// runs.
    pub fn held_at(&self, stmt: &StatementRef<'_>) -> impl Iterator<Item = &Hold> {
        let place = (stmt.number, stmt.part);
        let transaction = self.transaction_of(stmt);
        let end = self.holds.partition_point(|hold| hold.at < Some(place));
        self.holds[..end]
            .iter()
            .filter(move |hold| hold.transaction == transaction && hold.at < Some(place))
            .filter(|hold| !hold.at.is_some_and(|_| are_apart(&hold.path, &stmt.step.path)))
    }

    /// Returns the locks that a statement itself takes.
    pub fn taken_at(&self, stmt: &StatementRef<'_>) -> impl Iterator<Item = &Hold> {
        let place = Some((stmt.number, stmt.part));
        let start = self.holds.partition_point(|hold| hold.at < place);
        self.holds[start..].iter().take_while(move |hold| hold.at == place)
    }

    /// Tells whether two statements of the direction share a transaction.
    pub fn shares(&self, one: &StatementRef<'_>, other: &StatementRef<'_>) -> bool {
        self.transaction_of(one) == self.transaction_of(other)
    }

    fn transaction_of(&self, stmt: &StatementRef<'_>) -> usize {
        self.before + self.borders.partition_point(|border| *border <= (stmt.number, stmt.part))
    }
}
