//! Modules that were read and parsed, kept as long as they are few: each question of the uses of a
//! column looks at nearly the same ones.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::snapshot::ObjectId;
use crate::text::source::Text;

/// How many bytes of text are kept. With their syntax they take some thirty times as much.
const KEPT: usize = 512 << 10;

/// Modules that were read, by their blobs.
#[derive(Debug, Default)]
pub struct Texts {
    kept: RefCell<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    texts: HashMap<ObjectId, Rc<Text>>,
    bytes: usize,
}

impl Texts {
    /// Returns the text of a blob; beyond the bound, what was kept before is forgotten.
    pub(crate) fn of(&self, id: &ObjectId, bytes: &[u8]) -> Rc<Text> {
        if let Some(known) = self.kept.borrow().texts.get(id) {
            return Rc::clone(known);
        }
        let text = Rc::new(Text::decode(bytes));
        let mut kept = self.kept.borrow_mut();
        kept.bytes += bytes.len();
        if kept.bytes > KEPT {
            *kept = Kept { bytes: bytes.len(), ..Kept::default() };
        }
        kept.texts.insert(*id, Rc::clone(&text));
        text
    }
}
