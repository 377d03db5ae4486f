//! Functions, classes, instances and modules.
/// To be.
#[derive(Debug)]
pub struct Object;
