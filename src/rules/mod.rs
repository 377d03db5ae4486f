//! Which rules there are, in the order in which they are documented and reported.

mod application_import;
mod autocommit_leaves_version_behind;
mod autocommit_not_alone;
mod batch_table_copy;
mod blocking_maintenance;
mod brief_exclusive_lock;
mod check_without_not_valid;
pub(crate) mod column_still_referenced;
mod column_type_change;
mod concurrently_in_transaction;
mod conflicting_branches;
mod data_migration_not_idempotent;
mod data_migration_without_downgrade;
mod default_removed;
mod delete_rows;
mod delete_without_filter;
mod downgrade_failed;
mod downgrade_incomplete;
mod downgrade_untested;
mod drop_cascade;
mod drop_column;
mod drop_constraint;
mod drop_foreign_key;
mod drop_index_without_concurrently;
mod drop_routine_or_view;
mod drop_schema;
mod drop_table;
mod duplicate_revision;
mod enum_type_left_behind;
mod enum_type_not_created;
mod enum_value_in_transaction;
mod environment_dependent;
mod exclusion_constraint;
mod existing_object;
mod foreign_key_locks_referenced_table;
mod foreign_key_without_index;
mod foreign_key_without_not_valid;
mod hardcoded_production_value;
mod hardcoded_secret;
mod heads_after_merge;
mod impossible_cast;
mod index_without_concurrently;
mod invalid_default;
mod invalid_sql;
mod lock_held_during_scan;
mod lossy_type_change;
mod lost_column_attributes;
mod manual_transaction;
mod merge_migration;
mod merge_with_operations;
mod missing_downgrade;
mod missing_load_id;
mod missing_lock_timeout;
mod missing_object;
mod missing_parent;
pub(crate) mod model_without_migration;
mod multiple_heads;
mod name_too_long;
mod network_or_file_in_migration;
mod not_null_on_existing_column;
mod not_null_without_default;
mod object_in_use;
mod operation_not_supported;
mod overwrite_without_copy;
mod partial_ddl;
mod primary_key_scan;
mod released_revision_changed;
mod rename_column;
mod rename_table;
mod revision_cycle;
mod revision_id_too_long;
mod row_by_row_data_migration;
mod row_security_without_policy;
mod schema_and_data_together;
mod several_statements;
mod syntax_error;
mod table_rewrite;
mod truncate_table;
mod typed_revision_id;
mod unbatched_data_migration;
mod unbound_parameter;
mod undefined_name;
mod unique_constraint_scan;
mod unknown_argument;
mod unknown_operation;
mod unnamed_constraint;
mod unreadable_operation;
mod unreadable_revision;
mod unused_waiver;
mod validate_in_same_transaction;
mod waiver_expired;
mod waiver_of_unknown_rule;
mod waiver_without_reason;
mod wrong_arguments;

use crate::rule::context::RuleContext;
use crate::rule::definition::Rule;
use crate::rule::raw_finding::RawFinding;
use crate::text::spelling;

/// Every rule. Its order is that of the documentation and of the reports.
pub static RULES: &[&Rule] = &[
    // History
    &multiple_heads::RULE,
    &heads_after_merge::RULE,
    &duplicate_revision::RULE,
    &missing_parent::RULE,
    &revision_cycle::RULE,
    &unreadable_revision::RULE,
    &revision_id_too_long::RULE,
    &typed_revision_id::RULE,
    &merge_migration::RULE,
    &conflicting_branches::RULE,
    &merge_with_operations::RULE,
    &released_revision_changed::RULE,
    &model_without_migration::RULE,
    // Data loss
    &drop_table::RULE,
    &drop_column::RULE,
    &drop_constraint::RULE,
    &column_still_referenced::RULE,
    &truncate_table::RULE,
    &delete_without_filter::RULE,
    &delete_rows::RULE,
    &overwrite_without_copy::RULE,
    &lossy_type_change::RULE,
    &drop_cascade::RULE,
    &drop_schema::RULE,
    &drop_routine_or_view::RULE,
    // Locks
    &not_null_without_default::RULE,
    &not_null_on_existing_column::RULE,
    &index_without_concurrently::RULE,
    &drop_index_without_concurrently::RULE,
    &concurrently_in_transaction::RULE,
    &column_type_change::RULE,
    &table_rewrite::RULE,
    &unique_constraint_scan::RULE,
    &primary_key_scan::RULE,
    &exclusion_constraint::RULE,
    &check_without_not_valid::RULE,
    &rename_column::RULE,
    &rename_table::RULE,
    &blocking_maintenance::RULE,
    &brief_exclusive_lock::RULE,
    &row_security_without_policy::RULE,
    &lock_held_during_scan::RULE,
    &missing_lock_timeout::RULE,
    &batch_table_copy::RULE,
    &default_removed::RULE,
    // Foreign keys
    &foreign_key_without_not_valid::RULE,
    &foreign_key_locks_referenced_table::RULE,
    &validate_in_same_transaction::RULE,
    &drop_foreign_key::RULE,
    &foreign_key_without_index::RULE,
    // Data migrations
    &data_migration_not_idempotent::RULE,
    &unbatched_data_migration::RULE,
    &row_by_row_data_migration::RULE,
    &schema_and_data_together::RULE,
    &data_migration_without_downgrade::RULE,
    &application_import::RULE,
    &environment_dependent::RULE,
    &network_or_file_in_migration::RULE,
    // ETL
    &missing_load_id::RULE,
    // Transactions
    &autocommit_leaves_version_behind::RULE,
    &autocommit_not_alone::RULE,
    &manual_transaction::RULE,
    &partial_ddl::RULE,
    // Downgrade
    &missing_downgrade::RULE,
    &downgrade_incomplete::RULE,
    &downgrade_untested::RULE,
    &downgrade_failed::RULE,
    // Values
    &hardcoded_production_value::RULE,
    &hardcoded_secret::RULE,
    // Alembic's own traps
    &unknown_operation::RULE,
    &unknown_argument::RULE,
    &enum_type_not_created::RULE,
    &enum_type_left_behind::RULE,
    &enum_value_in_transaction::RULE,
    &lost_column_attributes::RULE,
    &operation_not_supported::RULE,
    &unnamed_constraint::RULE,
    // Refusals
    &missing_object::RULE,
    &existing_object::RULE,
    &object_in_use::RULE,
    &impossible_cast::RULE,
    &invalid_default::RULE,
    &undefined_name::RULE,
    &wrong_arguments::RULE,
    &unbound_parameter::RULE,
    &invalid_sql::RULE,
    &name_too_long::RULE,
    &several_statements::RULE,
    // Reading
    &syntax_error::RULE,
    &unreadable_operation::RULE,
    &waiver_without_reason::RULE,
    &waiver_of_unknown_rule::RULE,
    &waiver_expired::RULE,
    &unused_waiver::RULE,
];

/// Makes the finding of a migration that is too much to be judged to its end.
pub fn beyond_looks(context: &RuleContext<'_>) -> (&'static Rule, RawFinding) {
    unreadable_operation::beyond_looks(context)
}

/// Finds a rule by its name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Returns the rule whose name is nearest to a word, if one is near.
pub fn nearest(word: &str) -> Option<&'static str> {
    spelling::nearest(word, RULES.iter().map(|rule| rule.id))
}
