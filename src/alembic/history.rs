//! Every revision of a project, with the graph they make.
