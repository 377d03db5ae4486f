//! The interpreter, over tables of programs.

mod recorder;

mod parsing;

mod values;

mod flow;

mod imports;

mod hostile;
