//! Whether the words of a plan deny that there is one, in whatever language a team writes.
//!
//! What negates is a closed class of words in every language, a handful each; so are the ways to say
//! that something is needed. A plan that says what it does has a part without them: "no downtime:
//! restored from the nightly dump" is a plan, "kein Backup nötig" is none.

use crate::rule::words;

/// Words that negate, of English, German, French, Spanish, Portuguese, Italian, Dutch, the
/// Scandinavian languages, Polish, Czech, Russian, Ukrainian, Turkish, Hungarian, Finnish,
/// Romanian, Indonesian and Vietnamese.
const NEGATIONS: &str = " no not never none nothing without nope nor neither cannot \
    nein nicht nichts ohne nie niemals pas sans jamais rien non sin nunca nada não nao sem senza \
    niente geen niet zonder nooit ingen inga inget intet inte ikke ikkje utan uden uten nie bez brak \
    není nejsou нет не без ничего нету нема немає yok değil nincs nem nélkül ei ilman nu fără \
    tidak tanpa không ";

/// Beginnings of words that negate.
const NEGATING: [&str; 12] = [
    "kein",
    "aucun",
    "ningun",
    "ningún",
    "nenhum",
    "nessun",
    "żadn",
    "žádn",
    "никак",
    "ніяк",
    "hiçbir",
    "niciun",
];

/// What negates in writing without spaces, and at the end of Korean words.
const UNSPACED: [&str; 14] = [
    "不",
    "没",
    "沒",
    "无",
    "無",
    "未",
    "ない",
    "なし",
    "ません",
    "ずに",
    "없",
    "않",
    "안함",
    "불필요",
];

/// Beginnings of words that say that something is needed, or that it applies.
const NEED: [&str; 41] = [
    "need",
    "requir",
    "necess",
    "applicab",
    "nötig",
    "noetig",
    "notwend",
    "benötig",
    "brauch",
    "gebraucht",
    "erforderlich",
    "nécess",
    "besoin",
    "requis",
    "utile",
    "neces",
    "requer",
    "falta",
    "precis",
    "serve",
    "servono",
    "nodig",
    "vereist",
    "behöv",
    "nødvendig",
    "nödvändig",
    "potrzeb",
    "wymag",
    "potřeb",
    "nutn",
    "нужн",
    "нужен",
    "требу",
    "надо",
    "необходим",
    "потріб",
    "gerek",
    "szükség",
    "tarvi",
    "nevoie",
    "perlu",
];

/// Beginnings of words for a copy, or for a plan of one.
const COPY: [&str; 27] = [
    "backup",
    "back-up",
    "backed",
    "dump",
    "snapshot",
    "copy",
    "copie",
    "copia",
    "cópia",
    "kopi",
    "kopie",
    "sicherung",
    "datensicherung",
    "sicherheitskopie",
    "sauvegard",
    "respaldo",
    "säkerhetskopi",
    "sikkerhetskopi",
    "sikkerhedskopi",
    "zálo",
    "бэкап",
    "бекап",
    "копи",
    "копі",
    "дамп",
    "yedek",
    "mentés",
];

/// What may be negated in a plan, since it is no part of what the plan is about.
const HARMLESS: [&str; 11] = [
    "downtime", "outage", "loss", "lost", "longer", "only", "later", "more", "lock", "locks",
    "impact",
];

/// Words that put off or point elsewhere, and say nothing by themselves.
const EMPTY: &str = " see above below later skip skipped ask will do does it ok okay fine yes whatever \
    trust me us lgtm dunno idk someday eventually somehow siehe oben unten später spaeter voir dessus \
    tard ver arriba después luego см выше позже потом ";

/// How many words that say something a plan has.
const LEAST: usize = 3;

/// Marks that end a part of a text in writing without spaces.
const MARKS: [char; 5] = ['，', '。', '；', '：', '、'];

/// Returns the words by which a plan says that none is needed or there; with `wholly` also those of a
/// text of which no part says what is done.
pub fn of_plan(text: &str, wholly: bool) -> Option<String> {
    let clauses = clauses(text);
    if let Some(denied) = clauses.iter().find_map(|clause| lacks(clause)) {
        return Some(denied);
    }
    let denied = clauses.iter().find_map(|clause| denies(clause)).filter(|_| wholly)?;
    let affirmed = clauses.iter().filter(|clause| denies(clause).is_none()).flatten();
    let affirmed: Vec<String> = affirmed.filter(|word| !is_empty(word)).cloned().collect();
    (words::count(&affirmed) < LEAST).then_some(denied)
}

/// Tells whether a word says nothing by itself.
pub fn is_empty(word: &str) -> bool {
    is_among(EMPTY, word)
}

/// The words of each part of a text; a mark inside of a word ends no part.
fn clauses(text: &str) -> Vec<Vec<String>> {
    let mut clauses: Vec<Vec<String>> = vec![Vec::new()];
    for word in text.replace(MARKS, ", ").split_whitespace() {
        if word.starts_with('(') || !word.contains(char::is_alphanumeric) {
            clauses.push(Vec::new());
        }
        if let Some(last) = clauses.last_mut() {
            last.extend(words::words(word));
        }
        if word.ends_with([',', ';', ':', '.', ')', '!', '?']) {
            clauses.push(Vec::new());
        }
    }
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

/// Finds a part that says of a copy or a need that it is not there, wherever that stands: `keine
/// Sicherung`, `not really needed`, `бэкап не нужен`, `that we need not`.
fn lacks(clause: &[String]) -> Option<String> {
    let is_what = |word: &String| begins(&NEED, word) || begins(&COPY, word);
    clause.iter().enumerate().filter(|(at, _)| negates(clause, *at)).find_map(|(at, word)| {
        let behind = clause.iter().skip(at + 1).take(2);
        let mut before = clause.iter().take(at).rev().take(3);
        let is_last = at + 1 == clause.len();
        let found =
            behind.into_iter().find(|word| is_what(word)).map(|other| format!("{word} {other}"));
        found.or_else(|| {
            before.find(|word| is_last && is_what(word)).map(|other| format!("{other} {word}"))
        })
    })
}

/// Tells by which words a part denies as a whole: it begins or ends with them.
fn denies(clause: &[String]) -> Option<String> {
    let first = clause.iter().position(|word| !words::is_light(word))?;
    let is_harmless = clause.get(first + 1).is_some_and(|word| HARMLESS.contains(&word.as_str()));
    if negates(clause, first) && !is_harmless {
        return Some(clause.iter().skip(first).take(2).cloned().collect::<Vec<_>>().join(" "));
    }
    let last = clause.len() - 1;
    negates(clause, last)
        .then(|| clause.iter().skip(last.max(1) - 1).cloned().collect::<Vec<_>>().join(" "))
}

fn negates(clause: &[String], at: usize) -> bool {
    let Some(word) = clause.get(at) else { return false };
    !is_place(clause, at)
        && (is_among(NEGATIONS, word)
            || begins(&NEGATING, word)
            || word.ends_with("n't")
            || UNSPACED.iter().any(|part| word.contains(part)))
}

/// Tells whether a `no` is the Portuguese for `in the`: `mantidos no backup`.
pub fn is_place(words: &[String], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| words.get(at));
    words.get(at).is_some_and(|word| word == "no")
        && before.is_some_and(|before| {
            before.chars().count() > 4
                && ["do", "da", "dos", "das"].iter().any(|end| before.ends_with(end))
        })
}

fn begins(beginnings: &[&str], word: &str) -> bool {
    beginnings.iter().any(|beginning| word.starts_with(beginning))
}

fn is_among(words: &str, word: &str) -> bool {
    words.split_whitespace().any(|other| other == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_one_in_any_language() {
        for text in [
            "no backup is needed here",
            "it is a cache and that is not really needed",
            "this we do not need",
            "kein Backup nötig für diese Tabelle",
            "eine Sicherung brauchen wir nicht",
            "Datensicherung: nicht erforderlich",
            "wird wohl nicht benötigt",
            "pas de sauvegarde pour cette table",
            "aucune sauvegarde n'est prévue",
            "la table est petite, pas besoin de plan",
            "no se necesita copia de seguridad",
            "sin respaldo por ahora",
            "não é necessário backup aqui",
            "non serve una copia qui",
            "er is geen back-up nodig",
            "det behövs ingen säkerhetskopia här",
            "kopia nie jest potrzebna tutaj",
            "záloha není potřeba teď",
            "резервная копия не нужна",
            "для этой таблицы бэкапа нет",
            "резервна копія не потрібна",
            "bu tablo için yedek yok",
            "不需要备份这个表",
            "このテーブルのバックアップは不要です",
            "이 테이블은 백업이 필요 없음",
            "nothing to be done here",
            "we never thought about it",
        ] {
            assert!(of_plan(text, true).is_some(), "{text}");
        }
    }

    #[test]
    fn a_plan_is_one_though_it_says_no() {
        for text in [
            "nightly dump kept 30 days",
            "no downtime: restored from the nightly dump",
            "restored without downtime from the nightly dump",
            "nothing is lost, users_old keeps the rows",
            "rows that are no longer read are exported to s3://archive first",
            "users that never logged in are copied to users_archive",
            "embeddings are made again from the text by the re-embed job",
            "the table is in the nightly dump of 2026-05-01",
            "nächtlicher Dump, 30 Tage aufbewahrt, ohne Ausfall",
            "Tabelle users_alt behält die Zeilen ein Jahr lang",
            "sauvegardé chaque nuit à Zürich",
            "instantané RDS avant le déploiement, gardé 30 jours",
            "volcado nocturno guardado 30 días en S3",
            "dados mantidos no backup noturno por 30 dias",
            "dump notturno conservato per 30 giorni",
            "nachtelijke dump, 30 dagen bewaard",
            "nattlig dump sparas i 30 dagar",
            "nocny zrzut trzymany 30 dni",
            "ночной дамп хранится 30 дней",
            "yedekler 30 gün saklanır",
            "每晚备份到S3，保留30天，无停机",
            "毎晩のダンプをS3に30日間保存",
            "매일 밤 덤프를 30일 보관",
        ] {
            assert_eq!(of_plan(text, true), None, "{text}");
        }
    }
}
