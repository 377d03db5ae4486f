//! The schema before an upgrade, after it, and after it is taken back.

use crate::schema::database::Database;
use crate::sql::table::TableName;

/// The database before, after the upgrade, and after the downgrade.
pub(super) struct Legs<'a> {
    pub(crate) before: &'a Database,
    pub(crate) between: &'a Database,
    pub(crate) after: &'a Database,
    pub(crate) revision: &'a str,
    /// Columns that the upgrade drops and did not make: they were there, whether or not the history
    /// says so.
    pub(crate) dropped: Vec<(&'a TableName, &'a str)>,
}
