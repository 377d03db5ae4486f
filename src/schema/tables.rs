//! Tables in the order of their keys, of which copies share what neither changes.
//!
//! What is deployed together is judged revision by revision, each on several copies of all that the
//! ones before it left: a copy costs a count per leaf, and a change of it copies one leaf.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::schema::table::Table;
use crate::text::known::Known;
use crate::text::map::Set;

/// Tables by key: `schema.table` or `table`, lower case.
#[derive(Clone, Debug, Default)]
pub(in crate::schema) struct Tables {
    /// In order, none of them empty.
    leaves: Vec<Rc<Leaf>>,
}

/// Tables that are copied together.
#[derive(Clone, Debug, Default)]
struct Leaf {
    rows: Vec<(Rc<str>, Rc<Table>)>,
    /// The digests of the names of all their indexes and constraints, once somebody asked.
    names: OnceCell<Set<u64>>,
}

/// How many tables a leaf holds at most.
const MOST: usize = 64;

impl Tables {
    /// Finds a table.
    pub(in crate::schema) fn get(&self, key: &str) -> Option<&Rc<Table>> {
        let leaf = self.leaves.get(self.leaf_of(key))?;
        let at = leaf.place(key).ok()?;
        leaf.rows.get(at).map(|(_, table)| table)
    }

    /// Finds a table to change it.
    pub(in crate::schema) fn get_mut(&mut self, key: &str) -> Option<&mut Table> {
        let leaf = self.leaf_of(key);
        let at = self.leaves.get(leaf)?.place(key).ok()?;
        let rows = Leaf::rows_mut(self.leaves.get_mut(leaf)?);
        rows.get_mut(at).map(|(_, table)| Rc::make_mut(table))
    }

    /// Puts a table in, in place of one of the same key.
    pub(in crate::schema) fn insert(&mut self, key: Rc<str>, table: Table) {
        let number = self.leaf_of(&key);
        let Some(leaf) = self.leaves.get_mut(number) else {
            self.leaves.push(Rc::new(Leaf::of(vec![(key, Rc::new(table))])));
            return;
        };
        let place = leaf.place(&key);
        let rows = Leaf::rows_mut(leaf);
        match place {
            Ok(at) => rows[at].1 = Rc::new(table),
            Err(at) => rows.insert(at, (key, Rc::new(table))),
        }
        if rows.len() > MOST {
            let rest = Leaf::of(rows.split_off(MOST / 2));
            self.leaves.insert(number + 1, Rc::new(rest));
        }
    }

    /// Takes a table out.
    pub(in crate::schema) fn remove(&mut self, key: &str) -> Option<Rc<Table>> {
        let number = self.leaf_of(key);
        let at = self.leaves.get(number)?.place(key).ok()?;
        let rows = Leaf::rows_mut(self.leaves.get_mut(number)?);
        let (_, table) = rows.remove(at);
        if rows.is_empty() {
            self.leaves.remove(number);
        }
        Some(table)
    }

    /// Returns all tables.
    pub(in crate::schema) fn iter(&self) -> impl Iterator<Item = &Rc<Table>> {
        self.leaves.iter().flat_map(|leaf| leaf.tables())
    }

    /// Returns the tables of which one may have an index or a constraint of a name; every one that
    /// has is among them.
    pub(in crate::schema) fn around(&self, name: &str) -> impl Iterator<Item = &Rc<Table>> {
        let digest = digest(name);
        let may_hold = move |leaf: &&Rc<Leaf>| leaf.names().contains(&digest);
        self.leaves.iter().filter(may_hold).flat_map(|leaf| leaf.tables())
    }

    /// Returns all tables to change them.
    pub(in crate::schema) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Table> {
        let leaves = self.leaves.iter_mut().map(Leaf::rows_mut);
        leaves.flat_map(|rows| rows.iter_mut().map(|(_, table)| Rc::make_mut(table)))
    }

    /// Returns the tables that something is true of, to change them; the others stay shared.
    pub(in crate::schema) fn iter_mut_where(
        &mut self,
        is_it: impl Fn(&Table) -> bool + Copy,
    ) -> impl Iterator<Item = &mut Table> {
        let holds = move |leaf: &&mut Rc<Leaf>| leaf.tables().any(|table| is_it(table));
        let leaves = self.leaves.iter_mut().filter(holds).map(Leaf::rows_mut);
        let tables = leaves.flat_map(|rows| rows.iter_mut().map(|(_, table)| table));
        tables.filter(move |table| is_it(table)).map(Rc::make_mut)
    }

    /// Returns the tables that others do not share.
    pub(in crate::schema) fn unshared<'a>(
        &'a self,
        others: &'a Tables,
    ) -> impl Iterator<Item = &'a Rc<Table>> {
        let is_own = |leaf: &&Rc<Leaf>| {
            let first = leaf.rows.first().map_or("", |(key, _)| &**key);
            let twin = others.leaves.get(others.leaf_of(first));
            !twin.is_some_and(|twin| Rc::ptr_eq(leaf, twin))
        };
        let rows = self.leaves.iter().filter(is_own).flat_map(|leaf| leaf.rows.iter());
        let differs = |(key, table): &&(Rc<str>, Rc<Table>)| {
            !others.get(key).is_some_and(|twin| Rc::ptr_eq(table, twin))
        };
        rows.filter(differs).map(|(_, table)| table)
    }

    /// Returns the number of the leaf in which a key stands, or would.
    fn leaf_of(&self, key: &str) -> usize {
        let starts_before =
            |leaf: &Rc<Leaf>| leaf.rows.first().is_some_and(|(first, _)| **first <= *key);
        self.leaves.partition_point(starts_before).saturating_sub(1)
    }
}

impl Leaf {
    fn of(rows: Vec<(Rc<str>, Rc<Table>)>) -> Self {
        Leaf { rows, names: OnceCell::new() }
    }

    /// Returns the rows to change them: their names are not known any more.
    fn rows_mut(leaf: &mut Rc<Leaf>) -> &mut Vec<(Rc<str>, Rc<Table>)> {
        let leaf = Rc::make_mut(leaf);
        leaf.names.take();
        &mut leaf.rows
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.rows.binary_search_by(|(own, _)| (**own).cmp(key))
    }

    fn tables(&self) -> impl Iterator<Item = &Rc<Table>> {
        self.rows.iter().map(|(_, table)| table)
    }

    fn names(&self) -> &Set<u64> {
        self.names.get_or_init(|| {
            let of_table = |table: &'_ Rc<Table>| {
                let indexes = table.indexes.iter().map(|index| index.name.as_ref());
                let constraints = table.constraints.iter().map(|held| held.constraint.name());
                let names = indexes.chain(constraints).flatten().filter_map(Known::as_str);
                names.map(digest).collect::<Vec<u64>>()
            };
            self.tables().flat_map(of_table).collect()
        })
    }
}

/// FNV-1a over a name, whatever its case: the same for all that are taken for one name.
fn digest(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

impl PartialEq for Tables {
    fn eq(&self, other: &Self) -> bool {
        let rows =
            |tables: &'_ Tables| tables.leaves.iter().map(|leaf| leaf.rows.len()).sum::<usize>();
        rows(self) == rows(other) && self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::table::{ConstraintState, is_index};
    use crate::sql::table::{Constraint, Key};
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

    #[test]
    fn a_table_is_among_those_around_the_names_that_it_has_and_had_not_before() {
        let mut tables = Tables::default();
        for number in 0..300 {
            let name = format!("t{number}");
            tables.insert(name.as_str().into(), table(name.clone(), true));
        }
        let is_around = |tables: &Tables, name: &str| {
            tables.around(name).any(|table| table.name == "t7" && is_index(table, name))
        };
        assert!(!is_around(&tables, "T7_Key") && tables.around("t7_key").count() == 0);
        let copy = tables.clone();
        let columns = Known::Is(vec![Known::Is("a".to_owned())]);
        let name = Some(Known::Is("t7_key".to_owned()));
        let constraint = Constraint::Unique(Key { name, columns, using_index: None });
        let (unnamed, inline, validated, by) = (false, false, true, Rc::from("a"));
        let held = ConstraintState { constraint, unnamed, inline, validated, by };
        tables.get_mut("t7").unwrap().constraints.push(held);
        assert!(is_around(&tables, "T7_Key") && !is_around(&copy, "T7_Key"));
        assert!(tables.around("t7_key").count() < 100);
    }
}
