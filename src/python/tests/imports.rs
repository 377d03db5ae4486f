//! Imports from other files of the repository.

use std::rc::Rc;

use crate::python::tests::recorder::{Files, run_with};
use crate::text::source::Text;

fn hears(files: &[(&str, &str)], source: &str, expected: &[&str]) {
    let files =
        files.iter().map(|(path, text)| ((*path).to_owned(), Rc::new(Text::new(*text)))).collect();
    assert_eq!(run_with(source, &Files(files)).lines, expected, "\n{source}");
}

#[test]
fn helpers_are_read_where_they_stand() {
    let helpers =
        ("app/helpers.py", "from db import op\nNAME = 'n'\ndef add(t):\n  op.add(t, NAME)\n");
    hears(&[helpers], "from app.helpers import add\nadd('t')", &["op.add('t', 'n')"]);
    hears(&[helpers], "from app import helpers as h\nh.add('t')", &["op.add('t', 'n')"]);
    hears(&[helpers], "import app.helpers\napp.helpers.add('t')", &["op.add('t', 'n')"]);
    hears(&[helpers], "from ..helpers import add\nadd('t')", &["op.add('t', 'n')"]);
    hears(&[helpers], "from .. import helpers\nhelpers.add('t')", &["op.add('t', 'n')"]);
    hears(
        &[helpers],
        "from app.helpers import *\nadd('t')\nop.x()",
        &["op.add('t', 'n')", "op.x()"],
    );
    hears(
        &[helpers],
        "import importlib\nimportlib.import_module('app.helpers').add('t')",
        &["op.add('t', 'n')"],
    );
}

#[test]
fn packages_and_circles_are_followed() {
    let files = [
        ("app/__init__.py", "from .a import x\nfrom app.b import y\n"),
        ("app/a.py", "import app\nx = 1\n"),
        ("app/b.py", "from app import x\ndef y():\n  return x + 1\n"),
    ];
    hears(&files, "from db import op\nimport app\nop.f(app.x, app.y())", &["op.f(1, 2)"]);
    hears(
        &files,
        "from db import op\nfrom app.nothing import z\nfrom other import q\nop.f(z, q)",
        &["op.f(<unknown>, <unknown>)"],
    );
}

#[test]
fn a_module_that_is_used_under_a_condition_is_loaded_for_good() {
    let helpers = ("app/helpers.py", "from db import op\nX = 'x'\ndef add():\n  op.add(X)\n");
    let source = "from app.helpers import add\nfrom outside import c\nif c:\n  add()\nadd()";
    hears(&[helpers], source, &["? op.add('x')", "op.add('x')"]);
}

#[test]
fn names_of_a_host_that_come_with_a_star_are_asked_of_it() {
    hears(&[], "from db import *\nop.f()", &["op.f()"]);
}
