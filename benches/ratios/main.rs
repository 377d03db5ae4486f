//! What the program costs, as ratios that one run measures: `cargo bench`.
//!
//! Both sides of a ratio run in turn, and the fastest run of each counts, so that a busy or a slow
//! machine moves them together. Nothing here fails: a row over its bound says so. A row whose other
//! side can neither be found nor installed (`benches/peers.py`) says that. Words choose groups of rows:
//! `cargo bench -- verify growth`.

mod clock;
mod ground;
mod growth;
mod peers;
mod process;
mod reading;
mod table;
mod verify;
mod verify_postgresql;
#[path = "../../tests/suite/common/workbench.rs"]
#[allow(dead_code, reason = "the tests ask more of it")]
mod workbench;

use std::io::Write;

use crate::ground::Repositories;
use crate::table::Row;

fn main() {
    let ground = Repositories::lay();
    let mut out = std::io::stdout();
    let mut tell = |row: Row| writeln!(out, "{row}").expect("the table is written");
    tell(Row::head());
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |group: &str| words.is_empty() || words.iter().any(|word| group.contains(word));
    if wanted("process") {
        process::rows(&ground, &mut tell);
    }
    if wanted("verify") {
        verify::rows(&ground, &mut tell);
    }
    if wanted("verify-postgresql") {
        verify_postgresql::rows(&ground, &mut tell);
    }
    if wanted("growth") {
        growth::rows(&ground, &mut tell);
    }
    if wanted("reading") {
        reading::rows(&ground, &mut tell);
    }
}
