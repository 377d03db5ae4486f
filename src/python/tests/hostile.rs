//! Input that means harm, or that nobody should have written.

use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::python::interpreter::{Fuel, Interpreter};
use crate::python::module::parse;
use crate::python::tests::recorder::{Files, Recorder, run};
use crate::text::source::Text;

fn ends_quickly(source: &str) -> Vec<String> {
    let begun = Instant::now();
    let lines = run(source);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    lines
}

#[test]
fn nesting_of_any_kind_ends_in_a_sentence() {
    let deep = [
        format!("x = {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("x = {}1{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("x = {}1", "not ".repeat(20_000)),
        format!("x = {}1", "-".repeat(20_000)),
        format!("x = {}1", "1 if y else ".repeat(20_000)),
        format!("x = {}1", "lambda: ".repeat(20_000)),
        (0..2_000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<String>(),
        format!("x = 1{}", ".a".repeat(20_000)),
        format!("x = a{}", "[0]".repeat(20_000)),
        format!("x = f{}", "()".repeat(20_000)),
    ];
    for source in deep {
        // What lies too deep is unreadable, and what stands behind it is read.
        let source = format!("{source}\nbehind = 1\n");
        let parsed = parse(&Text::new(source.as_str()));
        let is_read = parsed.errors.is_empty() && parsed.bound.is_none();
        let begins = source.get(..30).unwrap_or_default();
        assert!(!is_read || parsed.module.statements().len() > 1, "{begins}");
        ends_quickly(&source);
    }
}

#[test]
fn a_bound_is_told_as_a_bound_and_is_never_a_matter_of_time() {
    let comments = "# a line of words about nothing in particular\n".repeat(5_000);
    let sum = format!("x = 1{}\n", " + 1".repeat(20_000));
    let rows = "    op.execute(\"INSERT INTO plans (name) VALUES ('gold')\")\n".repeat(10_000);
    for code in [comments, sum, format!("def upgrade():\n{rows}")] {
        let parsed = parse(&Text::new(code.as_str()));
        assert_eq!(
            (parsed.bound, parsed.errors),
            (None, Vec::new()),
            "{}",
            code.get(..30).unwrap_or_default()
        );
    }
    let large = format!("# safe-migration: allow-file a -- b c\n\nrevision = 'a'\n{rows}{rows}");
    let parsed = parse(&Text::new(large.as_str()));
    assert_eq!(parsed.errors, Vec::new());
    let bound = parsed.bound.map(|bound| bound.message);
    assert_eq!(bound.as_deref(), Some("the file is larger than 1024 KiB"));
    assert_eq!(parsed.comments.len(), 1, "a waiver of the bound is read");
}

#[test]
fn nesting_below_the_bound_is_interpreted() {
    let sources = [
        format!("x = {}1{}", "[".repeat(200), "]".repeat(200)),
        format!("x = {}1{}", "(1, ".repeat(200), ")".repeat(200)),
        format!("x = f{}", "(f".repeat(200) + &")".repeat(200)),
        format!("x = f{}", ".a()".repeat(200)),
        format!("x = {}1", "not ".repeat(400)),
        format!("x = 1{}", " + 1".repeat(450)),
        format!("x = 'a'{}", " 'a'".repeat(10_000)),
        (0..90).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(90)
            + "y = 1\n",
        (0..90).map(|depth| format!("{}for a in b:\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(90)
            + "y\n",
        (0..90).map(|depth| format!("{}with x:\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(90)
            + "y\n",
        (0..90).map(|depth| format!("{}try:\n", " ".repeat(depth))).collect::<String>()
            + &" ".repeat(90)
            + "y\n"
            + &(0..90)
                .rev()
                .map(|depth| format!("{0}finally:\n{0} z\n", " ".repeat(depth)))
                .collect::<String>(),
        "if a: pass\n".to_owned() + &"elif a: pass\n".repeat(400),
    ];
    for source in sources {
        ends_quickly(&source);
    }
}

#[test]
fn calls_and_loops_without_end_are_bounded() {
    assert_eq!(ends_quickly("def f():\n  f()\nf()"), ["stopped: calls nest deeper than is read"]);
    assert_eq!(ends_quickly("def f():\n  g()\ndef g():\n  f()\nf()").len(), 1);
    assert!(ends_quickly("while True:\n  pass").is_empty());
    assert_eq!(
        ends_quickly("x = 0\nwhile x >= 0:\n  x += 1"),
        ["stopped: a loop takes more turns than are read"]
    );
    assert_eq!(ends_quickly("for i in range(1000):\n  for j in range(1000):\n    x = 1").len(), 1);
    assert!(ends_quickly("for i in range(10**9):\n  x = 1").is_empty());
    let both = "def f(n):\n  if n.x:\n    f(n.y)\n    f(n.z)\n  else:\n    f(n)\nf(u)";
    assert!(ends_quickly(both).is_empty());
    let walk = "from db import op\n\
        def f(x):\n  if x.a:\n    return [f(y) for y in x] + [f(z) for z in x.b]\n  elif x.c:\n    return {k: f(v) for k, v in x}\n  op.a()\nf(u)\nop.b()";
    assert_eq!(ends_quickly(walk).last().map(String::as_str), Some("op.b()"));
}

#[test]
fn growth_without_end_is_bounded() {
    assert_eq!(
        ends_quickly("x = [1]\nfor i in range(60):\n  x = x + x"),
        ["stopped: a list grows past what is allowed"]
    );
    assert_eq!(
        ends_quickly("x = 'a'\nfor i in range(60):\n  x += x"),
        ["stopped: a string grows past what is allowed"]
    );
    assert_eq!(ends_quickly("x = 'a'\nfor i in range(60):\n  x = x.replace('a', 'aa')").len(), 1);
    assert_eq!(ends_quickly("x = [1]\nfor i in range(60):\n  x.extend(x)").len(), 1);
    assert_eq!(ends_quickly("x = 'a' * 10**12").len(), 1);
    // Small, but as a tree it is larger than any machine.
    ends_quickly(
        "x = []\nfor i in range(200):\n  x = [x, x]\nunknown(x)\ny = str(x)\nz = x == x\n\
         w = f'{x}'",
    );
    ends_quickly(
        "x = []\nx.append(x)\nunknown(x)\ny = str(x)\nz = x == [x]\nimport copy\ncopy.deepcopy(x)",
    );
    ends_quickly(
        "x = {}\nfor i in range(200):\n  x = {'a': x, 'b': x}\nif u:\n  x = {'a': x, 'b': x}\n\
         str(x)",
    );
    ends_quickly("class A: pass\na = A()\na.a = a\nunknown(a)\nclass B(A): pass\nB.x = B");
}

#[test]
fn what_nests_deeper_than_a_stack_can_drop_is_not_dropped() {
    let deep = "x = []\nfor i in range(200):\n  for j in range(200):\n    x = ";
    for (grow, end) in [
        ("[x]", ""),
        ("(x,)", "x = 1"),
        ("{'a': x}", "y = x\ndel x\ndel y"),
        ("[[[[[[[[[[x]]]]]]]]]]", "x = 1"),
        ("(lambda a: lambda: a)(x)", "x = 1"),
        ("C(x)", "x = 1"),
        ("partial(x, x)", "x = 1"),
    ] {
        let first =
            "from functools import partial\nclass C:\n  def __init__(self, a): self.a = a\n";
        ends_quickly(&format!("{first}{deep}{grow}\n{end}\n"));
        let within = format!(
            "{first}def f():\n  {}\n  return 1\nf()\n",
            format!("{deep}{grow}").replace('\n', "\n  ")
        );
        ends_quickly(&within);
    }
    ends_quickly(&format!("{deep}[x]\ny = [x]\nx = 1\ny.pop()\ny.clear()"));
    ends_quickly(&format!("if u:\n  {}\n  raise E", format!("{deep}[x]").replace('\n', "\n  ")));
}

#[test]
fn what_a_long_program_makes_is_dropped_behind_it() {
    let classes = "class A:\n  def f(self):\n    return lambda: A\n  @property\n  def g(self): pass\n\
        class B(A):\n  h = staticmethod(A.f)\n  def i(self): return super().f()\na = B().i()()\n";
    let long = "for i in range(120):\n  for j in range(120):\n    x = [a]\n";
    let branch = "if u:\n  a.b = [x]\n  raise E\n";
    for source in
        [classes.to_owned(), format!("{classes}{long}"), format!("{classes}{long}{branch}")]
    {
        let text = Rc::new(Text::new(source));
        let (mut recorder, files) = (Recorder::default(), Files::default());
        let mut interpreter = Interpreter::new(&mut recorder, &files, Fuel::default());
        interpreter.load(&"app/versions/main.py".into(), &text);
        assert!(Rc::strong_count(&text) > 1, "functions hold the text of their file");
        drop(interpreter);
        assert_eq!(Rc::strong_count(&text), 1, "{}", text.content());
    }
}

#[test]
fn the_deepest_calls_fit_the_stack() {
    let source = "def f(n):\n  with a:\n    for x in [1]:\n      try:\n        if u:\n          y = [f(n) for z in [1] if not (1 + f(n))]\n        else:\n          y = list(map(lambda q: f(q), [f(n)]))\n      finally:\n        pass\nf(1)";
    ends_quickly(source);
}

#[test]
fn files_that_do_not_end_are_given_up() {
    let parsed = parse(&Text::new(format!("x = '''{}", "a b\n".repeat(100_000))));
    assert!(!parsed.errors.is_empty());
    let parsed = parse(&Text::new("x = 1\n".repeat(200_000)));
    assert_eq!(
        parsed.bound.map(|it| it.message).as_deref(),
        Some("the file is larger than 1024 KiB")
    );
}

#[test]
fn bytes_of_any_kind_are_survived() {
    for source in [
        "\0",
        "x = '\0'",
        "\u{feff}\u{feff}",
        "x = \u{1f600}",
        "\r\r\n\t\x0c",
        "def",
        "class A(:",
        "f'{",
        "f'{x!r:{y}}'",
        "x = 0x",
        "match",
        "@",
        "lambda",
        "'\\N{DASH}' '\\400' '\\ud800'",
        "from . import *",
        "from .... import x\nx()",
        "import .",
        "'%' % 1",
        "'%(' % {}",
        "'{' .format(1)",
        "'{0[' .format(1)",
        "'{:>99999999}'.format(1)",
        "'%99999999d' % 1",
        "1 << 99",
        "-9223372036854775808 // -1",
        "2 ** 10000",
        "[1][5]",
        "[][0]",
        "'abc'[9]",
        "x[::0]",
        "[1, 2][::0]",
        "a, *b = 1",
        "a, *b, c = ()",
        "a, b = [1]",
        "''.split('')",
        "super().x",
        "yield 1",
        "return 1",
        "break",
        "def f(a, a): pass\nf(1, 2, 3, a=4)",
        "next([])",
        "max([])",
        "enumerate()",
        "range()",
        "zip()",
        "dict([1])",
        "set().pop()",
        "{}.popitem()",
        "'a'.join(None)",
        "sorted(3)",
        "isinstance()",
        "getattr(1)",
        "class A(A): pass\nA().x",
        "class A: __getattr__ = 1\nA.__dict__",
        "'é'[0:1]",
        "'éa'.find('a')",
        "'é%sé' % 'é'",
        "f'é{1:é>5}é'",
    ] {
        parse(&Text::new(source));
        ends_quickly(source);
    }
}
