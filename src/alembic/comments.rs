//! Which statements a comment or a docstring speaks about.

use std::collections::{HashMap, HashSet};

use crate::alembic::migration::{Comment, Placement};
use crate::python::module::Parsed;
use crate::python::parsed;
use crate::python::parsed::{BlockKind, BlockSpan};
use crate::text::source::{Span, Text};

/// Returns the comments and docstrings of a file with what they cover.
///
/// A comment speaks about the statement on whose lines it stands or directly above which its block
/// stands; above or beside the head of a compound statement about its body too. A function's
/// docstring speaks about the function, the module's about the file.
pub fn read(text: &Text, parsed: &Parsed) -> Vec<Comment> {
    let places = Places::new(text, parsed);
    let last_lines = block_ends(text, &parsed.comments);
    let first = first_function(parsed);
    let comments = parsed.comments.iter().zip(last_lines).map(|(comment, last_line)| Comment {
        text: comment.text.trim_start_matches('#').trim().to_owned(),
        span: comment.span,
        covers: places
            .covered(comment, last_line)
            .unwrap_or(Span::new(comment.span.start, comment.span.start)),
        placement: placement(comment.span, first),
    });
    let docstrings = docstrings(text, parsed);
    let loose = loose(text, parsed, &places, &docstrings);
    let mut found: Vec<Comment> = comments.chain(docstrings).chain(loose).collect();
    found.sort_by_key(|comment| comment.span);
    found
}

/// Returns for each comment the line on which the block of own-line comments around it ends.
fn block_ends(text: &Text, comments: &[parsed::Comment]) -> Vec<usize> {
    let lines: Vec<usize> =
        comments.iter().map(|comment| text.line_of(comment.span.start)).collect();
    let mut ends = lines.clone();
    for at in (1..comments.len()).rev() {
        if comments[at].own_line && comments[at - 1].own_line && lines[at - 1] + 1 == lines[at] {
            ends[at - 1] = ends[at];
        }
    }
    ends
}

/// Statements and blocks, to be found by the line they begin on or the bytes they span.
struct Places<'a> {
    text: &'a Text,
    statements: Vec<Span>,
    heads: Vec<BlockSpan>,
    by_line: HashMap<usize, Span>,
}

impl<'a> Places<'a> {
    fn new(text: &'a Text, parsed: &Parsed) -> Self {
        let mut statements = parsed.module.statements().to_vec();
        statements.sort_unstable();
        let mut heads = parsed.module.blocks().to_vec();
        heads.sort_by_key(|block| block.header);
        let mut by_line = HashMap::new();
        // What begins first on a line counts; a block counts before the statement that is its body
        // on the same line.
        for block in &heads {
            by_line.entry(text.line_of(block.header.start)).or_insert_with(|| whole(block));
        }
        for statement in &statements {
            by_line.entry(text.line_of(statement.start)).or_insert(*statement);
        }
        Places { text, statements, heads, by_line }
    }

    fn covered(&self, comment: &parsed::Comment, last_line: usize) -> Option<Span> {
        let inside = |span: Span| span.contains(comment.span);
        let beside = |span: Span| !comment.own_line && self.ends_on_line_of(span, comment.span);
        let statement = before(&self.statements, comment.span, |span| *span);
        if let Some(span) = statement.copied().filter(|&span| inside(span) || beside(span)) {
            return Some(span);
        }
        let head = before(&self.heads, comment.span, |block| block.header);
        if let Some(block) = head.filter(|block| inside(block.header) || beside(block.header)) {
            return Some(whole(block));
        }
        comment.own_line.then(|| self.by_line.get(&(last_line + 1)).copied())?
    }

    fn ends_on_line_of(&self, span: Span, comment: Span) -> bool {
        self.text.line_of(span.end.saturating_sub(1)) == self.text.line_of(comment.start)
    }
}

/// Returns the last of the sorted items that begins before a comment.
fn before<T>(items: &[T], comment: Span, span: impl Fn(&T) -> Span) -> Option<&T> {
    items[..items.partition_point(|item| span(item).start < comment.start)].last()
}

/// Returns a compound statement with its body; of a class only the head, since a class runs nothing
/// of a migration.
fn whole(block: &BlockSpan) -> Span {
    match block.kind {
        BlockKind::Class => block.header,
        _ => Span::new(block.header.start, block.body.end.max(block.header.end)),
    }
}

/// Where the first function begins.
fn first_function(parsed: &Parsed) -> Option<usize> {
    let functions = parsed.module.blocks().iter().filter(|block| block.kind == BlockKind::Function);
    functions.map(|block| block.header.start).min()
}

/// Tells on which side of the first function something stands.
fn placement(span: Span, first: Option<usize>) -> Placement {
    match first {
        Some(first) if span.start >= first => Placement::Body,
        _ => Placement::Head,
    }
}

/// The strings that are statements and no docstrings. They speak about nothing; what they seem to
/// speak about is the statement below.
fn loose(
    text: &Text,
    parsed: &Parsed,
    places: &Places<'_>,
    docstrings: &[Comment],
) -> Vec<Comment> {
    let docstrings: HashSet<Span> = docstrings.iter().map(|docstring| docstring.span).collect();
    let literals = parsed.module.statements().iter().filter(|span| {
        let written = text.slice(**span);
        written.ends_with(['"', '\''])
            && written
                .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
                .starts_with(['"', '\''])
            && !docstrings.contains(span)
    });
    let comment = |span: &Span| {
        let below = text.line_of(span.end) + 1;
        let covers =
            places.by_line.get(&below).copied().unwrap_or(Span::new(span.start, span.start));
        let text = unquoted(text.slice(*span)).to_owned();
        Comment { text, span: *span, covers, placement: Placement::Loose }
    };
    literals.map(comment).collect()
}

fn docstrings(text: &Text, parsed: &Parsed) -> Vec<Comment> {
    let file = Span::new(0, text.content().len());
    let first = first_function(parsed);
    let of_functions =
        parsed.module.functions().filter_map(|function| Some((function.docstring?, function.span)));
    let all = parsed.module.docstring.map(|span| (span, file)).into_iter().chain(of_functions);
    all.map(|(span, covers)| Comment {
        text: unquoted(text.slice(span)).to_owned(),
        span,
        covers,
        placement: placement(span, first),
    })
    .collect()
}

/// Returns what stands between the quotes of a string.
pub(crate) fn unquoted(literal: &str) -> &str {
    let body = literal.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| body.starts_with(quote));
    quote.and_then(|quote| body.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::module;

    /// Returns the text that the comment which says `mark` covers.
    fn covered(content: &str, mark: &str) -> String {
        let text = Text::new(content);
        let comments = read(&text, &module::parse(&text));
        let comment =
            comments.iter().find(|comment| comment.text.contains(mark)).expect("the mark is there");
        text.slice(comment.covers).trim_end().to_owned()
    }

    #[test]
    fn a_comment_speaks_about_the_statement_on_its_line_or_directly_below() {
        let file = "def upgrade():\n    # above\n    # and so on\n    op.a(\n        1,  # in\n        # own\n    )  # behind\n    op.b()\n";
        for mark in ["above", "and so on", "in", "own", "behind"] {
            assert_eq!(
                covered(file, mark),
                "op.a(\n        1,  # in\n        # own\n    )",
                "{mark}"
            );
        }
        assert_eq!(covered("def upgrade():\n    # far\n\n    op.a()\n", "far"), "");
        assert_eq!(covered("def upgrade():\n    op.a()\n    # last\n", "last"), "");
    }

    #[test]
    fn a_comment_above_a_compound_statement_speaks_about_its_body() {
        let file = "def upgrade():\n    # above\n    with x as b:  # beside\n        b.a()\n        b.c()\n    op.d()\n";
        for mark in ["above", "beside"] {
            assert_eq!(
                covered(file, mark),
                "with x as b:  # beside\n        b.a()\n        b.c()",
                "{mark}"
            );
        }
    }

    #[test]
    fn a_docstring_speaks_about_its_function_and_the_first_one_about_the_file() {
        let file = "\"\"\"whole\"\"\"\ndef upgrade():\n    '''one way'''\n    op.a()\n\n\
            def downgrade():\n    pass\n";
        assert_eq!(covered(file, "whole"), file.trim_end());
        assert_eq!(covered(file, "one way"), "def upgrade():\n    '''one way'''\n    op.a()");
    }

    #[test]
    fn a_string_that_is_no_docstring_is_loose_and_the_first_function_divides_the_file() {
        let file = "# head\n\n\
            def upgrade():\n    \"doc\"\n    op.a()\n    \"\"\"loose\"\"\"\n    op.b()  # body\n";
        let text = Text::new(file);
        let found = read(&text, &module::parse(&text));
        let placement: Vec<(&str, Placement)> =
            found.iter().map(|comment| (comment.text.as_str(), comment.placement)).collect();
        use Placement::{Body, Head, Loose};
        assert_eq!(placement, [("head", Head), ("doc", Body), ("loose", Loose), ("body", Body)]);
        assert_eq!(covered(file, "loose"), "op.b()");
    }
}
