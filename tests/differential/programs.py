"""Random Python around one harmful call, run by CPython and read by safe-migration.

    programs.py BINARY [--seed N] [--count N] [--keep FOLDER]

Each program is a migration whose `upgrade` may drop the table `users`, by way of random wrappers: closures, classes with
special methods, descriptors, generators, library functions that call back, conditions, text that is run. CPython
runs it against an `op` that only takes notes, so it is known whether the table is dropped. Where it is, `operations`
must say so, or that something cannot be read: a program that drops it in silence is printed, and the exit status is 1.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import types

HEADER = '''"""{name}"""
import functools, itertools, operator, contextlib, enum, dataclasses, collections, types, sys, re, json, copy, string
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = None
'''


class Maker:
    """Makes expressions that harm when they are called without arguments, and statements that call them."""

    def __init__(self, rng):
        self.rng, self.top, self.count, self.used = rng, [], 0, []

    def name(self, stem="f"):
        self.count += 1
        return f"{stem}{self.count}"

    def pick(self, table):
        item = self.rng.choice(table)
        self.used.append(item.__name__)
        return item

    # -- what harms ---------------------------------------------------------------------------------------------------
    def harm(self):
        return self.rng.choice([
            'op.drop_table("users")', 'op.drop_table(table_name="users")', 'op.execute("DROP TABLE users")',
            'op.get_bind().execute(sa.text("DROP TABLE users"))', 'getattr(op, "drop_table")("users")',
            'op.execute("DROP " + "TABLE users")', 'op.execute(f"DROP TABLE {\'users\'}")',
            'op.execute("drop table %s" % "users")',
        ])

    def define(self, lines, local):
        """Defines lines at the top or where the statement stands."""
        if self.rng.random() < 0.5:
            self.top += lines
        else:
            local += lines

    # -- callables: each gives an expression; the lines it needs go to the top or before the statement ---------------
    def callable(self, depth, local):
        if depth <= 0:
            return self.pick([base_lambda, base_def, base_partial, base_method, base_getattr])(self, local)
        return self.pick(CALLABLES)(self, depth - 1, local)

    # -- statements --------------------------------------------------------------------------------------------------
    def statement(self, depth):
        local = []
        inner = self.pick(STATEMENTS)(self, depth, local)
        return local + inner

    def program(self, name):
        depth = self.rng.choice([0, 0, 1, 1, 2, 3])
        body = self.statement(depth)
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            body = self.pick(FLOWS)(self, body)
        shape = self.pick(ENTRIES)
        entry = shape(self, body)
        text = HEADER.format(name=name) + "\n".join(self.top) + "\n\n" + "\n".join(entry)
        return text + "\n\n\ndef downgrade():\n    pass\n"


def indent(lines, by=1):
    return ["    " * by + line for line in lines]


def base_lambda(m, local):
    return f"(lambda: {m.harm()})"


def base_def(m, local):
    f = m.name()
    m.define([f"def {f}():", f"    {m.harm()}"], local)
    return f


def base_partial(m, local):
    return 'functools.partial(op.drop_table, "users")'


def base_method(m, local):
    c = m.name("C")
    m.define([f"class {c}:", "    def go(self):", f"        {m.harm()}"], local)
    return f"{c}().go"


def base_getattr(m, local):
    d = m.name("d")
    m.define([f'{d} = {{"a": op.drop_table}}'], local)
    return f'(lambda: {d}["a"]("users"))'


def in_list(m, depth, local):
    n = m.name("l")
    inner = m.callable(depth, local)
    local.append(f"{n} = [{inner}, 1]")
    return f"{n}[0]"


def in_dict(m, depth, local):
    n = m.name("d")
    inner = m.callable(depth, local)
    local.append(f"{n} = dict(k={inner})")
    return m.rng.choice([f'{n}["k"]', f'{n}.get("k")', f"list({n}.values())[0]", f'{n}.pop("k")', f"next(iter({n}.values()))"])


def in_namespace(m, depth, local):
    n = m.name("n")
    inner = m.callable(depth, local)
    kind = m.rng.randrange(5)
    if kind == 0:
        local.append(f"{n} = types.SimpleNamespace(a={inner})")
    elif kind == 1:
        local += [f"class {n}: pass", f"{n}.a = staticmethod({inner})"]
    elif kind == 2:
        local += [f"class {n}_: pass", f"{n} = {n}_()", f'setattr({n}, "a", {inner})']
    elif kind == 3:
        local += [f"class {n}_: pass", f"{n} = {n}_()", f'vars({n})["a"] = {inner}']
    else:
        local += [f"class {n}_: pass", f"{n} = {n}_()", f'{n}.__dict__["a"] = {inner}']
    return m.rng.choice([f"{n}.a", f'getattr({n}, "a")', f'operator.attrgetter("a")({n})'])


def wrapped(m, depth, local):
    inner = m.callable(depth, local)
    w = m.name("w")
    m.define([f"def {w}(f):", "    @functools.wraps(f)", "    def g(*a, **k):", "        return f(*a, **k)", "    return g"], local)
    return f"{w}({inner})"


def factory(m, depth, local):
    inner = m.callable(depth, local)
    w = m.name("mk")
    m.define([f"def {w}(f):", "    def g():", "        return f()", "    return g"], local)
    return f"{w}({inner})"


def cached(m, depth, local):
    inner = m.callable(depth, local)
    return m.rng.choice(["functools.lru_cache(None)({0})", "functools.cache({0})", "functools.partial({0})"]).format(inner)


def method_type(m, depth, local):
    inner = m.callable(depth, local)
    return m.rng.choice([
        f"types.MethodType(lambda s: {inner}(), object())", f"functools.partial(lambda f: f(), {inner})",
        f"(lambda f=({inner}): f())", f"(lambda *a: a[0]()).__get__({inner})",
    ])


def call_instance(m, depth, local):
    inner = m.callable(depth, local)
    c = m.name("C")
    local += [f"class {c}:", "    def __init__(self, f): self.f = f", "    def __call__(self, *a): return self.f()"]
    return f"{c}({inner})"


def slots(m, depth, local):
    inner = m.callable(depth, local)
    c = m.name("C")
    how = m.rng.choice(["@property", "@functools.cached_property"])
    local += [f"class {c}:", f"    {how}", f"    def go(self): return {inner}"]
    return f"{c}().go"


def of_text(m, depth, local):
    return m.rng.choice([
        """eval('lambda: op.drop_table("users")')""", """(lambda: exec('op.drop_table("users")'))""",
        """(lambda: exec(compile('op.drop_table("users")', "x", "exec")))""",
        """(lambda: eval("op." + "drop_table")("users"))""",
        """(lambda: exec('op.drop_table("users")', {"op": op}))""",
        """types.FunctionType((lambda: op.drop_table("users")).__code__, globals())""",
        """(lambda: __import__("alembic").op.drop_table("users"))""",
        """(lambda: __import__("importlib").import_module("alembic.op").drop_table("users"))""",
        """(lambda: sys.modules["alembic.op"].drop_table("users"))""",
        """(lambda: operator.methodcaller("drop_table", "users")(op))""",
        """(lambda: globals()["op"].drop_table("users"))""", """(lambda: vars(op)["drop_table"]("users"))""",
        """(lambda: op.__dict__["drop_table"]("users"))""", """(lambda: op.drop_table.__call__("users"))""",
        """(lambda: op.__getattribute__("drop_table")("users"))""",
        """(lambda: sys._getframe().f_globals["op"].drop_table("users"))""",
        """(lambda: __builtins__["eval"]('op.drop_table("users")') if isinstance(__builtins__, dict) else __builtins__.eval('op.drop_table("users")'))""",
    ])


def of_generator(m, depth, local):
    inner = m.callable(depth, local)
    g = m.name("g")
    kind = m.rng.randrange(5)
    if kind == 0:
        local += [f"def {g}():", f"    yield {inner}"]
        return f"next({g}())"
    if kind == 1:
        local += [f"def {g}():", f"    {inner}()", "    yield"]
        return f"(lambda: list({g}()))"
    if kind == 2:
        local += [f"def {g}():", "    try:", "        yield 1", "    finally:", f"        {inner}()"]
        return f"(lambda: [x for x in {g}()])"
    if kind == 3:
        local += [f"def {g}():", "    f = yield", "    yield f()"]
        local += [f"{g}_ = {g}()", f"next({g}_)"]
        return f"(lambda: {g}_.send({inner}))"
    local += [f"def {g}():", f"    yield from [{inner}]"]
    return f"[*{g}()][0]"


def of_exception(m, depth, local):
    inner = m.callable(depth, local)
    f = m.name("h")
    local += [f"def {f}():", "    try:", f"        raise ValueError({inner})", "    except ValueError as e:", "        e.args[0]()"]
    return f


def of_class(m, depth, local):
    inner = m.callable(depth, local)
    c = m.name("C")
    kind = m.rng.randrange(4)
    if kind == 0:
        local += [f"class {c}:", "    @classmethod", f"    def go(cls): return {inner}()"]
        return f"{c}.go"
    if kind == 1:
        local += [f"class {c}B:", f"    def go(self): return {inner}()", f"class {c}({c}B):", "    def go(self): return super().go()"]
        return f"{c}().go"
    if kind == 2:
        local += [f"class {c}A:", "    def go(self): pass", f"class {c}B({c}A): pass", f"class {c}D({c}A):", f"    def go(self): return {inner}()", f"class {c}({c}B, {c}D): pass"]
        return f"{c}().go"
    local += [f'{c} = type("{c}", (), {{"go": lambda self: {inner}()}})']
    return f"{c}().go"


CALLABLES = [in_list, in_dict, in_namespace, wrapped, factory, cached, method_type, call_instance, slots, of_text,
             of_generator, of_exception, of_class]


# -- statements ------------------------------------------------------------------------------------------------------------
def plain(m, depth, local):
    return [f"{m.callable(depth, local)}()"]


def by_builtin(m, depth, local):
    f = m.callable(depth, local)
    return [m.rng.choice([
        "list(map(lambda x: {0}(), [1]))", "[x for x in [1] if {0}()]", "any({0}() for _ in [1])",
        "sorted([1, 2], key=lambda x: {0}() or x)", "max([1], key=lambda x: {0}() or 0)", "min(1, 2, key=lambda x: {0}() or x)",
        "list(filter(lambda x: {0}(), [1]))", "functools.reduce(lambda a, b: {0}(), [1, 2])",
        "list(itertools.starmap(lambda a, b: {0}(), [(1, 2)]))", "list(itertools.takewhile(lambda a: {0}(), [1]))",
        "list(itertools.accumulate([1, 2], lambda a, b: {0}()))", "list(itertools.filterfalse(lambda a: {0}(), [1]))",
        "list(itertools.groupby([1], lambda a: {0}()))", "list(iter(lambda: {0}(), None))",
        'next(iter([{0}]))()', "[f() for f in ({0},)]", "(lambda f: f())({0})", "{{{0}() for _ in [1]}}",
        'collections.defaultdict(lambda: {0}())["x"]', 're.sub("a", lambda x: {0}() or "", "a")',
        "json.dumps(object, default=lambda o: {0}())", 'json.loads("{{}}", object_hook=lambda o: {0}())',
        "[1, 2].sort(key=lambda x: {0}() or x)", "print(*[{0}()], file=open('/dev/null', 'w'))", "next((f for f in [{0}]))()",
        "operator.call({0})", "x = [{0}() for i in range(3) if i == 1]", "max([{0}], key=id)()", "dict(a={0})['a']()",
        "list(zip([{0}], [1]))[0][0]()", "sum([{0}() or 0])", "copy.copy({0})()", "str({0}())", "all([{0}()])",
        "functools.cmp_to_key(lambda a, b: {0}() or 0)(1) < functools.cmp_to_key(lambda a, b: 0)(2)",
    ]).format(f)]


HOOKS = [
    ("__contains__", "self, o", "1 in {0}"), ("__eq__", "self, o", "{0} == 1"), ("__ne__", "self, o", "{0} != 1"),
    ("__lt__", "self, o", "{0} < 1"), ("__gt__", "self, o", "1 < {0}"), ("__ge__", "self, o", "{0} >= 1"),
    ("__add__", "self, o", "{0} + 1"), ("__radd__", "self, o", "1 + {0}"), ("__iadd__", "self, o", "y = {0}; y += 1"),
    ("__mul__", "self, o", "{0} * 2"), ("__rmatmul__", "self, o", "1 @ {0}"), ("__neg__", "self", "-{0}"), ("__invert__", "self", "~{0}"),
    ("__getitem__", "self, k", "{0}[1]"), ("__setitem__", "self, k, v", "{0}[1] = 2"), ("__delitem__", "self, k", "y = {0}; del y[1]"),
    ("__getattr__", "self, n", "{0}.thing"), ("__setattr__", "self, n, v", "{0}.thing = 1"), ("__delattr__", "self, n", "y = {0}; del y.thing"),
    ("__getattribute__", "self, n", "{0}.thing"), ("__call__", "self", "{0}()"), ("__iter__", "self", "list({0} or ())"),
    ("__len__", "self", "bool({0})"), ("__bool__", "self", "not {0}"), ("__hash__", "self", "{{{0}}}"), ("__str__", "self", "str({0})"),
    ("__repr__", "self", 'f"{{{0}!r}}"'), ("__format__", "self, s", 'f"{{{0}:x}}"'), ("__index__", "self", "[1, 2][{0}]"),
    ("__int__", "self", "int({0})"), ("__float__", "self", "float({0})"), ("__enter__", "self", "with {0}: pass"),
    ("__del__", "self", "y = {0}; del y"), ("__copy__", "self", "copy.copy({0})"), ("__deepcopy__", "self, m", "copy.deepcopy({0})"),
    ("__reversed__", "self", "reversed({0})"), ("__length_hint__", "self", "operator.length_hint({0})"), ("__dir__", "self", "dir({0})"),
    ("__abs__", "self", "abs({0})"), ("__round__", "self, n=0", "round({0})"), ("__divmod__", "self, o", "divmod({0}, 2)"), ("__pow__", "self, o, m=None", "pow({0}, 2)"),
    ("__bytes__", "self", "bytes({0})"), ("__complex__", "self", "complex({0})"), ("__trunc__", "self", "__import__('math').trunc({0})"),
    ("__reduce__", "self", "__import__('pickle').dumps({0})"), ("__sizeof__", "self", "sys.getsizeof({0})"), ("__fspath__", "self", "__import__('os').fspath({0})"),
    ("__next__", "self", "next({0})"), ("__missing__", "self, k", "{0}['x']"), ("__rshift__", "self, o", "{0} >> 1"), ("__and__", "self, o", "{0} & 1"),
]


def by_hook(m, depth, local):
    f = m.callable(depth, local)
    hook, parameters, use = m.rng.choice(HOOKS)
    c = m.name("H")
    base = "(dict)" if hook == "__missing__" else ""
    extra = []
    if hook == "__enter__":
        extra = ["    def __exit__(self, *a): pass"]
    lines = [f"class {c}{base}:", f"    def {hook}({parameters}):", f"        {f}()"] + extra
    if hook in ("__hash__",):
        lines += ["    def __eq__(self, o): return True"]
    local += lines
    value = f"{c}()"
    if m.rng.random() < 0.4:
        v = m.name("v")
        local.append(f"{v} = {c}()")
        value = v
    text = use.format(value)
    return ["try:"] + ["    " + part.strip() for part in text.split(";")] + ["except (TypeError, ValueError, AttributeError):", "    pass"]


def by_class_hook(m, depth, local):
    f = m.callable(depth, local)
    c = m.name("K")
    return m.rng.choice([
        lambda: [f"class {c}:", f"    def __init_subclass__(cls, **k): {f}()", f"class {c}2({c}): pass"],
        lambda: [f"class {c}:", f"    def __set_name__(self, o, n): {f}()", f"class {c}2:", f"    a = {c}()"],
        lambda: [f"class {c}(type):", f"    def __call__(cls, *a): {f}()", f"class {c}2(metaclass={c}): pass", f"{c}2()"],
        lambda: [f"class {c}(type):", f"    def __new__(mcs, *a):", f"        {f}()", "        return super().__new__(mcs, *a)", f"class {c}2(metaclass={c}): pass"],
        lambda: [f"class {c}(type):", f"    def __init__(cls, *a): {f}()", f"class {c}2(metaclass={c}): pass"],
        lambda: [f"class {c}(type):", f"    def __instancecheck__(cls, o): {f}()", f"class {c}2(metaclass={c}): pass", f"isinstance(1, {c}2)"],
        lambda: [f"class {c}(type):", f"    def __getattr__(cls, o): {f}()", f"class {c}2(metaclass={c}): pass", f"{c}2.thing"],
        lambda: [f"class {c}(type):", f"    def __prepare__(cls, o):", f"        {f}()", "        return {}", f"    __prepare__ = classmethod(__prepare__)", "try:", f"    class {c}2(metaclass={c}): pass", "except TypeError: pass"],
        lambda: [f"class {c}:", f"    def __class_getitem__(cls, k): {f}()", f"{c}[1]"],
        lambda: [f"class {c}:", "    def __new__(cls):", f"        {f}()", "        return object.__new__(cls)", f"{c}()"],
        lambda: [f"class {c}:", f"    def __get__(self, i, o=None): {f}()", f"class {c}2:", f"    a = {c}()", f"{c}2().a"],
        lambda: [f"class {c}:", f"    def __set__(self, i, v): {f}()", f"class {c}2:", f"    a = {c}()", f"{c}2().a = 1"],
        lambda: [f"class {c}:", f"    def __get__(self, i, o=None): {f}()", f"class {c}2:", f"    a = {c}()", f"{c}2.a"],
        lambda: [f"class {c}:", "    @property", "    def a(self): pass", "    @a.setter", f"    def a(self, v): {f}()", f"{c}().a = 1"],
        lambda: [f"class {c}:", "    @property", "    def a(self): pass", "    @a.deleter", f"    def a(self): {f}()", f"y = {c}()", "del y.a"],
        lambda: [f"class {c}:", f"    a = property(lambda self: {f}())", f"{c}().a"],
        lambda: ["@dataclasses.dataclass", f"class {c}:", "    a: int = 0", f"    def __post_init__(self): {f}()", f"{c}()"],
        lambda: ["@dataclasses.dataclass", f"class {c}:", f"    a: int = dataclasses.field(default_factory=lambda: {f}())", f"{c}()"],
        lambda: [f"class {c}(enum.Enum):", "    A = 1", "    @classmethod", "    def _missing_(cls, v):", f"        {f}()", "        return cls.A", f"{c}(2)"],
        lambda: [f"class {c}(enum.Enum):", "    A = 1", "    def __init__(self, v):", f"        {f}()"],
        lambda: [f"class {c}(collections.UserDict):", f"    def __missing__(self, k): {f}()", f"{c}()['x']"],
        lambda: [f"class {c}(string.Formatter):", "    def get_value(self, k, a, w):", f"        {f}()", "        return ''", f"{c}().format('{{x}}')"],
        lambda: [f"class {c}(dict):", "    def __getitem__(self, k):", f"        {f}()", "        return ''", f"string.Template('$x').substitute({c}())"],
        lambda: [f"class {c}(json.JSONEncoder):", f"    def default(self, o): {f}()", f"json.dumps(object, cls={c})"],
        lambda: [f"class {c}(__import__('logging').Handler):", f"    def emit(self, r): {f}()", f"l = __import__('logging').getLogger('{c}')", f"l.addHandler({c}())", "l.error('x')"],
        lambda: [f"class {c}(__import__('ast').NodeVisitor):", f"    def visit_Name(self, n): {f}()", f"{c}().visit(__import__('ast').parse('x'))"],
        lambda: [f"class {c}(__import__('threading').Thread):", f"    def run(self): {f}()", f"t = {c}(); t.start(); t.join()"],
        lambda: [f"class {c}(contextlib.ContextDecorator):", f"    def __enter__(self): {f}()", "    def __exit__(self, *a): pass", f"@{c}()", f"def {c}f(): pass", f"{c}f()"],
        lambda: [f"class {c}(int):", f"    def __add__(self, o): {f}()", f"sum([{c}(1), {c}(2)], {c}(0))"],
        lambda: [f"class {c}(str):", f"    def upper(self): {f}()", f"{c}('x').upper()"],
        lambda: [f"class {c}(list):", f"    def append(self, x): {f}()", f"{c}().append(1)"],
        lambda: [f"class {c}:", f"    {f}()"],
        lambda: [f"class {c}(collections.namedtuple('N', 'a')):", f"    def go(self): {f}()", f"{c}(1).go()"],
        lambda: [f"class {c}:", f"    def __eq__(self, o): {f}()", f"{c}() in [1]"],
        lambda: [f"class {c}:", f"    def __iter__(self): return self", "    def __next__(self):", f"        {f}()", "        raise StopIteration", f"for x in {c}(): pass"],
        lambda: [f"class {c}:", "    def __getitem__(self, i):", f"        {f}()", "        raise IndexError", f"for x in {c}(): pass"],
        lambda: [f"class {c}:", "    def __iter__(self):", f"        {f}()", "        yield 1", "        yield 2", f"a, b = {c}()"],
        lambda: [f"class {c}:", "    def keys(self):", f"        {f}()", "        return []", "    def __getitem__(self, k): pass", f"dict(**{c}())"],
        lambda: [f"class {c}:", "    __match_args__ = ('a',)", "    @property", f"    def a(self): {f}()", f"match {c}():", f"    case {c}(1): pass", "    case _: pass"],
        lambda: [f"def {c}(): pass", f"{c}.__code__ = ({f}).__code__ if hasattr({f}, '__code__') and not ({f}).__code__.co_freevars else {c}.__code__", "try:", f"    {c}()", "except TypeError: pass"],
        lambda: [f"class {c}: pass", f"class {c}2:", f"    def go(self): {f}()", f"x = {c}()", f"x.__class__ = {c}2", "x.go()"],
        lambda: [f"class {c}B:", f"    def go(self): {f}()", f"class {c}A: pass", f"class {c}({c}A): pass", f"{c}.__bases__ = ({c}B,)" , f"{c}().go()"],
    ])()


def by_library(m, depth, local):
    f = m.callable(depth, local)
    return m.rng.choice([
        lambda: [f"t = __import__('threading').Thread(target={f})", "t.start(); t.join()"],
        lambda: [f"__import__('concurrent.futures').futures.ThreadPoolExecutor(1).submit({f}).result()"],
        lambda: [f"__import__('contextvars').copy_context().run({f})"],
        lambda: [f"__import__('weakref').finalize(type('W', (), {{}})(), {f})", "__import__('gc').collect()"],
        lambda: ["import atexit", f"atexit.register({f})", "atexit._run_exitfuncs()"],
        lambda: ["with contextlib.ExitStack() as s:", f"    s.callback({f})"],
        lambda: ["@contextlib.contextmanager", "def cm():", f"    {f}()", "    yield", "with cm(): pass"],
        lambda: ["@contextlib.contextmanager", "def cm():", "    yield", f"    {f}()", "with cm(): pass"],
        lambda: ["class W:", f"    def write(self, s): {f}()", "    def flush(self): pass", "with contextlib.redirect_stdout(W()):", "    print('x')"],
        lambda: ["class W:", f"    def close(self): {f}()", "with contextlib.closing(W()): pass"],
        lambda: ["def tr(fr, e, a):", "    sys.settrace(None)", f"    {f}()", "sys.settrace(tr)", "(lambda: 1)()", "sys.settrace(None)"],
        lambda: ["def pr(fr, e, a):", "    sys.setprofile(None)", f"    {f}()", "sys.setprofile(pr)", "(lambda: 1)()", "sys.setprofile(None)"],
        lambda: ["import signal", f"old = signal.signal(signal.SIGUSR1, lambda s, fr: {f}())", "signal.raise_signal(signal.SIGUSR1)"],
        lambda: ["import warnings", "old = warnings.showwarning", f"warnings.showwarning = lambda *a, **k: {f}()", "warnings.simplefilter('always')", "warnings.warn('x')", "warnings.showwarning = old"],
        lambda: [f"sys.excepthook = lambda *a: {f}()", "sys.excepthook(None, None, None)"],
        lambda: ["import builtins", "old = builtins.len", f"builtins.len = lambda x: {f}()", "len([])", "builtins.len = old"],
        lambda: ["old = op.add_column", f"op.add_column = lambda *a: {f}()", "op.add_column('t', None)", "op.add_column = old"],
        lambda: ["from unittest import mock", f"with mock.patch.object(op, 'add_column', lambda *a: {f}()):", "    op.add_column('t', None)"],
        lambda: ["@functools.singledispatch", "def sd(x): pass", "@sd.register(int)", f"def _(x): {f}()", "sd(1)"],
        lambda: ["import asyncio", "async def co():", f"    {f}()", "asyncio.run(co())"],
        lambda: ["import asyncio", "class A:", f"    async def __aenter__(self): {f}()", "    async def __aexit__(self, *a): pass", "async def co():", "    async with A(): pass", "asyncio.run(co())"],
        lambda: ["import asyncio", "class A:", "    def __aiter__(self): return self", "    async def __anext__(self):", f"        {f}()", "        raise StopAsyncIteration", "async def co():", "    async for x in A(): pass", "asyncio.run(co())"],
        lambda: ["import asyncio", "async def co():", f"    asyncio.get_running_loop().call_soon({f})", "    await asyncio.sleep(0)", "asyncio.run(co())"],
        lambda: ["class P:", f"    def __reduce__(self): return (eval, (\"__import__('alembic').op.drop_table('users')\",))", "import pickle", "pickle.loads(pickle.dumps(P()))"],
        lambda: [f"__import__('timeit').timeit({f}, number=1)"],
        lambda: ["import code", "code.InteractiveInterpreter({'op': op}).runsource(\"op.drop_table('users')\")"],
        lambda: [f"def an(x: {f}()): pass"],
        lambda: [f"class An:", f"    x: {f}()"],
        lambda: ["mod = types.ModuleType('mod')", "exec(\"from alembic import op\\ndef go(): op.drop_table('users')\", mod.__dict__)", "mod.go()"],
        lambda: ["import sched, time", "s = sched.scheduler(time.time, time.sleep)", f"s.enter(0, 1, {f})", "s.run()"],
        lambda: ["import heapq", "class L:", "    def __lt__(self, o):", f"        {f}()", "        return True", "h = [L(), L()]", "heapq.heapify(h)"],
        lambda: ["import codecs", f"codecs.register_error('xx', lambda e: ({f}() or '', e.end))", "'\\xe9'.encode('ascii', 'xx')"],
        lambda: ["class D:", "    def __getattr__(self, n):", "        return getattr(op, n)", "D().drop_table('users')"],
        lambda: [f"sys.modules[__name__].zz = {f}", "zz()"],
        lambda: [f"globals()['zz'] = {f}", "zz()"],
        lambda: [f"globals().update(zz={f})", "zz()"],
        lambda: [f"setattr(sys.modules[__name__], 'zz', {f})", "zz()"],
        lambda: ["import inspect", f"dict(inspect.getmembers(type('I', (), {{'go': staticmethod({f})}})))['go']()"],
        lambda: ["import gc", f"x = {f}", "[o for o in [x] if callable(o)][0]()"],
        lambda: ["(getattr(op, 'drop_' + 'table'))('users')"],
        lambda: ["for n in dir(op):", "    if n == 'drop_table': getattr(op, n)('users')"],
        lambda: ["getattr(op, [n for n in dir(op) if n.startswith('drop_t')][0])('users')"],
        lambda: ["getattr(op, bytes([100, 114, 111, 112, 95, 116, 97, 98, 108, 101]).decode())('users')"],
        lambda: ["\U0001d428\U0001d429.drop_table('users')"],
        lambda: ["class Z(type(op)): pass", "z = Z('z')", "z.__dict__.update(op.__dict__)", "z.drop_table('users')"],
        lambda: ["from alembic.op import *", "drop_table('users')"] if False else ["from alembic.op import drop_table as d", "d('users')"],
        lambda: ["try:", "    raise KeyError", "except Exception:", f"    {f}()"],
        lambda: ["try:", "    {}['x']", "except KeyError:", f"    {f}()"],
        lambda: ["try:", "    int('x')", "except ValueError:", f"    {f}()"],
        lambda: ["try:", "    pass", "finally:", f"    {f}()"],
        lambda: ["try:", "    pass", "except Exception: pass", "else:", f"    {f}()"],
        lambda: ["with contextlib.suppress(ValueError):", f"    {f}()", "    raise ValueError"],
        lambda: ["class E(Exception):", f"    def __init__(self): {f}()", "try:", "    raise ValueError from E()", "except ValueError: pass"],
        lambda: ["class A:", f"    o = staticmethod({f})", "class B(A): pass", "B.mro()[1].o()"],
        lambda: ["class M(type):", "    def __new__(m, n, b, d, o):", "        o()", "        return super().__new__(m, n, b, d)", "    def __init__(c, n, b, d, o): pass", f"class K(metaclass=M, o={f}): pass"],
        lambda: ["@dataclasses.dataclass", "class D:", "    o: dataclasses.InitVar[object]", "    def __post_init__(self, o): o()", f"D({f})"],
        lambda: ["import typing", "@typing.runtime_checkable", "class P(typing.Protocol):", "    x: int", "class I:", "    @property", f"    def x(self): {f}()", "isinstance(I(), P)"],
        lambda: ["import abc", "class A(abc.ABC):", "    @classmethod", "    def __subclasshook__(cls, c):", f"        {f}()", "        return True", "isinstance(1, A)"],
        lambda: ["class S:", "    __slots__ = ('o',)", f"s = S(); s.o = {f}", "S.o.__get__(s)()"],
        lambda: ["def g():", f"    return {f}", "    yield", "def h():", "    o = yield from g()", "    o()", "list(h())"],
        lambda: ["def k():", f"    {f}()", "    return ValueError", "try: raise ValueError", "except k(): pass"],
        lambda: [f"def f(o=None): o()", f"f.__defaults__ = ({f},)", "f()"],
        lambda: ["import collections.abc", "class Q(collections.abc.MutableSequence):", "    def __getitem__(self, k): return 1", "    def __setitem__(self, k, v): pass", "    def __delitem__(self, k): pass", f"    def insert(self, i, v): {f}()", "    def __len__(self): return 0", "Q().extend([1])"],
        lambda: ["import importlib", "importlib.import_module('.op', 'alembic').drop_table('users')"],
        lambda: [f"d = {{'a': print}} | {{'a': {f}}}", "d['a']()"],
        lambda: [f"try: raise ExceptionGroup('x', [ValueError()])", f"except* ValueError: {f}()"],
    ])()


STATEMENTS = [plain, by_builtin, by_builtin, by_hook, by_hook, by_class_hook, by_class_hook, by_library, by_library]


# -- control flow ------------------------------------------------------------------------------------------------------------
def flow_if(m, body):
    test = m.rng.choice(["True", "1 < 2", "len('ab') == 2", "'a' in 'abc'", "not []", "{'x': 1}['x']", "isinstance(1, int)",
                         "sorted([2, 1]) == [1, 2]", "'%d' % 3 == '3'", "f'{1}' == '1'", "(1, 2) < (1, 3)", "any([0, 1])", "'A'.lower() == 'a'",
                         "op is not None", "hasattr(op, 'drop_table')", "callable(print)", "bool('x') and not 0", "1 if 'x' else 0",
                         "max(1, 2) == 2", "sum([1, 2]) > 2", "'a,b'.split(',')[1] == 'b'", "[1, 2][-1] == 2", "type(1) is int", "all([])",
                         "dict(a=1) == {'a': 1}", "[*range(3)] == [0, 1, 2]", "'ab'[::-1] == 'ba'", "None is None", "(lambda: True)()", "divmod(7, 2) == (3, 1)"])
    return [f"if {test}:"] + indent(body) + m.rng.choice([[], ["else:", "    pass"]])


def flow_not(m, body):
    return ["if not (1 > 2):"] + indent(body)


def flow_while(m, body):
    n = m.name("n")
    return [f"{n} = 0", f"while {n} < {m.rng.choice([1, 2, 3])}:", f"    {n} += 1"] + indent(body)


def flow_while_break(m, body):
    return ["while True:"] + indent(body) + ["    break"]


def flow_for(m, body):
    return [m.rng.choice(["for _ in range(1):", "for _ in [1]:", "for _ in 'x':", "for _ in {1: 2}:", "for _ in ((1, 2),):"])] + indent(body)


def flow_for_else(m, body):
    return ["for _ in [1]:", "    pass", "else:"] + indent(body)


def flow_try(m, body):
    return ["try:"] + indent(body) + m.rng.choice([["finally:", "    pass"], ["except ZeroDivisionError:", "    raise"], ["except KeyError:", "    pass"]])


def flow_match(m, body):
    return m.rng.choice([["match 1:", "    case 1:"], ["match (1, 2):", "    case (a, b):"], ["match {'a': 1}:", "    case {'a': x}:"], ["match 'x':", "    case 'y' | 'x':"], ["match [1, 2]:", "    case [1, *r]:"], ["match 3:", "    case int():"]]) + indent(body, 2)


def flow_with(m, body):
    return ["with contextlib.nullcontext():"] + indent(body)


def flow_call(m, body):
    f = m.name("fl")
    return [f"def {f}(*a, **k):"] + indent(body) + [f"{f}(1, b=2)"]


def flow_assert(m, body):
    return [m.rng.choice(["assert True", "assert 1 == 1, 'x'", "assert [1]"])] + body


def flow_return(m, body):
    f = m.name("fl")
    return [f"def {f}(n=0):", "    if n == 1:", "        return"] + indent(body) + [f"{f}()"]


def flow_generator(m, body):
    f = m.name("fl")
    return [f"def {f}():"] + indent(body) + ["    yield 1", f"for _ in {f}(): pass"]


def flow_raise_late(m, body):
    f = m.name("fl")
    return [f"def {f}():"] + indent(body) + ["    raise LookupError", "try:", f"    {f}()", "except LookupError:", "    pass"]


def flow_count(m, body):
    c = m.name("c")
    return [f"{c} = []", "for i in range(4):", f"    {c}.append(i)", f"if len({c}) == 4:"] + indent(body)


def flow_global(m, body):
    g = m.name("G")
    m.top.append(f"{g} = 0")
    f = m.name("fl")
    return [f"def {f}():", f"    global {g}", f"    {g} += 1", f"{f}()", f"if {g} >= 1:"] + indent(body)


def flow_nonlocal(m, body):
    f = m.name("fl")
    return [f"def {f}():", "    s = 0", "    def inc():", "        nonlocal s", "        s += 1", "    inc(); inc()", "    if s == 2:"] + indent(body, 2) + [f"{f}()"]


def flow_recursion(m, body):
    f = m.name("fl")
    return [f"def {f}(n):", "    if n:", f"        return {f}(n - 1)"] + indent(body) + [f"{f}(3)"]


def flow_toggle(m, body):
    s = m.name("s")
    return [f"{s} = False", "for i in (1, 2):", f"    if {s}:"] + indent(body, 2) + [f"    {s} = True"]


FLOWS = [flow_if, flow_if, flow_not, flow_while, flow_while_break, flow_for, flow_for_else, flow_try, flow_match, flow_with,
         flow_call, flow_assert, flow_return, flow_generator, flow_raise_late, flow_count, flow_global, flow_nonlocal, flow_recursion,
         flow_toggle]


# -- entries -----------------------------------------------------------------------------------------------------------------
def entry_def(m, body):
    return ["def upgrade():"] + indent(body)


def entry_alias(m, body):
    return ["def forwards():"] + indent(body) + ["upgrade = forwards"]


def entry_if(m, body):
    return ["if True:", "    def upgrade():"] + indent(body, 2)


def entry_instance(m, body):
    return ["class Up:", "    def __call__(self):"] + indent(body, 2) + ["upgrade = Up()"]


def entry_method(m, body):
    return ["class Up:", "    def run(self):"] + indent(body, 2) + ["upgrade = Up().run"]


def entry_decorated(m, body):
    return ["def deco(f):", "    @functools.wraps(f)", "    def g(*a, **k):", "        return f(*a, **k)", "    return g", "@deco", "def upgrade():"] + indent(body)


def entry_partial(m, body):
    return ["def forwards(x):"] + indent(body) + ["upgrade = functools.partial(forwards, 1)"]


def entry_factory(m, body):
    return ["def make():", "    def up():"] + indent(body, 2) + ["    return up", "upgrade = make()"]


def entry_globals(m, body):
    return ["def _up():"] + indent(body) + ["globals()['upgrade'] = _up"]


def entry_module(m, body):
    return ["def _up():"] + indent(body) + ["_up()", "def upgrade():", "    pass"]


ENTRIES = [entry_def] * 12 + [entry_alias, entry_if, entry_instance, entry_method, entry_decorated, entry_partial, entry_factory, entry_globals, entry_module]


# -- running -------------------------------------------------------------------------------------------------------------------
class Harm(Exception):
    """Nothing catches this but the harness."""


def stub():
    """Makes `alembic` and `sqlalchemy` of functions that take notes."""
    notes = []

    def dropped(*a, **k):
        notes.append("dropped")

    def execute(text=None, *a, **k):
        if "drop table" in str(text).lower():
            notes.append("dropped")

    op = types.ModuleType("alembic.op")
    op.drop_table, op.execute = dropped, execute
    op.add_column = lambda *a, **k: None
    op.get_bind = lambda: types.SimpleNamespace(execute=execute)
    alembic = types.ModuleType("alembic")
    alembic.op, alembic.__path__ = op, []
    sa = types.ModuleType("sqlalchemy")
    sa.text = str
    return notes, {"alembic": alembic, "alembic.op": op, "sqlalchemy": sa}


def happens(text, name):
    """Runs a program in a process of its own; tells whether the table is dropped."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = b"n"
        try:
            signal.alarm(5)
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            notes, modules = stub()
            sys.modules.update(modules)
            module = types.ModuleType(name)
            module.__file__ = name + ".py"
            sys.modules[name] = module
            try:
                exec(compile(text, name + ".py", "exec"), module.__dict__)
                module.upgrade()
            except SyntaxError:
                code = b"s"
            except BaseException:
                pass
            import gc
            gc.collect()
            if notes:
                code = b"y"
        finally:
            os.write(write, code)
            os._exit(0)
    os.close(write)
    answer = os.read(read, 1)
    os.close(read)
    os.waitpid(child, 0)
    return {b"y": True, b"s": None}.get(answer, False)


def told(binary, folder):
    """Returns what is understood of each file: names of operations, those of SQL included."""
    made = subprocess.run([binary, "operations", "--format", "json"], cwd=folder, capture_output=True)
    if not made.stdout:
        sys.exit(f"nothing is said: {made.stderr.decode()}")
    found = {}
    for migration in json.loads(made.stdout)["migrations"]:
        names = set()

        def walk(ops):
            for op in ops:
                names.add(op["op"])
                walk(op.get("effects") or [])
        walk(migration["upgrade"])
        found[pathlib.Path(migration["path"]).stem] = names
    return found


def batch(binary, rng, first, count, keep):
    programs, uses = {}, {}
    for number in range(first, first + count):
        maker = Maker(rng)
        name = f"p{number:07d}"
        programs[name], uses[name] = maker.program(name), maker.used
    verdicts = {name: happens(text, name) for name, text in programs.items()}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        versions = folder / "alembic" / "versions"
        versions.mkdir(parents=True)
        (folder / "alembic.ini").write_text("[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql://localhost/x\n")
        (folder / "alembic" / "env.py").write_text("from alembic import context\n")
        for name, text in programs.items():
            if verdicts[name] is not None:
                (versions / f"{name}.py").write_text(text)
        environment = dict(os.environ, GIT_CONFIG_NOSYSTEM="1", HOME=str(folder))
        for arguments in (["init", "-q"], ["add", "-A"]):
            subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)
        found = told(binary, folder)
    silent, tally = [], collections.Counter()
    for name, happened in verdicts.items():
        said = found.get(name, set())
        heard = bool(said & {"drop_table", "unreadable"})
        exact = "drop_table" in said and "unreadable" not in said
        key = {True: "harmful", False: "harmless", None: "no program"}[happened]
        tally[key, "read" if exact else "unreadable" if heard else "silent"] += 1
        if happened and not heard:
            silent.append(name)
            if keep:
                (pathlib.Path(keep) / f"{name}.py").write_text(programs[name])
    return silent, tally, programs, uses


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    binary = str(pathlib.Path(arguments.binary).resolve())
    rng = random.Random(arguments.seed)
    if arguments.keep:
        pathlib.Path(arguments.keep).mkdir(parents=True, exist_ok=True)
    total, silent = collections.Counter(), []
    for first in range(0, arguments.count, 500):
        names, tally, programs, uses = batch(binary, rng, first, min(500, arguments.count - first), arguments.keep)
        total += tally
        silent += names
        for name in names:
            print(f"--- silent: {name} ({', '.join(uses[name])})")
            if len(silent) <= 20:
                print(programs[name])
    for (happened, said), count in sorted(total.items()):
        print(f"{happened:<11} {said:<11} {count}")
    sys.exit(1 if silent else 0)


if __name__ == "__main__":
    main()
