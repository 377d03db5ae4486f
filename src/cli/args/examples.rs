//! The examples that each verb's help shows.

/// `check`.
pub const CHECK: &str = "Examples:
  safe-migration check                          what is staged, as the hook judges it
  safe-migration check --all --statistics       a first look at a project: findings by rule
  safe-migration check alembic/versions         every migration of a folder, as it is on disk
  safe-migration check --diff                   safe forms that --fix would write
  safe-migration check --from origin/main --format github";

/// `verify`.
pub const VERIFY: &str = "Examples:
  safe-migration verify                         what is staged
  safe-migration verify 3f2a                    the revision whose id begins like this
  safe-migration verify --from origin/main      what a branch adds, as CI does";

/// `audit`.
pub const AUDIT: &str = "Examples:
  safe-migration audit origin/main..HEAD --fail
  safe-migration audit --since 2026-01-01 --format markdown";

/// `hook`.
pub const HOOK: &str = "Examples:
  safe-migration hook pre-commit
  safe-migration hook --strict pre-push origin git@example.com:shop.git";

/// `explain`.
pub const EXPLAIN: &str = "Examples:
  safe-migration explain                        all rules, by theme
  safe-migration explain drop-column            also `drop_column`, or `not-null-w`
  safe-migration explain drop-column --format markdown";

/// `graph`.
pub const GRAPH: &str = "Examples:
  safe-migration graph --verbose
  safe-migration graph 3f2a..9b01 --format mermaid
  safe-migration graph --format json";

/// `drift`.
pub const DRIFT: &str = "Examples:
  safe-migration drift                          what `alembic check` says, without a database
  safe-migration drift --format github";

/// `rebase`.
pub const REBASE: &str = "Examples:
  safe-migration rebase --dry-run               the diff, and nothing written
  safe-migration rebase                         write it; then git add, and commit";

/// `merge`.
pub const MERGE: &str = "Examples:
  safe-migration merge
  safe-migration merge 3f2a 9b01 -m \"merge accounts and billing\"";

/// `operations`.
pub const OPERATIONS: &str = "Examples:
  safe-migration operations alembic/versions/3f2a_add_email.py
  safe-migration operations 3f2a --format json
  safe-migration operations --models users      how the models of `users` were read";

/// `doctor`.
pub const DOCTOR: &str = "Examples:
  safe-migration doctor
  safe-migration -C ../shop doctor --format json";

/// `init`.
pub const INIT: &str = "Examples:
  safe-migration init                           what was found, what would be judged, what to write
  safe-migration init --dry-run                 every line of it
  safe-migration init --write";

/// `install`.
pub const INSTALL: &str = "Examples:
  safe-migration install
  safe-migration -C /srv/git/shop.git install   the pre-receive hook of a server";

/// `uninstall`.
pub const UNINSTALL: &str = "Examples:
  safe-migration uninstall
  safe-migration -C ../shop uninstall";

/// `server`.
pub const SERVER: &str = "Examples:
  safe-migration server
  safe-migration server --dialect postgresql";

/// `completions`.
pub const COMPLETIONS: &str = "Examples:
  safe-migration completions bash > ~/.local/share/bash-completion/completions/safe-migration
  safe-migration completions fish > ~/.config/fish/completions/safe-migration.fish";

/// `man`.
pub const MAN: &str = "Examples:
  safe-migration man | man -l -
  safe-migration man > ~/.local/share/man/man1/safe-migration.1";
