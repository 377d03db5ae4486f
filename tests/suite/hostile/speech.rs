//! Text of a repository, of settings, arguments and errors says nothing by itself, in no verb and
//! no format.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use safe_migration::text::letters::is_unseen;

use crate::common::project::{bad, project};
use crate::common::{Ran, Repo};

/// What others might write: commands to runners, to terminals and to readers of Markdown.
const LINES: &str = "\n::error::PWN\r\n  ::set-env name=X::PWN\n# PWN";
const REST: &str = "##[error]PWN ##vso[task.complete]PWN \u{1b}[8m\u{1b}]0;t\u{7}\u{9b}31m\u{202e}\u{200b}\
     \u{2028}\u{e0041}@everyone #1 ![p](http://evil.example/p.png) <img src=http://evil.example/p.png> \
     www.evil.example `` ` | -->";

fn words() -> String {
    format!("x{LINES} {REST}")
}

/// Writes a literal of Python that means a text.
fn literal(text: &str) -> String {
    let letter = |letter: char| match letter {
        '"' | '\\' => format!("\\{letter}"),
        _ if letter.is_ascii_graphic() || letter == ' ' => letter.to_string(),
        _ => format!("\\U{:08x}", u32::from(letter)),
    };
    format!("\"{}\"", text.chars().map(letter).collect::<String>())
}

/// Writes a string of TOML that means a text.
fn quoted(text: &str) -> String {
    literal(text)
}

/// Asserts that a run speaks to nobody but its reader.
#[track_caller]
fn is_quiet(ran: &Ran, arguments: &[&str]) {
    assert!(matches!(ran.status, Some(0..=2)), "{arguments:?}: {}", ran.stderr);
    for text in [&ran.stdout, &ran.stderr] {
        let unseen = text.chars().find(|letter| is_unseen(*letter));
        assert_eq!(unseen, None, "{arguments:?}: {text}");
        for line in text.lines() {
            let line = line.trim_start();
            let speaks = line.starts_with("::error::PWN") || line.starts_with("::set-env");
            assert!(!speaks, "{arguments:?}: {text}");
            let ours =
                ["::error file=", "::warning file=", "::error::", "::warning::", "::notice::"];
            let is_ours =
                arguments.contains(&"github") && ours.iter().any(|own| line.starts_with(own));
            assert!(is_ours || !line.starts_with("::"), "{arguments:?}: {text}");
        }
        for sign in ["##[", "##vso["] {
            assert!(!text.contains(sign), "{arguments:?}: {text}");
        }
    }
    assert!(!ran.stderr.contains("defect"), "{arguments:?}: {}", ran.stderr);
    if arguments.contains(&"markdown") {
        is_plain(&ran.stdout);
    }
}

/// Asserts that a comment holds no picture, link or markup of others, and calls nobody.
#[track_caller]
fn is_plain(comment: &str) {
    let mut text = String::new();
    let mut in_block = false;
    for event in Parser::new_ext(comment, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let html = without_ours(&html);
                assert!(!html.contains('<'), "{html}: {comment}");
                text += &html;
            }
            Event::Start(Tag::Image { .. }) => panic!("{comment}"),
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with("https://github.com/safe-migration/"), "{comment}");
            }
            // What stands in code calls nobody.
            Event::Start(Tag::CodeBlock(_)) => in_block = true,
            Event::End(TagEnd::CodeBlock) => in_block = false,
            Event::Text(_) if in_block => {}
            Event::Text(part) => text += &part,
            Event::Start(_) | Event::End(_) | Event::Code(_) => text.push('\n'),
            _ => {}
        }
    }
    assert!(!text.contains("@everyone") && !text.contains("http://"), "{text}: {comment}");
}

/// What is left of HTML without the elements that the report itself writes.
fn without_ours(html: &str) -> String {
    let ours =
        ["<details open>", "<details>", "</details>", "<summary>", "</summary>", "<b>", "</b>"];
    let ours = ours.into_iter().chain(["<code>", "</code>"]);
    ours.fold(html.to_owned(), |html, element| html.replace(element, ""))
}

/// Runs every verb that reads in every format that it has.
fn every_verb(repo: &Repo) {
    let table: [(&[&str], &[&str]); 16] = [
        (
            &["check"],
            &[
                "text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown",
                "rdjson",
            ],
        ),
        (&["check", "--all", "--verbose"], &["text"]),
        (&["check", "--from", "main"], &["markdown"]),
        (&["audit"], &["text", "concise", "json", "sarif", "gitlab", "junit", "markdown"]),
        (&["audit", "main..work"], &["github"]),
        (&["check", "--all", "--statistics"], &["text"]),
        (&["graph", "--verbose"], &["text", "json", "mermaid", "dot"]),
        (&["operations"], &["text", "json"]),
        (&["operations", "--models"], &["text", "json"]),
        (&["drift"], &["text", "json"]),
        (&["init"], &[""]),
        (&["doctor"], &["text", "json"]),
        (&["verify"], &["text"]),
        (&["hook", "pre-commit"], &["text"]),
        (&["hook", "post-commit"], &["text"]),
        (&["install"], &[""]),
    ];
    for (verb, formats) in table {
        for format in formats {
            let chosen: &[&str] = if format.is_empty() { &[] } else { &["--format", format] };
            let arguments = [verb, chosen].concat();
            is_quiet(&repo.tool(&arguments), &arguments);
        }
    }
}

#[test]
fn no_field_of_a_migration_speaks() {
    let repo = project();
    repo.git(&["checkout", "-q", "-b", "work"]);
    let (name, line) = (literal(&words()), REST);
    let body = format!(
        "\"\"\"{line}\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
         revision = \"b2\"\ndown_revision = {name}\nbranch_labels = ({name},)\n\n\n\
         def upgrade():\n    # Backup plan: kept {line}\n    op.drop_table({name})\n    \
         # safe-migration: allow drop-column -- unread since {line}\n    op.drop_column({name}, {name})\n    \
         # safe-migration: allow {line} -- unread since until={line}\n    \
         op.add_column(\"users\", sa.Column({name}, sa.String, server_default={name}, nullable=False))  # {line}\n    \
         op.execute(f\"UPDATE users SET x = {{sa}} -- {line}\")\n    op.{}()\n    op.execute({name})\n\n\n\
         def downgrade():\n    raise NotImplementedError({name})\n",
        "rename_kolumn"
    );
    repo.write("alembic/versions/b2.py", &body);
    repo.write(format!("alembic/versions/c3{}.py", words().replace('/', "")).as_str(), bad("c3"));
    repo.write("alembic/versions/d4.py", bad("d4").replace("\"d4\"", &name));
    repo.git(&["add", "-A"]);
    every_verb(&repo);
    repo.command("git")
        .args(["commit", "-q", "--no-verify", "-m", &words()])
        .env("GIT_AUTHOR_NAME", REST)
        .env("GIT_COMMITTER_NAME", REST)
        .env("GIT_AUTHOR_EMAIL", REST)
        .output()
        .unwrap();
    repo.tool(&["hook", "post-commit"]);
    every_verb(&repo);
}

#[test]
fn no_field_of_settings_or_configuration_speaks() {
    let name = quoted(&words());
    let settings = [
        format!("upstream = {name}"),
        format!("testing = {name}"),
        format!("dialect = {name}"),
        format!("{name} = 1"),
        format!("start-after = [{name}]"),
        format!("projects = [{name}]"),
        format!("external-revisions = [{name}]"),
        format!("[severity]\n{name} = \"off\""),
        format!("[severity]\ndrop-table = {name}"),
        format!("[sizes]\n{name} = 3"),
        format!("[production]\npatterns = [{name}]"),
        format!("[verify]\npython = {name}"),
        format!("[project.{name}]\ntesting = \"off\""),
        format!("broken = [ # {REST}"),
    ];
    for text in settings {
        let repo = project();
        repo.git(&["checkout", "-q", "-b", "work"]);
        repo.write("safe-migration.toml", text);
        repo.write("alembic/versions/b2.py", bad("b2"));
        repo.git(&["add", "-A"]);
        let verbs =
            [("check", "text"), ("check", "json"), ("audit", "markdown"), ("doctor", "text")];
        for (verb, format) in verbs {
            is_quiet(&repo.tool(&[verb, "--format", format]), &[verb, "--format", format]);
        }
    }
    let repo = project();
    let section = REST.replace('\u{2028}', "");
    repo.write("alembic.ini", format!("[alembic]\nscript_location = alembic\nfile_template = {REST}\n[{section}]\nscript_location = x{REST}\n"));
    repo.write("alembic/env.py", format!("target = {}\n# {REST}\n", literal(&words())));
    repo.write("alembic/versions/b2.py", bad("b2"));
    repo.git(&["add", "-A"]);
    repo.git(&["branch", "work"]);
    every_verb(&repo);
}

#[test]
fn no_argument_speaks() {
    let repo = project();
    let words = words();
    let table: [&[&str]; 16] = [
        &["explain", &words],
        &["check", "--from", &words],
        &["check", "--from", "main", "--to", &words],
        &["check", "--trusted-config", &words],
        &["check", "--config", &words],
        &["check", "--dialect", &words],
        &["check", "--format", &words],
        &["check", &words],
        &["-C", &words],
        &["audit", &words],
        &["audit", "--since", &words],
        &["audit", "--author", &words],
        &["operations", &words],
        &["verify", &words],
        &["hook", &words],
        &[&words],
    ];
    for arguments in table {
        is_quiet(&repo.tool(arguments), arguments);
    }
    let option = format!("--{words}");
    is_quiet(&repo.tool(&[&option]), &[&option]);
}

#[test]
fn colour_is_all_that_a_terminal_is_told() {
    let repo = project();
    repo.write(
        "alembic/versions/b2.py",
        bad("b2").replace("\"email\"", &literal(&words())) + "# " + REST,
    );
    repo.git(&["add", "-A"]);
    let said = repo.tool(&["check", "--color", "always", "--verbose"]).ends_with(1).stdout;
    let styles = said.split('\u{1b}').skip(1);
    for style in styles {
        let (numbers, _) = style.strip_prefix('[').unwrap().split_once('m').unwrap();
        assert!(
            numbers.chars().all(|letter| letter.is_ascii_digit() || letter == ';'),
            "{numbers}"
        );
        assert!(numbers.split(';').all(|number| number != "8"), "{said}");
    }
    assert!(!said.contains('\u{9b}') && !said.contains('\u{202e}'));
}
