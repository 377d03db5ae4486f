//! Every revision of a project, with the graph they make.

/// Every revision of a project, with the graph they make.
#[derive(Debug)]
pub struct History;
