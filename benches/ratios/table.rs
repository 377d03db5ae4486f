//! One line of the table.

use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

use crate::clock::Pair;

/// A line of the table, in Markdown.
pub(crate) struct Row {
    cells: [String; 6],
}

impl Row {
    /// The names of the columns.
    pub(crate) fn head() -> Self {
        let cells = ["work", "takes", "against", "takes", "ratio", "bound"].map(str::to_owned);
        Row { cells }
    }

    /// A ratio and what it may be at most.
    pub(crate) fn of(work: &str, against: &str, pair: Pair, bound: f64) -> Self {
        let ratio = pair.ours.as_secs_f64() / pair.theirs.as_secs_f64();
        let over = if ratio > bound { " (over)" } else { "" };
        let cells = [
            work.to_owned(),
            reported(pair.ours),
            against.to_owned(),
            reported(pair.theirs),
            if ratio < 0.095 { format!("{ratio:.4}") } else { format!("{ratio:.2}") },
            format!("{bound}{over}"),
        ];
        Row { cells }
    }

    /// A size in bytes and what it may be at most.
    pub(crate) fn size(work: &str, bytes: u64, bound: u64) -> Self {
        let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
        let over = if bytes > bound { " (over)" } else { "" };
        let cells =
            [work.to_owned(), megabytes(bytes), String::new(), String::new(), String::new()];
        let [work, takes, against, other, ratio] = cells;
        Row { cells: [work, takes, against, other, ratio, format!("{}{over}", megabytes(bound))] }
    }

    /// A number of things and how many there may be at most.
    pub(crate) fn count(work: &str, number: usize, bound: usize) -> Self {
        let over = if number > bound { " (over)" } else { "" };
        let [against, other, ratio] = [const { String::new() }; 3];
        let (takes, bound) = (number.to_string(), format!("{bound}{over}"));
        Row { cells: [work.to_owned(), takes, against, other, ratio, bound] }
    }

    /// A row that this machine cannot measure.
    pub(crate) fn missing(work: &str, program: &str) -> Self {
        let not_measured = format!("not measured: `{program}` is not to be had");
        let [takes, other, ratio, bound] = [const { String::new() }; 4];
        Row { cells: [work.to_owned(), takes, not_measured, other, ratio, bound] }
    }
}

impl Display for Row {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let [work, takes, against, other, ratio, bound] = &self.cells;
        write!(
            out,
            "| {work:<58} | {takes:>9} | {against:<40} | {other:>9} | {ratio:>6} | {bound:<12} |"
        )?;
        if work == "work" { write!(out, "\n| --- | --: | --- | --: | --: | --- |") } else { Ok(()) }
    }
}

fn reported(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 1.0 {
        format!("{milliseconds:.3} ms")
    } else {
        format!("{milliseconds:.1} ms")
    }
}
