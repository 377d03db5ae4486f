//! Tables in the order of their keys, of which copies share what neither changes.
//!
//! What is deployed together is judged revision by revision, each on several copies of all that the
//! ones before it left: a copy costs a count per leaf, and a change of it copies one leaf.

use std::rc::Rc;

use crate::schema::table::Table;

/// Tables by key: `schema.table` or `table`, lower case.
#[derive(Clone, Debug, Default)]
pub(in crate::schema) struct Tables {
    /// In order, none of them empty.
    leaves: Vec<Rc<Leaf>>,
}

/// Tables that are copied together.
type Leaf = Vec<(Rc<str>, Rc<Table>)>;

/// How many tables a leaf holds at most.
const MOST: usize = 64;

impl Tables {
    /// Finds a table.
    pub(in crate::schema) fn get(&self, key: &str) -> Option<&Rc<Table>> {
        let leaf = self.leaves.get(self.leaf_of(key))?;
        let at = leaf.binary_search_by(|(own, _)| (**own).cmp(key)).ok()?;
        leaf.get(at).map(|(_, table)| table)
    }

    /// Finds a table to change it.
    pub(in crate::schema) fn get_mut(&mut self, key: &str) -> Option<&mut Table> {
        let leaf = self.leaf_of(key);
        let at = self.leaves.get(leaf)?.binary_search_by(|(own, _)| (**own).cmp(key)).ok()?;
        let leaf = Rc::make_mut(self.leaves.get_mut(leaf)?);
        leaf.get_mut(at).map(|(_, table)| Rc::make_mut(table))
    }

    /// Puts a table in, in place of one of the same key.
    pub(in crate::schema) fn insert(&mut self, key: Rc<str>, table: Table) {
        let number = self.leaf_of(&key);
        let Some(leaf) = self.leaves.get_mut(number) else {
            self.leaves.push(Rc::new(vec![(key, Rc::new(table))]));
            return;
        };
        let leaf = Rc::make_mut(leaf);
        match leaf.binary_search_by(|(own, _)| own.cmp(&key)) {
            Ok(at) => leaf[at].1 = Rc::new(table),
            Err(at) => leaf.insert(at, (key, Rc::new(table))),
        }
        if leaf.len() > MOST {
            let rest = leaf.split_off(MOST / 2);
            self.leaves.insert(number + 1, Rc::new(rest));
        }
    }

    /// Takes a table out.
    pub(in crate::schema) fn remove(&mut self, key: &str) -> Option<Rc<Table>> {
        let number = self.leaf_of(key);
        let at = self.leaves.get(number)?.binary_search_by(|(own, _)| (**own).cmp(key)).ok()?;
        let leaf = Rc::make_mut(self.leaves.get_mut(number)?);
        let (_, table) = leaf.remove(at);
        if leaf.is_empty() {
            self.leaves.remove(number);
        }
        Some(table)
    }

    /// Returns all tables.
    pub(in crate::schema) fn iter(&self) -> impl Iterator<Item = &Rc<Table>> {
        self.leaves.iter().flat_map(|leaf| leaf.iter().map(|(_, table)| table))
    }

    /// Returns all tables to change them.
    pub(in crate::schema) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        let leaves = self.leaves.iter_mut().map(Rc::make_mut);
        leaves.flat_map(|leaf| leaf.iter_mut().map(|(_, table)| Rc::make_mut(table)))
    }

    /// Returns the tables that something is true of, to change them; the others stay shared.
    pub(in crate::schema) fn iter_mut_where(
        &mut self,
        is_it: impl Fn(&Table) -> bool + Copy,
    ) -> impl Iterator<Item = &mut Table> {
        let holds = move |leaf: &&mut Rc<Leaf>| leaf.iter().any(|(_, table)| is_it(table));
        let leaves = self.leaves.iter_mut().filter(holds).map(Rc::make_mut);
        let tables = leaves.flat_map(|leaf| leaf.iter_mut().map(|(_, table)| table));
        tables.filter(move |table| is_it(table)).map(Rc::make_mut)
    }

    /// Returns the tables that others do not share.
    pub(in crate::schema) fn unshared<'a>(
        &'a self,
        others: &'a Tables,
    ) -> impl Iterator<Item = &'a Rc<Table>> {
        let is_own = |leaf: &&Rc<Leaf>| {
            let first = leaf.first().map_or("", |(key, _)| &**key);
            let twin = others.leaves.get(others.leaf_of(first));
            !twin.is_some_and(|twin| Rc::ptr_eq(leaf, twin))
        };
        let rows = self.leaves.iter().filter(is_own).flat_map(|leaf| leaf.iter());
        let differs = |(key, table): &&(Rc<str>, Rc<Table>)| {
            !others.get(key).is_some_and(|twin| Rc::ptr_eq(table, twin))
        };
        rows.filter(differs).map(|(_, table)| table)
    }

    /// Returns the number of the leaf in which a key stands, or would.
    fn leaf_of(&self, key: &str) -> usize {
        let starts_before =
            |leaf: &Rc<Leaf>| leaf.first().is_some_and(|(first, _)| **first <= *key);
        self.leaves.partition_point(starts_before).saturating_sub(1)
    }
}

impl PartialEq for Tables {
    fn eq(&self, other: &Self) -> bool {
        let rows = |tables: &'_ Tables| tables.leaves.iter().map(|leaf| leaf.len()).sum::<usize>();
        rows(self) == rows(other) && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn table(name: String, complete: bool) -> Table {
        Table { complete, ..Table::met(None, name) }
    }

    #[test]
    fn tables_stand_as_a_sorted_map_holds_them_and_a_copy_keeps_its_own() {
        let (mut tables, mut expected) = (Tables::default(), BTreeMap::new());
        let mut seed = 1_u64;
        for turn in 0..4_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
            let name = format!("t{}", (seed >> 33) % 500);
            let (copy, before) = (tables.clone(), expected.clone());
            match turn % 3 {
                0 | 1 => {
                    tables.insert(name.as_str().into(), table(name.clone(), false));
                    expected.insert(name.clone(), false);
                }
                _ if turn % 2 == 0 => {
                    let taken = tables.remove(&name);
                    assert_eq!(taken.map(|table| table.complete), expected.remove(&name));
                }
                _ => {
                    let held = tables.get_mut(&name);
                    held.into_iter().for_each(|table| table.complete = true);
                    expected.entry(name.clone()).and_modify(|complete| *complete = true);
                }
            }
            assert_eq!(tables.get(&name).map(|table| table.complete), expected.get(&name).copied());
            let listed = |tables: &Tables| -> Vec<(String, bool)> {
                tables.iter().map(|table| (table.name.clone(), table.complete)).collect()
            };
            if turn % 100 == 0 {
                assert_eq!(listed(&tables), expected.clone().into_iter().collect::<Vec<_>>());
                assert_eq!(listed(&copy), before.clone().into_iter().collect::<Vec<_>>());
            }
            let unshared: Vec<&str> = tables.unshared(&copy).map(|table| &*table.name).collect();
            assert!(unshared.iter().all(|own| **own == *name), "{unshared:?} for {name}");
            let changed = tables.get(&name).is_some() && before.get(&name) != expected.get(&name);
            assert!(!changed || !unshared.is_empty(), "{name}");
        }
    }
}
