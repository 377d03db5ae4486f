//! Expressions and what they are worth.

use crate::python::tests::recorder::value_of;

/// Checks programs, the last line of each being an expression, against the values they have.
fn table(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(source, expected)| {
            let actual = value_of(source);
            (actual != *expected)
                .then(|| format!("{source}\n  expected {expected}\n  actual   {actual}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn strings_are_put_together_in_every_way_that_python_has() {
    table(&[
        ("'a' 'b'", "'ab'"),
        ("'a' + \"b\"", "'ab'"),
        ("'a%sc' % 'b'", "'abc'"),
        ("'%s.%d' % ('t', 3)", "'t.3'"),
        ("'%(a)s-%(b)s 100%%' % {'a': 1, 'b': 2}", "'1-2 100%'"),
        ("'{} {}'.format('a', 1)", "'a 1'"),
        ("'{1}{0}'.format('a', 'b')", "'ba'"),
        ("'{t}.{c} {{}}'.format(t='x', c='y')", "'x.y {}'"),
        ("'{0[k]}{1[0]}'.format({'k': 'v'}, ['w'])", "'vw'"),
        (
            "t = 'users'\nf'ALTER {t} {1 + 2} {t!r} {3:03d} {{x}}'",
            "\"ALTER users 3 'users' 003 {x}\"",
        ),
        ("f'{x}!'", "'{x}!'"),
        ("f'{x.y} and {z}' + 'b'", "'{x.y} and {z}b'"),
        ("', '.join(['a', 'b'])", "'a, b'"),
        ("', '.join(c for c in ('a', 'b'))", "'a, b'"),
        ("'a,b'.split(',')", "['a', 'b']"),
        ("' a  b '.split()", "['a', 'b']"),
        ("'  x '.strip() + 'xxyxx'.strip('x')", "'xy'"),
        ("'aXbX'.replace('X', '--')", "'a--b--'"),
        ("'ab'.upper() + 'CD'.lower() + 'e f'.title()", "'ABcdE F'"),
        ("'abc'.startswith('ab'), 'abc'.endswith(('x', 'c'))", "(True, True)"),
        ("f'abc{x}'.startswith('abd')", "False"),
        ("f'{x}abc'.startswith('abd')", "<unknown>"),
        ("'abcdef'[1:3] + 'abcdef'[-1] + 'abc'[::-1]", "'bcfcba'"),
        (
            "import textwrap\nt = '''\n    a\n      b\n    '''\ntextwrap.dedent(t)",
            "'\\na\\n  b\\n'",
        ),
        ("from textwrap import dedent as d\nt = f'''\n    a {x}\n    b'''\nd(t)", "'\na {x}\nb'"),
        ("t = 'a\\tb\\x41\\u00e9\\\n' r'\\n'\nt", "'a\\tbAé\\\\n'"),
        ("b'abc'.decode('utf-8')", "'abc'"),
        ("'x' * 3", "'xxx'"),
        ("'a-b'.partition('-')", "('a', '-', 'b')"),
        ("'7'.zfill(3)", "'007'"),
        ("'ab'.center(5, '.') + 'abc'.center(6, '.')", "'..ab..abc..'"),
        ("'Straße'.upper() + 'AB'.casefold()", "'STRASSEab'"),
        ("['7'.isdigit(), ''.isidentifier(), '\\x1c'.isspace()]", "[True, False, True]"),
        ("str(1) + str(None) + str([1, 'a'])", "\"1None[1, 'a']\""),
    ]);
}

#[test]
fn bytes_are_no_text_and_a_character_by_its_name_is_not_looked_up() {
    table(&[
        (
            "b'a' == 'a', b'a' != 'a', b'a' == b'a', 'a' == b'a'.decode()",
            "(False, True, True, True)",
        ),
        ("'a'.encode() == b'a', 'a'.encode() == 'a'", "(True, False)"),
        ("b'a' in ['a'], {b'a': 1}.get('a'), 'a' in {'a': 1}", "(False, None, True)"),
        ("b'ab'.upper() == b'AB'", "<unknown>"),
        (
            "isinstance(b'a', str), isinstance(b'a', bytes), isinstance('a', str)",
            "(False, True, True)",
        ),
        ("b'abc'[0]", "<unknown>"),
        ("[x for x in b'ab'] == ['a', 'b']", "<unknown>"),
        ("str(b'a') == \"b'a'\", str(b'a', 'ascii') == 'a'", "(<unknown>, True)"),
        ("'\\N{BULLET}' == '\\u2022', '\\N{BULLET}' == '\\N{DASH}'", "(<unknown>, <unknown>)"),
    ]);
}

#[test]
fn collections_are_kept_item_by_item() {
    table(&[
        ("[1, *[2, 3], *(4,)]", "[1, 2, 3, 4]"),
        ("{'a': 1, **{'b': 2}}", "{'a': 1, 'b': 2}"),
        (
            "d = {'a': 1}\nd['b'] = 2\nd.update(c=3)\nlist(d.items())",
            "[('a', 1), ('b', 2), ('c', 3)]",
        ),
        ("d = {'a': 1}\nd.get('a'), d.get('z'), d.get('z', 9), d['a']", "(1, None, 9, 1)"),
        ("l = [3, 1]\nl.append(2)\nl.sort()\nl", "[1, 2, 3]"),
        ("l = [1]\nm = l\nm += [2]\nl", "[1, 2]"),
        ("a, (b, *c) = 1, (2, 3, 4)\n(c, b, a)", "([3, 4], 2, 1)"),
        ("[x * 2 for x in range(4) if x % 2]", "[2, 6]"),
        ("{k: v for k, v in zip('ab', [1, 2])}", "{'a': 1, 'b': 2}"),
        ("[(i, x) for i, x in enumerate('ab', start=1)]", "[(1, 'a'), (2, 'b')]"),
        ("sorted({'b': 1, 'a': 2}, reverse=True)", "['b', 'a']"),
        ("sorted(['bb', 'a'], key=len)", "['a', 'bb']"),
        ("list(map(str.upper, ['a']))", "['A']"),
        ("list(map(lambda x: x + 1, [1, 2]))", "[2, 3]"),
        ("list(filter(None, [0, 1]))", "[1]"),
        (
            "len([1, 2]), sum([1, 2]), max(3, 1), min([2, 1]), any([0, 1]), all([])",
            "(2, 3, 3, 1, True, True)",
        ),
        ("set(['a', 'b', 'a']) - {'b'}", "{'a'}"),
        ("'a' in {'a': 1}, 2 in [1], 'b' in 'abc', 3 not in (1, 2)", "(True, False, True, True)"),
        (
            "from itertools import chain, product\n\
             list(chain([1], (2,))), list(product('a', [1, 2]))",
            "([1, 2], [('a', 1), ('a', 2)])",
        ),
        (
            "from collections import defaultdict\nd = defaultdict(list)\nd['a'].append(1)\nd",
            "{'a': [1]}",
        ),
        (
            "from collections import namedtuple\nP = namedtuple('P', 'x y')\np = P(1, y=2)\n\
             (p.x, p[1], [*p])",
            "(1, 2, [1, 2])",
        ),
        ("[*unknown, 1]", "[*<unknown>, 1]"),
        ("def f(x): return [x, x]\n[*f(1), *f(2)[1:], 3]", "[1, 1, 2, 3]"),
        ("l = [1, 2, 3, 4]\nl[1:3] = [9]\ndel l[:1]\nl[1:1] = [7]\nl", "[9, 7, 4]"),
        ("len([*unknown, 1])", "<unknown>"),
        ("[f(x) for x in unknown]", "[*<unknown>]"),
        ("[x for x in (1, 2) if unknown]", "[?1, ?2]"),
    ]);
}

#[test]
fn functions_and_classes_are_called() {
    table(&[
        (
            "def f(a, b=2, *c, d=4, **e): return (a, b, c, d, e)\nf(1), f(1, 3, 5, d=6, z=7)",
            "((1, 2, (), 4, {}), (1, 3, (5), 6, {'z': 7}))",
        ),
        ("def f(*, a): return a\nf(a=1)", "1"),
        (
            "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x += 1\n    return x\n  g()\n  return g()\nf()",
            "3",
        ),
        ("x = 1\ndef f():\n  global x\n  x = 5\nf()\nx", "5"),
        ("(lambda a, b=2: a + b)(1)", "3"),
        ("from functools import partial\npartial(dict, a=1)(b=2)", "{'a': 1, 'b': 2}"),
        ("def d(f):\n  def g(*a): return f(*a) + 1\n  return g\n@d\ndef h(x): return x\nh(1)", "2"),
        ("@unknown\ndef h(x): return x\nh(1)", "1"),
        (
            "from functools import wraps, lru_cache\n@lru_cache(maxsize=None)\ndef h(x): return x\n\
             h(1)",
            "1",
        ),
        (
            "class A:\n  x = 1\n  def m(self): return self.x\nclass B(A):\n  x = 2\nB().m(), A.x",
            "(2, 1)",
        ),
        (
            "class A:\n  def __init__(self, x): self.x = x\n\
             class B(A):\n  def __init__(self):\n    super().__init__(7)\nB().x",
            "7",
        ),
        (
            "class A:\n  @property\n  def p(self): return 'p'\n  @staticmethod\n  def s(x): return x\n  @classmethod\n  def c(cls): return cls.__name__\n(A().p, A.s(1), A.c())",
            "('p', 1, 'A')",
        ),
        (
            "import enum\nclass E(enum.Enum):\n  A = 'a'\n  B = enum.auto()\n\
             (E.A.value, E.B.value, E['A'].name, [e.name for e in E], E('a'))",
            "('a', 2, 'A', ['A', 'B'], E.A)",
        ),
        (
            "from enum import Enum\nclass E(str, Enum):\n  A = 'a'\nf'{E.A}', E.A == 'a'",
            "('a', True)",
        ),
        (
            "from dataclasses import dataclass, field\n@dataclass\n\
             class P:\n  x: int\n  y: list = field(default_factory=list)\n(P(1).x, P(1).y)",
            "(1, [])",
        ),
        (
            "class A:\n  b = dict(a=1)\ngetattr(A, 'b'), hasattr(A, 'z'), getattr(A, 'z', 3)",
            "({'a': 1}, False, 3)",
        ),
        ("def g():\n  yield 1\n  yield from [2, 3]\nlist(g())", "[1, 2, 3]"),
        ("def f(x): return 'a' if x else 'b'\nf(1) + f(0)", "'ab'"),
        ("def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(10)", "55"),
    ]);
}

#[test]
fn what_cannot_be_known_stays_unknown_and_no_more_than_that() {
    table(&[
        ("x = 1\nif unknown:\n  x = 2\nx", "<unknown>"),
        ("x = 1\nif unknown:\n  y = 2\n(x, y)", "(1, 2)"),
        ("x = [1]\nif unknown:\n  x.append(2)\nx", "[1, ?2]"),
        (
            "x = {'a': 1}\nif unknown:\n  x['b'] = 2\nelse:\n  x['a'] = 3\nx",
            "{'a': <unknown>, 'b': ?2}",
        ),
        ("x = 'a' if unknown else 'a'\nx", "'a'"),
        ("x = ('a', 1) if unknown else ('b', 1)\nx", "(either('a', 'b'), 1)"),
        (
            "x = 'a' if unknown else 'b'\n\
             (x + 'c', x.upper(), f'{x}!', x == 'z', x in ('a', 'b'), str(x))",
            "(either('ac', 'bc'), either('A', 'B'), '{x}!', False, True, '{...}')",
        ),
        ("x = []\nfor i in unknown:\n  x.append(1)\nx", "[*1]"),
        ("n = 0\nfor i in unknown:\n  n += 1\nn", "<unknown>"),
        (
            "first = True\n\
             for i in unknown:\n  if first:\n    a = 1\n  else:\n    b = 2\n  first = False\n\
             (a, b)",
            "(1, 2)",
        ),
        ("unknown is None, unknown == 1, not unknown", "(<unknown>, <unknown>, <unknown>)"),
        ("unknown and False, unknown or True, False and unknown", "(False, True, False)"),
        ("None is None, 'a' is not None, 1 < 2 < 3, 1 < 3 < 2", "(True, True, True, False)"),
        ("x = 0\nwhile x < 3:\n  x += 1\nx", "3"),
        ("for x in [1, 2, 3]:\n  if x == 2:\n    break\nelse:\n  x = 9\nx", "2"),
        ("match 'b':\n  case 'a': x = 1\n  case 'b' | 'c': x = 2\n  case _: x = 3\nx", "2"),
        ("match (1, 2):\n  case (1, y): x = y\nx", "2"),
        (
            "try:\n  import json\nexcept ImportError:\n  json = None\njson.dumps({'a': [1, None]})",
            "'{\"a\": [1, null]}'",
        ),
        ("import os, datetime\nos.environ['X'], datetime.datetime.now()", "(<unknown>, <unknown>)"),
        ("if __name__ == '__main__':\n  x = 1\nelse:\n  x = 2\nx", "2"),
        ("from typing import TYPE_CHECKING\nTYPE_CHECKING", "False"),
        ("(n := 3) + n", "6"),
        ("globals()['n' 'o'] if False else 1", "1"),
        ("7 // 2, -7 // 2, 7 % 3, 2 ** 5, 1 / 2, 0x10, 1_000", "(3, -4, 1, 32, 0.5, 16, 1000)"),
    ]);
}
