//! Whether words that excuse something say something.
//!
//! A plan lowers a finding and a waiver takes it away, so both are held to their words: a dot, a
//! placeholder, a denial or our own template is none.

use crate::rule::denial;
use crate::rule::words::{count, is_light, visible, words};

/// What is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// `Backup plan:`.
    Backup,
    /// `Deploy window:`.
    Window,
    /// `Irreversible:`.
    Irreversible,
    /// The reason of a waiver.
    Waiver,
}

/// Why words say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hollow {
    /// They are too few.
    Few(usize),
    /// They hold the place of others: `todo`, `<why>`.
    Placeholder(String),
    /// They say that there is nothing to say: `no backup`, `we do not know`.
    Denial(String),
    /// They are the words of our own template.
    Template,
}

/// Words that stand where others should, wherever they stand.
const PLACEHOLDERS: [&str; 12] =
    ["n/a", "na", "n.a", "n.v.t", "entfällt", "todo", "tbd", "tba", "tbc", "fixme", "xxx", "lorem"];

/// Words that do so where they come first.
const FIRST: [&str; 3] = ["none", "nothing", "nil"];

/// Pairs of words that deny, where only words without weight stand before them.
const DENIALS: [[&str; 2]; 22] = [
    ["not", "needed"],
    ["not", "need"],
    ["don't", "need"],
    ["no", "need"],
    ["needs", "no"],
    ["need", "no"],
    ["not", "required"],
    ["not", "necessary"],
    ["not", "know"],
    ["don't", "know"],
    ["dont", "know"],
    ["not", "known"],
    ["no", "idea"],
    ["not", "sure"],
    ["no", "plan"],
    ["no", "plans"],
    ["no", "reason"],
    ["no", "window"],
    ["not", "applicable"],
    ["not", "decided"],
    ["be", "decided"],
    ["be", "determined"],
];

/// Pairs that deny a backup wherever they stand.
const NO_BACKUP: [[&str; 2]; 6] = [
    ["no", "backup"],
    ["no", "backups"],
    ["without", "backup"],
    ["without", "backups"],
    ["not", "needed"],
    ["not", "backed"],
];

/// Pairs that say of a plan that it is not there yet, where only words without weight stand before.
const LACKING: [[&str; 2]; 7] = [
    ["don't", "have"],
    ["dont", "have"],
    ["not", "have"],
    ["not", "yet"],
    ["see", "later"],
    ["decide", "later"],
    ["hope", "for"],
];

/// What this program itself writes where words of others belong; `*` stands for names.
const TEMPLATES: [&str; 10] = [
    "where the data is kept and how it comes back",
    "where the rows of * are kept and for how long",
    "where the values of * are kept and for how long",
    "when nobody uses it and who runs it",
    "when no code that says the old name runs",
    "why there is no way back and what is done instead",
    "the reason",
    "why it is safe here",
    "why it is safe",
    "say why it is safe here",
];

/// Tells why words say nothing; nothing where they say something.
pub fn hollow(text: &str, claim: Claim) -> Option<Hollow> {
    let text = visible(text);
    if let Some(held) = angled(&text) {
        return Some(Hollow::Placeholder(held));
    }
    let words = words(&text);
    if let Some(word) = placeholder(&words) {
        return Some(Hollow::Placeholder(word));
    }
    if TEMPLATES.iter().any(|template| is_template(template, &words)) {
        return Some(Hollow::Template);
    }
    let of_plan = match claim {
        Claim::Backup | Claim::Window => denial::of_plan(&text, claim == Claim::Backup),
        Claim::Irreversible | Claim::Waiver => None,
    };
    if let Some(denial) = denial(&words, claim).or(of_plan) {
        return Some(Hollow::Denial(denial));
    }
    let least = if claim == Claim::Waiver { 2 } else { 3 };
    let said: Vec<String> = words.into_iter().filter(|word| !denial::is_empty(word)).collect();
    (count(&said) < least).then_some(Hollow::Few(least))
}

/// A placeholder in angle brackets: `<why>`.
fn angled(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('<')?;
    let (held, _) = rest.split_once('>')?;
    let starts = held
        .chars()
        .next()
        .is_some_and(|letter| letter.is_alphabetic() || matches!(letter, '.' | '…'));
    starts.then(|| format!("<{held}>"))
}

fn placeholder(words: &[String]) -> Option<String> {
    let first = words.first().filter(|word| FIRST.contains(&word.as_str()));
    let heavy = words.iter().find(|word| !is_light(word));
    let first = first.or(heavy.filter(|word| *word == "none"));
    first.or_else(|| words.iter().find(|word| PLACEHOLDERS.contains(&word.as_str()))).cloned()
}

fn is_template(template: &str, words: &[String]) -> bool {
    let expected: Vec<&str> = template.split(' ').collect();
    expected.len() == words.len()
        && expected.iter().zip(words).all(|(expected, word)| *expected == "*" || expected == word)
}

fn denial(words: &[String], claim: Claim) -> Option<String> {
    words.windows(2).enumerate().find_map(|(at, pair)| {
        let [one, other] = pair else { return None };
        if denial::is_place(words, at) {
            return None;
        }
        let is = |pairs: &[[&str; 2]]| pairs.iter().any(|[a, b]| a == one && b == other);
        let is_first = || words[..at].iter().all(|word| is_light(word));
        let is_plan = matches!(claim, Claim::Backup | Claim::Window);
        let denies = claim == Claim::Backup && is(&NO_BACKUP)
            || is_plan && is(&LACKING) && is_first()
            || (is(&DENIALS) || is(&NO_BACKUP)) && is_first();
        denies.then(|| format!("{one} {other}"))
    })
}

impl Hollow {
    /// Says it as a clause that follows the words.
    pub fn clause(&self) -> String {
        match self {
            Hollow::Few(least) => {
                let least = if *least == 2 { "two" } else { "three" };
                format!("has fewer than {least} words that say something")
            }
            Hollow::Placeholder(word) => format!("holds a place for words (`{word}`)"),
            Hollow::Denial(words) => format!("says that there is none (`{words}`)"),
            Hollow::Template => "repeats the template word for word".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_say_nothing_are_known_by_why() {
        use Claim::{Backup, Irreversible, Waiver, Window};
        let few = |least| Some("few".to_owned() + &format!("{least}"));
        let table: [(Claim, &str, Option<String>); 39] = [
            (Waiver, ".", few(2)),
            (Waiver, "---", few(2)),
            (Waiver, "x", few(2)),
            (Waiver, "x y z", few(2)),
            (Waiver, "fine fine fine", few(2)),
            (Waiver, "\u{200b} \u{200b}", few(2)),
            (Waiver, "todo", Some("todo".to_owned())),
            (Waiver, "TODO: ask somebody", Some("todo".to_owned())),
            (Waiver, "to\u{200b}do later", Some("todo".to_owned())),
            (Waiver, "n/a for this one", Some("n/a".to_owned())),
            (Waiver, "<the reason>", Some("<the reason>".to_owned())),
            (Waiver, "the reason", Some("template".to_owned())),
            (Waiver, "we do not know yet", Some("not know".to_owned())),
            (Waiver, "we don’t know", Some("don't know".to_owned())),
            (Waiver, "unread since 2024", None),
            (Waiver, "400 rows, written once a day", None),
            (Waiver, "the column is not needed since 4.2", None),
            (Waiver, "no code reads it", None),
            (Waiver, "rows < 100 and writers > 1 day apart", None),
            (Waiver, "该列自2024年起未读取", None),
            (Waiver, "列", few(2)),
            (Backup, "no backup needed here", Some("no backup".to_owned())),
            (Backup, "it is a cache, not needed", Some("not needed".to_owned())),
            (Backup, "n/a for this one", Some("n/a".to_owned())),
            (Backup, "none needed at all", Some("none".to_owned())),
            (Backup, "there is none whatsoever", Some("none".to_owned())),
            (Backup, "we don't have any backups", Some("don't have".to_owned())),
            (Backup, "we will see later", Some("see later".to_owned())),
            (Waiver, "we don't have code that reads it", None),
            (Irreversible, "we don't have the old values any more", None),
            (Backup, "two words", few(3)),
            (Backup, "nightly dump kept 30 days", None),
            (
                Backup,
                "where the rows of app.users are kept, and for how long",
                Some("template".to_owned()),
            ),
            (Backup, "<where the data is kept>", Some("<where the data is kept>".to_owned())),
            (Window, "to be decided later", Some("be decided".to_owned())),
            (Window, "Sunday 02:00 to 03:00 UTC", None),
            (Window, "when nobody uses it, and who runs it", Some("template".to_owned())),
            (Irreversible, "the old values are gone", None),
            (Irreversible, "we do not know yet", Some("not know".to_owned())),
        ];
        for (claim, text, expected) in table {
            let found = hollow(text, claim).map(|hollow| match hollow {
                Hollow::Few(least) => format!("few{least}"),
                Hollow::Placeholder(word) | Hollow::Denial(word) => word,
                Hollow::Template => "template".to_owned(),
            });
            assert_eq!(found, expected, "{claim:?}: {text}");
        }
    }
}
