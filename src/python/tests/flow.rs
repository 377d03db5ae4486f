//! Programs and what the host hears of them.

use crate::python::tests::recorder::run;

fn hears(source: &str, expected: &[&str]) {
    let actual = run(&format!(
        "import db\nfrom db import op\nfrom outside import settings, helper\n{source}"
    ));
    assert_eq!(actual, expected, "\n{source}");
}

#[test]
fn calls_are_heard_in_order_with_what_is_known_of_their_arguments() {
    hears("op.a(1, x='y')\ndb.op.b(op.c())", &["op.a(1, x='y')", "op.c()", "op.b(db.op.c())"]);
    hears(
        "o = op\no.a()\nadd = op.add\nadd(2)\ngetattr(op, 'n' + 'ame')()",
        &["op.a()", "op.add(2)", "op.name()"],
    );
    hears(
        "args = (1, 2)\nkw = {'a': 3}\nop.f(*args, **kw)\nop.f(*settings)",
        &["op.f(1, 2, a=3)", "op.f(<unknown>, ...)"],
    );
    hears("def f(x, o):\n  o.g(x)\ndef main():\n  f(1, op)", &["op.g(1)"]);
    hears("db.pending(lambda: op.g(3))", &["op.g(3)"]);
    hears("db.pending(helper)", &[]);
}

#[test]
fn a_branch_that_cannot_be_decided_is_read_on_both_sides_as_conditional() {
    hears("if settings.A:\n  op.a()\nelse:\n  op.b()\nop.c()", &["? op.a()", "? op.b()", "op.c()"]);
    hears("if db.op.dialect == 'postgresql':\n  op.a()\nelse:\n  op.b()", &["op.a()"]);
    hears(
        "settings.A and op.a()\nx = op.b() if settings.B else op.c()",
        &["? op.a()", "? op.b()", "? op.c()"],
    );
    hears(
        "if settings.A:\n  op.a()\nelif settings.B:\n  op.b()\nelse:\n  op.c()",
        &["? op.a()", "?? op.b()", "?? op.c()"],
    );
}

#[test]
fn what_is_one_or_the_other_is_both_under_a_condition() {
    hears("t = 'a'\nif settings.X:\n  t = 'b'\nop.f(t, 1)", &["? op.f('b', 1)", "? op.f('a', 1)"]);
    hears("t = 'a'\nif settings.X:\n  t = 'b'\nop.f(0, t, k=t)", &["op.f(0, '{...}', k='{...}')"]);
    hears(
        "q = op.q()\nif settings.X:\n  q = q.where()\nq.all()",
        &["op.q()", "? op.q().where()", "? op.q().where().all()", "? op.q().all()"],
    );
    hears(
        "if settings.X:\n  def f():\n    op.a()\nelse:\n  def f():\n    op.b()\nf()",
        &["? op.a()", "? op.b()"],
    );
    hears("f = op.a if settings.X else op.b\nf(1)", &["? op.a(1)", "? op.b(1)"]);
}

#[test]
fn what_follows_a_return_that_may_be_taken_is_conditional() {
    let source = "def main():\n  if settings.A:\n    return\n  op.a()\n  op.b()\nmain()\n";
    hears(source, &["? op.a()", "? op.b()", "? op.a()", "? op.b()"]);
    hears(
        "def f():\n  if settings.A:\n    if settings.B:\n      return\n    op.a()\n  op.b()\nf()\n\
         op.c()",
        &["?? op.a()", "? op.b()", "op.c()"],
    );
    hears(
        "def f():\n  if settings.A:\n    return\n  else:\n    return\n  op.a()\nf()\nop.c()",
        &["op.c()"],
    );
    hears("def f():\n  if settings.A:\n    raise ValueError()\n  op.a()\nf()", &["op.a()"]);
    hears(
        "def fail():\n  raise ValueError()\ndef main():\n  op.a()\n  fail()\n  op.b()",
        &["op.a()"],
    );
}

#[test]
fn loops_are_unrolled_over_what_is_known_and_repeated_over_what_is_not() {
    hears("for t in ('a', 'b'):\n  op.f(t)", &["op.f('a')", "op.f('b')"]);
    hears("for t in settings.T:\n  op.f(t)\nop.g()", &["* op.f(<unknown>)", "op.g()"]);
    hears("for r in op.rows():\n  op.f(r)", &["op.rows()", "* op.f(db.op.rows()[*])"]);
    hears("while settings.T:\n  op.f()", &["* op.f()"]);
    hears(
        "while True:\n  n = op.f()\n  if n == 0:\n    break\n  op.g()\nop.h()",
        &["* op.f()", "*? op.g()", "op.h()"],
    );
    hears(
        "for t in 'ab':\n  if settings.X:\n    break\n  op.f(t)\nop.g()",
        &["? op.f('a')", "?? op.f('b')", "op.g()"],
    );
    hears(
        "for t in 'ab':\n  if settings.X:\n    continue\n  op.f(t)",
        &["? op.f('a')", "? op.f('b')"],
    );
    hears("for t in 'ab':\n  if t == 'a':\n    continue\n  op.f(t)", &["op.f('b')"]);
    hears(
        "l = [1]\nif settings.X:\n  l.append(2)\nfor i in l:\n  op.f(i)",
        &["op.f(1)", "? op.f(2)"],
    );
    hears("[op.f(x) for x in (1, 2)]", &["op.f(1)", "op.f(2)"]);
    hears("[op.f(x) for x in settings]", &["* op.f(<unknown>)"]);
}

#[test]
fn a_batch_that_is_filled_in_a_repeated_loop_is_not_taken_for_its_first_turn() {
    let source = "batch = []\n\
        for r in settings.rows:\n  batch.append(1)\n  if len(batch) > 100:\n    op.insert('x')\n    batch = []\nif batch:\n  op.insert('y')";
    hears(source, &["*? op.insert('x')", "? op.insert('y')"]);
}

#[test]
fn try_is_guarded_where_a_handler_goes_on() {
    hears(
        "try:\n  op.a()\nexcept Exception:\n  op.b()\nfinally:\n  op.c()\nop.d()",
        &["! op.a()", "? op.b()", "op.c()", "op.d()"],
    );
    hears(
        "try:\n  op.a()\nexcept Exception:\n  op.b()\n  raise\nop.d()",
        &["op.a()", "? op.b()", "op.d()"],
    );
    hears(
        "def f():\n  try:\n    return op.a()\n  finally:\n    op.c()\nf()\nop.d()",
        &["op.a()", "op.c()", "op.d()"],
    );
}

#[test]
fn managers_are_entered_and_left() {
    hears(
        "with op.batch('t') as b:\n  b.add(1)\nop.x()",
        &[
            "op.batch('t')",
            "enter db.op.batch()",
            "op.batch().add(1)",
            "leave db.op.batch()",
            "op.x()",
        ],
    );
    let source = "from contextlib import contextmanager\n@contextmanager\n\
        def m(x):\n  op.before(x)\n  try:\n    yield x + 1\n  finally:\n    op.after()\n\
        def main():\n  with m(1) as y:\n    op.body(y)\n    return\n  op.never()";
    hears(source, &["op.before(1)", "op.body(2)", "op.after()"]);
    let source = "class M:\n  def __enter__(self):\n    op.in_()\n    return self\n  def __exit__(self, *a):\n    op.out()\nwith M():\n  op.body()";
    hears(source, &["op.in_()", "op.body()", "op.out()"]);
    hears("from contextlib import suppress\nwith suppress(Exception):\n  op.a()", &["! op.a()"]);
}

#[test]
fn what_reaches_the_host_through_something_unknown_escapes() {
    hears("helper(op)", &["escaped: helper"]);
    hears("helper(1, x=[{'a': op}])", &["escaped: helper"]);
    hears("helper(lambda: op.a())", &["escaped: helper"]);
    hears("def f():\n  op.a()\nhelper(callback=f)", &["escaped: helper"]);
    hears("helper(1, db.data.x, 'a')", &[]);
    hears("helper.x(settings)", &[]);
    hears("class C:\n  pass\nc = C()\nc.op = op\nhelper(c)", &["escaped: helper"]);
    hears(
        "import logging\nlog = logging.getLogger(__name__)\nlog.info('x %s', op)\nprint(op)\n\
         str(op)",
        &[],
    );
    hears("x = op if settings.A else None\nx.f()", &["escaped: x.f"]);
    hears("f(op,, )\nop.a()", &["escaped: f", "op.a()"]);
    hears("class C(settings.Base):\n  pass\nC(op)", &["escaped: C"]);
    hears(
        "import threading\ndef f():\n  op.a()\nthreading.Thread(target=f).start()",
        &["escaped: threading.Thread"],
    );
}

#[test]
fn a_raise_in_a_branch_does_not_hide_the_other() {
    hears("x = None\nif settings.A:\n  x = op\nelse:\n  raise ValueError()\nx.f()", &["op.f()"]);
    hears("import sys\nif not settings.A:\n  sys.exit(1)\nop.f()", &["op.f()"]);
}

#[test]
fn functions_are_found_by_name_at_run_time() {
    let source = "def upgrade_a():\n  op.a()\ndef upgrade_b():\n  op.b()\n\
        for n in ('a', 'b'):\n  globals()['upgrade_%s' % n]()";
    hears(source, &["op.a()", "op.b()"]);
    hears("def upgrade_a():\n  op.a()\neval('upgrade_%s' % 'a')()", &["op.a()"]);
    hears("eval('op.a()')", &["op.a()"]);
    hears("def f():\n  op.a()\nglobals()[settings.N]()", &["escaped: globals()[settings.N]"]);
}
