//! What is asked of the database before a statement, over more names than those that the migration
//! mentions: what else touched the names of a refusal may stand in revisions that name nothing else.
//!
//! A migration of a thousand refusals asks a thousand times. The names differ, and nearly always
//! lead to the same revisions: what was replayed for the one refusal goes on for the next.

use crate::rule::context::RuleContext;
use crate::rule::looks::REPLAYED;
use crate::rule::raw_finding::Direction;
use crate::rule::statement_ref::StatementRef;
use crate::rule::wider::Wider;
use crate::schema::database::Database;
use crate::schema::names::Names;
use crate::schema::slice;
use crate::schema::slice::Slice;

impl<'a> RuleContext<'a> {
    /// Asks the database before a statement of either direction, over other names than those the
    /// migration mentions. What asks may not ask the case again.
    pub(in crate::rule) fn before_over<T>(
        &self,
        stmt: &StatementRef<'a>,
        names: Names,
        ask: impl FnOnce(&Database) -> T,
    ) -> T {
        let mut all = self.names().clone();
        all.extend(names);
        let asked = all.len();
        let slice = self.slice(all);
        self.look_at_names(asked + self.history.files().len());
        let nodes = slice.as_ref().map(Slice::nodes);
        let (direction, place) = (stmt.direction, (stmt.number, stmt.part));
        let goes_on = |known: &Wider| {
            known.nodes == nodes && known.direction == direction && known.reached <= place
        };
        let known = self.wider.borrow_mut().take().filter(goes_on);
        let mut wider = known.unwrap_or_else(|| self.wider(nodes, slice, direction));
        self.advance(&mut wider, place);
        let answer = ask(&wider.database);
        *self.wider.borrow_mut() = Some(wider);
        answer
    }

    /// Begins a direction on what a slice leaves.
    fn wider(
        &self,
        nodes: Option<Vec<usize>>,
        slice: Option<Slice<'_>>,
        direction: Direction,
    ) -> Wider {
        let database = match slice {
            Some(slice) => slice.replay(self.released()),
            None => slice::unknown(self.history),
        };
        let mut wider = Wider { nodes, direction: Direction::Upgrade, database, reached: (0, 0) };
        if direction == Direction::Downgrade {
            self.advance(&mut wider, (usize::MAX, 0));
        }
        Wider { direction, reached: (0, 0), ..wider }
    }

    fn advance(&self, wider: &mut Wider, place: (usize, usize)) {
        let steps = &self.script(wider.direction).steps;
        wider.advance(steps, place, &self.author(), || self.look(REPLAYED));
    }
}
