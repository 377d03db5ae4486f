//! Which rule speaks of an error.

use crate::schema::answer::error::DatabaseError;

/// What kind of refusal it is, by the rule that speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// What is named is not there.
    MissingObject,
    /// What is made is there already.
    ExistingObject,
    /// Something else needs what is dropped or changed.
    ObjectInUse,
    /// There is no cast.
    ImpossibleCast,
    /// A default is no value of its type.
    InvalidDefault,
    /// A statement that is none.
    InvalidSql,
}

impl RefusalKind {
    /// Returns the id of the rule that speaks of it.
    pub fn rule(self) -> &'static str {
        match self {
            RefusalKind::MissingObject => "missing-object",
            RefusalKind::ExistingObject => "existing-object",
            RefusalKind::ObjectInUse => "object-in-use",
            RefusalKind::ImpossibleCast => "impossible-cast",
            RefusalKind::InvalidDefault => "invalid-default",
            RefusalKind::InvalidSql => "invalid-sql",
        }
    }
}

impl DatabaseError {
    /// Returns the rule that speaks of it.
    pub fn kind(&self) -> RefusalKind {
        use DatabaseError as E;
        match self {
            E::NoTable { .. }
            | E::NoColumn { .. }
            | E::NoIndex { .. }
            | E::NoConstraint { .. }
            | E::NoType { .. }
            | E::NoObject { .. }
            | E::NoSchema { .. }
            | E::NoKey { .. }
            | E::OfAnotherKind { .. }
            | E::NoArbiter { .. }
            | E::NoLabel { .. } => RefusalKind::MissingObject,
            E::TableExists { .. }
            | E::ColumnExists { .. }
            | E::ColumnTwice { .. }
            | E::IndexExists { .. }
            | E::ConstraintExists { .. }
            | E::SecondKey { .. }
            | E::TypeExists { .. }
            | E::LabelExists { .. }
            | E::OtherColumns { .. }
            | E::OtherRoutine { .. }
            | E::ObjectExists { .. } => RefusalKind::ExistingObject,
            E::InUse { .. } | E::LastColumn { .. } => RefusalKind::ObjectInUse,
            E::NoCast { .. }
            | E::NoUsingCast { .. }
            | E::NoDefaultCast { .. }
            | E::NoComparison { .. }
            | E::NoOperator { .. }
            | E::BadValue { .. }
            | E::NoNullAction { .. }
            | E::BadKey { .. }
            | E::NoOrder { .. } => RefusalKind::ImpossibleCast,
            E::Contradiction { .. } => RefusalKind::InvalidSql,
            E::BadDefault { .. } => RefusalKind::InvalidDefault,
        }
    }
}
