//! The conditions that are open while a migration is read.

use std::collections::HashMap;

use crate::operation::step::Arm;
use crate::python::host::Region;
use crate::python::value::HostId;

/// The arms of the decisions around what is read now.
#[derive(Debug, Default)]
pub struct Decisions {
    /// One for each open region; nothing for a region that is no decision.
    open: Vec<Option<Arm>>,
    /// The arm that was closed last.
    closed: Option<Arm>,
    other: bool,
    made: u32,
    /// What the region opened next depends on: a value, and whether it is true there.
    next: Option<(HostId, bool)>,
    /// The decisions that depend on a value alone.
    by_value: HashMap<HostId, u32>,
}

impl Decisions {
    /// Opens a region.
    pub fn open(&mut self, region: Region) {
        let other = std::mem::take(&mut self.other).then_some(self.closed).flatten();
        let next = self.next.take();
        let arm = match (region, other) {
            (Region::Conditional, Some(closed)) => {
                Some(Arm { decision: closed.decision, arm: u32::from(closed.arm == 0) })
            }
            (Region::Conditional, None) => {
                self.made += 1;
                let (decision, holds) = match next {
                    Some((of, holds)) => (*self.by_value.entry(of).or_insert(self.made), holds),
                    None => (self.made, true),
                };
                Some(Arm { decision, arm: u32::from(!holds) })
            }
            _ => None,
        };
        self.open.push(arm);
    }

    /// Closes the region opened last.
    pub fn close(&mut self) {
        self.closed = self.open.pop().flatten();
        self.other = false;
    }

    /// Makes the region opened next another arm of the decision closed last.
    pub fn otherwise(&mut self) {
        self.other = true;
    }

    /// Makes the region opened next one that runs where a value is true, or where it is not: two
    /// tests of one value are one decision.
    pub fn depends_on(&mut self, of: HostId, holds: bool) {
        self.next = Some((of, holds));
    }

    /// Returns the arms that are open.
    pub fn path(&self) -> Vec<Arm> {
        self.open.iter().filter_map(|arm| *arm).collect()
    }
}
