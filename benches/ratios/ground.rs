//! The repositories that are measured: made again by each run, of nothing but this file.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const INI: &str =
    "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql+psycopg://localhost/app\n";
const ENV: &str = "from alembic import context\n\ncontext.configure(url='postgresql://')\nwith context.begin_transaction():\n    context.run_migrations()\n";

/// Where the repositories lie, and an empty program.
pub(crate) struct Repositories {
    folder: TempDir,
}

impl Repositories {
    pub(crate) fn lay() -> Self {
        let ground =
            Repositories { folder: TempDir::new().expect("a folder for what is measured") };
        for files in [100_000, 300_000] {
            ground.repository(&format!("{files}"), &[tracked(files), project(3)].concat(), &[]);
        }
        ground.repository("500", &project(500), &[]);
        ground.repository("5000", &project(5_000), &[]);
        ground.repository("commits", &[tracked(100_000), project(3)].concat(), &thousand());
        ground.empty_program();
        ground
    }

    /// Makes a repository of a project with so many revisions.
    pub(crate) fn project(&self, name: &str, revisions: usize) {
        self.repository(name, &project(revisions), &[]);
    }

    /// Makes a repository of so many files, with a project of three revisions.
    pub(crate) fn tracked(&self, name: &str, files: usize) {
        self.repository(name, &[tracked(files), project(3)].concat(), &[]);
    }

    /// Makes a repository of so many commits, one in ten of which makes a migration.
    pub(crate) fn committed(&self, name: &str, commits: usize) {
        let commit = |number: usize| match number % 10 {
            0 => (path(number / 10 + 3), migration(number / 10 + 3)),
            _ => (format!("src/f{}.txt", number % 100), format!("{number}\n")),
        };
        let later: Vec<(String, String)> = (0..commits).map(commit).collect();
        self.repository(name, &project(3), &later);
    }

    /// Makes a repository whose last commit makes so many revisions.
    pub(crate) fn branched(&self, name: &str, revisions: usize) {
        let (base, all) = (project(3), project(3 + revisions));
        let later: Vec<_> = all.into_iter().filter(|file| !base.contains(file)).collect();
        self.commits(name, &[&base, &later]);
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Stages a file in place of what the index held of it, and leaves the trees of the index valid
    /// or not.
    pub(crate) fn stage(&self, repository: &str, path: &str, text: &str, trees: Trees) {
        let at = self.at(repository);
        let blob = given(&at, &["hash-object", "-w", "--stdin"], text);
        git(&at, &["read-tree", "HEAD"]);
        git(
            &at,
            &["update-index", "--add", "--cacheinfo", &format!("100644,{},{path}", blob.trim())],
        );
        if matches!(trees, Trees::Written) {
            git(&at, &["write-tree"]);
        }
    }

    /// A repository of these files, then a commit for each of `later`; its objects are packed.
    pub(crate) fn repository(
        &self,
        name: &str,
        files: &[(String, String)],
        later: &[(String, String)],
    ) {
        let commits: Vec<&[(String, String)]> =
            [files].into_iter().chain(later.chunks(1)).collect();
        self.commits(name, &commits);
    }

    /// A repository of commits, each of which makes some files; its objects are packed.
    fn commits(&self, name: &str, commits: &[&[(String, String)]]) {
        let at = self.at(name);
        std::fs::create_dir(&at).expect("a folder");
        git(&at, &["init", "-q", "-b", "main"]);
        let mut stream = String::new();
        for (number, commit) in commits.iter().enumerate() {
            let _ = write!(
                stream,
                "commit refs/heads/main\ncommitter a <a@example.org> {number} +0000\ndata 1\nm\n"
            );
            for (path, text) in *commit {
                let _ = write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
            }
        }
        given(&at, &["-c", "core.compression=1", "fast-import", "--quiet"], &stream);
        git(&at, &["reset", "-q", "--mixed", "--no-refresh"]);
        git(&at, &["read-tree", "HEAD"]);
    }

    fn empty_program(&self) {
        let source = self.at("empty.rs");
        std::fs::write(&source, "fn main() {}\n").expect("a source file");
        let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
        let mut command = Command::new(rustc);
        command.arg("-Copt-level=3").arg("-o").arg(self.at("empty")).arg(source);
        assert!(
            command.status().is_ok_and(|status| status.success()),
            "rustc makes an empty program"
        );
    }
}

/// Whether the index holds the trees that it would be written as, as it does inside of `git
/// commit`.
pub(crate) enum Trees {
    Written,
    Stale,
}

/// A migration that asks nothing of the history.
pub(crate) fn migration(number: usize) -> String {
    let (id, parent) = (
        name(number),
        if number == 0 { "None".to_owned() } else { format!("'{}'", name(number - 1)) },
    );
    format!(
        "\"\"\"table {number}\n\nRevision ID: {id}\nCreate Date: 2026-01-01 00:00:00\n\n\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\n\
         # revision identifiers, used by Alembic.\nrevision = '{id}'\ndown_revision = {parent}\nbranch_labels = None\ndepends_on = None\n\n\n\
         def upgrade():\n    # ### commands auto generated by Alembic - please adjust! ###\n    op.create_table(\n        'table_{number}',\n        \
         sa.Column('id', sa.Integer(), nullable=False),\n        sa.Column('name', sa.String(length=80), nullable=True),\n        \
         sa.Column('amount', sa.Numeric(10, 2), server_default='0', nullable=False),\n        \
         sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),\n        \
         sa.PrimaryKeyConstraint('id', name='table_{number}_pkey'),\n        sa.UniqueConstraint('name', name='table_{number}_name_key'),\n    )\n    \
         op.execute(\"UPDATE table_{number} SET name = 'x' WHERE name IS NULL\")\n    # ### end Alembic commands ###\n\n\n\
         def downgrade():\n    # ### commands auto generated by Alembic - please adjust! ###\n    op.drop_table('table_{number}')\n    # ### end Alembic commands ###\n"
    )
}

/// The second migration, which adds columns to the first table and takes them away again.
pub(crate) fn columns(number: usize) -> String {
    let add = |at| format!("op.add_column('table_0', sa.Column('c{at}', sa.Integer()))\n    ");
    let drop = |at| format!("op.drop_column('table_0', 'c{at}')\n    ");
    let half = number / 2;
    second(&(0..half).map(add).collect::<String>(), &(0..half).map(drop).collect::<String>())
}

/// The second migration, which drops columns: a finding each.
pub(crate) fn drops(number: usize) -> String {
    let drop = |at| format!("op.drop_column('table_0', 'c{at}')\n    ");
    second(&(0..number).map(drop).collect::<String>(), "")
}

fn second(upgrade: &str, downgrade: &str) -> String {
    format!(
        "\"\"\"more\"\"\"\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = '{}'\ndown_revision = '{}'\n\n\n\
         def upgrade():\n    {upgrade}pass\n\n\ndef downgrade():\n    {downgrade}pass\n",
        name(1),
        name(0)
    )
}

/// The path of a migration.
pub(crate) fn path(number: usize) -> String {
    format!("alembic/versions/{}_table_{number}.py", name(number))
}

fn name(number: usize) -> String {
    format!("{:012x}", (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16)
}

fn project(revisions: usize) -> Vec<(String, String)> {
    let own = [("alembic.ini", INI), ("alembic/env.py", ENV)]
        .map(|(path, text)| (path.to_owned(), text.to_owned()));
    own.into_iter().chain((0..revisions).map(|number| (path(number), migration(number)))).collect()
}

fn tracked(files: usize) -> Vec<(String, String)> {
    let file = |number: usize| {
        format!("src/d{:03}/d{:02}/f{number}.txt", number / 1_000, number / 50 % 20)
    };
    (0..files).map(|number| (file(number), "text\n".to_owned())).collect()
}

/// A thousand commits, one in fifty of which makes a migration.
fn thousand() -> Vec<(String, String)> {
    let other = |number: usize| {
        (
            format!("src/d{:03}/d00/f{}.txt", number % 100, number % 100 * 1_000),
            format!("{number}\n"),
        )
    };
    let commit = |number: usize| {
        if number.is_multiple_of(50) {
            (path(number / 50 + 3), migration(number / 50 + 3))
        } else {
            other(number)
        }
    };
    (0..1_000).map(commit).collect()
}

/// Runs git in a folder, with nothing of this machine's settings.
pub(crate) fn git(at: &Path, arguments: &[&str]) {
    given(at, arguments, "");
}

fn given(at: &Path, arguments: &[&str], input: &str) -> String {
    let mut command = Command::new("git");
    command
        .args(arguments)
        .current_dir(at)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git starts");
    child.stdin.take().expect("git reads").write_all(input.as_bytes()).expect("git reads it all");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {arguments:?}");
    String::from_utf8(output.stdout).expect("git answers in text")
}
