//! A short share of fuzzing with a fixed seed: what is read is broken in many ways, and nothing
//! stops. `fuzz/README.md` says how to run more.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

#[path = "../../../fuzz/targets.rs"]
#[expect(unreachable_pub, reason = "the fuzzers are programs of their own")]
mod targets;

use targets::{TARGETS, Target};

/// How many broken files each target is given, unless the environment says otherwise.
const SHARE: usize = 150;

/// The stack of a thread that fuzzes: a test's.
const STACK: usize = 2 << 20;

/// Words that stand in files of the project.
const WORDS: [&str; 24] = [
    "op.",
    "sa.Column(",
    "\"",
    "'''",
    "\"\"\"",
    "(",
    ")",
    "[",
    "{",
    "}",
    "\n    ",
    "\\",
    "\0",
    "\r",
    "é",
    "启",
    "\u{202e}",
    "--",
    "/*",
    "$$",
    ";",
    "# safe-migration: allow ",
    "until=",
    "= [",
];

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides.max(1) as u64).unwrap()
    }
}

/// Whole files to begin with: the examples, and what stands around them.
fn corpus() -> Vec<Vec<u8>> {
    let mut files = vec![
        b"[alembic]\nscript_location = %(here)s/alembic\n[post_write_hooks]\nhooks = a\n".to_vec(),
        b"testing = \"off\"\n[severity]\ndrop-table = \"off\"\n[sizes]\nusers = 3\n".to_vec(),
        b"[tool.safe-migration]\nupstream = \"main\"\n[tool.safe-migration.project.\"a\"]\n"
            .to_vec(),
        b"DIRC\0\0\0\x02\0\0\0\0TREE\0\0\0\x19\x000 0\n01234567890123456789abcdefghijklmnopqrst"
            .to_vec(),
        b"100644 a.py\x0012345678901234567890040000 b\x0098765432109876543210".to_vec(),
        b"tree 0123456789012345678901234567890123456789\nauthor A <a@b> 1 +0000\n\nx\n".to_vec(),
        br#"{"schema":1,"at":"x","rewritten":"a","into":"b"}"#.to_vec(),
        b"::error::x\n##[error]\x1b[31m`code` @all <img>".to_vec(),
    ];
    for rule in safe_migration::rules::RULES {
        files.extend([rule.example.bad, rule.example.good].map(|text| text.as_bytes().to_vec()));
    }
    files.sort();
    files
}

/// Breaks a file in a few ways.
fn broken(corpus: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = corpus[dice.throw(corpus.len())].clone();
    for _ in 0..=dice.throw(6) {
        let at = dice.throw(bytes.len() + 1);
        let end = (at + dice.throw(40)).min(bytes.len());
        match dice.throw(6) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let piece = bytes[at..end].to_vec();
                let times = 1 + dice.throw(200);
                bytes.splice(at..at, piece.repeat(times));
            }
            2 => {
                let word = WORDS[dice.throw(WORDS.len())].as_bytes();
                bytes.splice(at..at, word.iter().copied());
            }
            3 => bytes[at..end].iter_mut().for_each(|byte| *byte ^= 1 << dice.throw(8)),
            4 => bytes.truncate(at),
            _ => {
                let other = &corpus[dice.throw(corpus.len())];
                let from = dice.throw(other.len() + 1);
                bytes.splice(at..at, other[from..].iter().copied().take(300));
            }
        }
    }
    bytes
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// How long a target is fuzzed.
#[derive(Clone, Copy)]
enum Share {
    Files(usize),
    Time(Duration),
}

impl Share {
    fn wanted() -> Self {
        match number("SAFE_MIGRATION_FUZZ_SECONDS", 0) {
            0 => Share::Files(number("SAFE_MIGRATION_FUZZ", SHARE)),
            seconds => Share::Time(Duration::from_secs(seconds as u64)),
        }
    }

    fn is_over(self, round: usize, begun: Instant) -> bool {
        match self {
            Share::Files(files) => round >= files,
            Share::Time(time) => begun.elapsed() >= time,
        }
    }
}

/// Gives a target its share of broken files, the same for the same seed, and counts them.
fn fuzzed((name, target): &Target, corpus: &[Vec<u8>], share: Share) -> usize {
    let seed = number("SAFE_MIGRATION_SEED", 1) as u64;
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ (seed << 8 | name.len() as u64));
    let (begun, mut round) = (Instant::now(), 0);
    while !share.is_over(round, begun) {
        let bytes = broken(corpus, &mut dice);
        let stopped = catch_unwind(AssertUnwindSafe(|| target(&bytes))).is_err();
        assert!(!stopped, "{name}, round {round}: {:?}", String::from_utf8_lossy(&bytes));
        round += 1;
    }
    round
}

#[test]
fn files_that_are_broken_in_any_way_stop_nothing() {
    let corpus = corpus();
    assert!(corpus.len() > 100);
    let (share, next) = (Share::wanted(), AtomicUsize::new(0));
    let work = || {
        while let Some(target) = TARGETS.get(next.fetch_add(1, Ordering::Relaxed)) {
            let files = fuzzed(target, &corpus, share);
            let _ = writeln!(std::io::stderr(), "{}: {files} files", target.0);
            assert!(files > 0);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap();
        }
    });
}

#[test]
fn every_target_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        assert!(folder.join("fuzz_targets").join(format!("{name}.rs")).is_file(), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
