//! What is meant by a word that this program does not have, and others do.

use clap::error::{ContextKind, ContextValue};

/// Words of other programs, with the verb that does it here.
const VERBS: [(&str, &str); 10] = [
    ("fix", "check --fix"),
    ("lint", "check"),
    ("review", "check"),
    ("scan", "check --all"),
    ("rules", "explain"),
    ("version", "--version"),
    ("status", "doctor"),
    ("history", "graph"),
    ("heads", "graph"),
    ("test", "verify"),
];

/// Options of other programs, with what says it here.
const OPTIONS: [(&str, &str); 5] = [
    ("--json", "--format json"),
    ("--sarif", "--format sarif"),
    ("--since", "--from"),
    ("--base", "--from"),
    // Of the verbs that take a range as it is.
    ("--from", "BASE..HEAD"),
];

/// Words of Alembic and of git, with a sentence about what is done here.
const SENTENCES: [(&str, &str); 7] = [
    (
        "upgrade",
        "`alembic upgrade` changes your database; `safe-migration verify` upgrades and downgrades a \
         scratch one",
    ),
    (
        "downgrade",
        "`alembic downgrade` changes your database; `safe-migration verify` upgrades and downgrades \
         a scratch one",
    ),
    (
        "stamp",
        "`alembic stamp` marks your database; this program never writes to it, and \
         `safe-migration verify` stamps a scratch one by itself",
    ),
    ("revision", "`alembic revision` writes a migration; `safe-migration check` reviews it"),
    ("current", "`alembic current` asks your database; `safe-migration graph` shows the revisions"),
    ("--staged", "`safe-migration check` reviews what is staged: leave `--staged` out"),
    ("--cached", "`safe-migration check` reviews what is staged: leave `--cached` out"),
];

/// Proposes what is meant in place of what only looks like it.
pub(super) fn propose(refusal: &mut clap::Error) {
    // A path or revision may follow, so clap proposes `-- --all` to who asked for `--all`.
    refusal.remove(ContextKind::Suggested);
    let tables = [
        (ContextKind::InvalidSubcommand, ContextKind::SuggestedSubcommand, &VERBS[..]),
        (ContextKind::InvalidArg, ContextKind::SuggestedArg, &OPTIONS[..]),
    ];
    for (said, proposed, words) in tables {
        let Some(ContextValue::String(word)) = refusal.get(said) else { continue };
        if let Some((_, sentence)) = SENTENCES.iter().find(|(other, _)| other == word) {
            let sentence = ContextValue::StyledStrs(vec![(*sentence).into()]);
            refusal.insert(ContextKind::Suggested, sentence);
            return;
        }
        let meant = words.iter().find(|(other, _)| other == word).map(|(_, meant)| *meant);
        let Some(meant) = meant.map(str::to_owned) else { continue };
        let value = match proposed {
            ContextKind::SuggestedSubcommand => ContextValue::Strings(vec![meant]),
            _ => ContextValue::String(meant),
        };
        refusal.insert(proposed, value);
    }
}
