//! What keeps a verb from answering, and what to do about it.

use std::io;
use std::path::PathBuf;

use crate::change;
use crate::git;
use crate::scratch;

/// Why a verb could not answer. Everything here ends in exit status 2.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `-C` names a folder that cannot be entered.
    #[error("`{path}` cannot be entered: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// No rule has this name.
    #[error("no rule is called `{id}`")]
    UnknownRule {
        /// The name.
        id: String,
        /// A rule whose name is near.
        nearest: Option<&'static str>,
    },
    /// Several rules begin with this word.
    #[error("several rules begin with `{id}`")]
    SeveralRules {
        /// The word.
        id: String,
        /// The rules.
        candidates: String,
    },
    /// Revisions cannot be moved or merged.
    #[error("{why}")]
    Refused {
        /// Why.
        why: String,
        /// What to do instead.
        hint: String,
    },
    /// No model is among what is staged.
    #[error("no model of SQLAlchemy is among what is staged")]
    NoModels,
    /// `drift` is given a folder.
    #[error("`drift` compares all models of what is staged; `{folder}` is no argument of it")]
    DriftOfFolder {
        /// What was typed.
        folder: String,
    },
    /// `drift` is asked to mend.
    #[error("`drift` writes nothing: which side is right is not known to it")]
    DriftToFix,
    /// No model has this name.
    #[error("`{name}` is no table, file or folder of models that were read")]
    NoSuchModel {
        /// The name.
        name: String,
    },
    /// No branch is known that others have.
    #[error("no upstream branch is known here: what is to be followed?")]
    NoUpstream,
    /// A file of the work tree holds something that is not staged.
    #[error("`{path}` is not as it is staged")]
    Unstaged {
        /// The file.
        path: String,
    },
    /// A file stands where one would be written.
    #[error("`{path}` stands in the way")]
    Taken {
        /// The file.
        path: String,
    },
    /// No revision that is staged has this id.
    #[error("no revision begins with `{id}`")]
    UnknownRevision {
        /// The id.
        id: String,
    },
    /// Nothing could be rehearsed.
    #[error(transparent)]
    Scratch(#[from] scratch::error::Error),
    /// The repository could not be read.
    #[error(transparent)]
    Git(#[from] git::error::Error),
    /// What is asked about could not be read.
    #[error(transparent)]
    Change(#[from] change::error::Error),
    /// A file could not be read or written.
    #[error("`{}`: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Nothing of this name is a migration of the staged tree.
    #[error("`{path}` is no migration of what is staged")]
    NoSuchMigration {
        /// The name.
        path: String,
    },
    /// Two foreign hooks claim one place.
    #[error("`{}` is not ours, and `{}` is kept from an earlier install \
        already", hook.display(), kept.display())]
    HookInTheWay {
        /// The hook that stands there.
        hook: PathBuf,
        /// The hook that is kept.
        kept: PathBuf,
    },
    /// `core.hooksPath` leads out of this repository.
    #[error("hooks are run from `{}`, which serves other repositories too", folder.display())]
    SharedHooks {
        /// The folder.
        folder: PathBuf,
    },
    /// Husky owns the hooks.
    #[error("husky owns the hooks of this repository and rewrites `{}`", folder.display())]
    HuskyFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// Something that the tree names is not in the repository.
    #[error("`{what}` could not be read: {why}")]
    Missing {
        /// The path or id.
        what: String,
        /// Why, in one clause.
        why: String,
    },
    /// Nothing can be proposed for a repository without a project.
    #[error("no Alembic project is among what is staged")]
    NoProject,
    /// A file that would be fixed is not what was judged.
    #[error("`{path}` holds changes that are not staged, so it is not fixed")]
    NotAsJudged {
        /// The file.
        path: String,
    },
    /// Counts have two forms.
    #[error("`--statistics` has no such format")]
    NoStatistics,
    /// Only one format counts its lines.
    #[error("`--lines` is for `--format concise`")]
    NoLines,
    /// The report could not be written.
    #[error("the report cannot be written: {0}")]
    Output(#[from] io::Error),
}

impl Error {
    /// Returns what to do next, where something can be done.
    pub fn hint(&self) -> Option<String> {
        match self {
            Error::Folder { .. } => Some("name an existing folder behind `-C`".to_owned()),
            Error::UnknownRule { nearest: Some(near), .. } => Some(format!(
                "did you mean \
                `{near}`?"
            )),
            Error::UnknownRule { nearest: None, .. } => Some(
                "`safe-migration explain` lists the \
                rules"
                    .to_owned(),
            ),
            Error::SeveralRules { candidates, .. } => Some(format!("one of {candidates}")),
            Error::Refused { hint, .. } => Some(hint.clone()),
            Error::NoUpstream => {
                Some("name it in the settings: upstream = \"origin/main\"".to_owned())
            }
            Error::Unstaged { .. } => {
                Some("stage its changes (git add) or take them back (git restore)".to_owned())
            }
            Error::Taken { .. } => Some("move it out of the way".to_owned()),
            Error::UnknownRevision { .. } => Some(
                "`safe-migration graph --verbose` lists the revisions of what is \
                    staged"
                    .to_owned(),
            ),
            Error::Scratch(error) => Some(error.hint()),
            Error::Git(error) => Some(error.hint()),
            Error::Change(error) => Some(error.hint()),
            Error::File { .. } => Some("see who owns it and whether there is room".to_owned()),
            Error::NoSuchMigration { .. } => Some(
                "`git add` it if it is new; `safe-migration graph --verbose` lists what is \
                    there"
                    .to_owned(),
            ),
            Error::HookInTheWay { .. } => Some(
                "keep one of the two, remove the other, and install \
                again"
                    .to_owned(),
            ),
            Error::SharedHooks { .. } => Some(
                "let each hook there end with `safe-migration hook NAME \"$@\"`, \
                 or give this repository its own: git config --local core.hooksPath .git/hooks"
                    .to_owned(),
            ),
            Error::HuskyFolder { .. } => Some(
                "add the line `safe-migration hook NAME \"$@\"` to `.husky/NAME` for pre-commit, \
                 pre-merge-commit, pre-push, post-commit, post-merge and post-rewrite; without \
                 `.husky/_`, as in a work tree in which nothing was installed, husky runs no hook \
                 at all"
                    .to_owned(),
            ),
            Error::Missing { .. } => Some(
                "fetch what is missing, or repair the repository with \
                `git fsck`"
                    .to_owned(),
            ),
            Error::NoModels => Some(
                "name the folders with models: `models = [\"app\"]` in \
                 `[tool.safe-migration]`"
                    .to_owned(),
            ),
            Error::DriftOfFolder { folder } => Some(format!(
                "name it in the settings: `models = [\"{folder}\"]` in \
                 `[tool.safe-migration]`; `-C DIR` goes to another repository"
            )),
            Error::DriftToFix => Some(
                "`alembic revision --autogenerate -m \"...\"` writes a migration for what models \
                 say; where the migrations are right, mend the lines that `drift` names"
                    .to_owned(),
            ),
            Error::NoSuchModel { .. } => Some(
                "`safe-migration operations --models` lists those that were read, and what could \
                 not be"
                    .to_owned(),
            ),
            Error::NoProject => Some(
                "`git add` its alembic.ini, env.py and revisions; `safe-migration doctor` says \
                 what was looked for"
                    .to_owned(),
            ),
            Error::NotAsJudged { path } => Some(format!(
                "git add {path}, or judge what is on disk: safe-migration check --fix \
                    {path}"
            )),
            Error::NoStatistics => Some("write `--format text` or `--format json`".to_owned()),
            Error::NoLines => {
                Some("write `--format concise`, or `--statistics` for a count by rule".to_owned())
            }
            Error::Output(_) => None,
        }
    }
}
