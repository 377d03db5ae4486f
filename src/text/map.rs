//! Maps of the many names of a history.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

/// A map whose hashes cost a fraction of the standard ones and are, like those, other ones in each
/// process: a branch cannot choose names that collide.
pub type Map<K, V> = HashMap<K, V, RandomState>;

/// A set with the same hashes.
pub type Set<K> = HashSet<K, RandomState>;
