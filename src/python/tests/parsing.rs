//! Files and their structure.

use crate::python::module::{Parsed, parse};
use crate::python::parsed::BlockKind;
use crate::text::source::Text;

fn parsed(source: &str) -> (Text, Parsed) {
    let text = Text::new(source);
    let parsed = parse(&text);
    (text, parsed)
}

#[test]
fn comments_docstrings_and_blocks_have_their_places() {
    let (text, parsed) = parsed(
        "\"\"\"Module.\"\"\"\nx = 1  # after\n# own\n@d\n\
         def f():\n    '''Doc.'''\n    with a as b, c:\n        # inside\n        g()\n",
    );
    let comments: Vec<_> = parsed.comments.iter().map(|c| (c.text.as_str(), c.own_line)).collect();
    assert_eq!(comments, [("# after", false), ("# own", true), ("# inside", true)]);
    assert_eq!(parsed.module.docstring.map(|span| text.slice(span)), Some("\"\"\"Module.\"\"\""));
    let function = parsed.module.functions().next().unwrap();
    assert_eq!(function.docstring.map(|span| text.slice(span)), Some("'''Doc.'''"));
    let blocks: Vec<_> = parsed
        .module
        .blocks()
        .iter()
        .map(|b| (b.kind, text.slice(b.header), text.slice(b.body).trim()))
        .collect();
    assert_eq!(blocks[0].0, BlockKind::Function);
    assert_eq!(blocks[0].1, "@d\ndef f():");
    assert_eq!(blocks[1].1, "with a as b, c:");
    assert!(blocks[1].2.ends_with("g()"));
    let statements: Vec<_> =
        parsed.module.statements().iter().map(|span| text.slice(*span)).collect();
    assert_eq!(statements, ["\"\"\"Module.\"\"\"", "x = 1", "'''Doc.'''", "g()"]);
}

#[test]
fn what_does_not_parse_is_told_and_the_rest_is_read() {
    let (_, file) = parsed("x = (\ndef f():\n    pass\n");
    assert!(!file.errors.is_empty());
    let (text, file) = parsed("def f():\n    print 'x'\n    raise E, 'y'\ndef g():\n    h(1)\n");
    assert!(file.python2);
    let errors: Vec<_> = file.errors.iter().map(|error| text.slice(error.span)).collect();
    assert_eq!(errors, ["print 'x'", "raise E, 'y'"]);
    assert_eq!(file.module.functions().count(), 2);
    for clean in [
        "print('x')",
        "exec('x')",
        "with (a as b, c as d):\n    pass",
        "def f[T](x: T) -> T: ...",
        "type X = int",
    ] {
        assert!(parsed(clean).1.errors.is_empty(), "{clean}");
    }
}
