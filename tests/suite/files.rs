//! Files as they come: encodings, names, links, submodules. What Alembic loads is judged; what it
//! does not load is not, and is said where it looks as if it were meant.

use crate::common::Repo;
use crate::common::project::{bad, project};

/// Stages a file of bytes in the version folder and returns what is said of the change.
fn said(repo: &Repo, path: &str, bytes: &[u8], status: i32) -> String {
    let path = repo.root().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
    repo.git(&["add", "-A", "-f"]);
    let ran = repo.tool(&["check", "--format", "concise"]).ends_with(status);
    format!("{}{}", ran.stdout, ran.stderr)
}

fn utf_16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

#[test]
fn a_file_is_read_as_python_reads_it_or_refused_with_the_reason() {
    let text = bad("b2");
    let with = |end: &[u8]| [text.as_bytes(), end].concat();
    let table: [(&str, Vec<u8>, &str); 7] = [
        (
            "UTF-8 with a mark",
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            "not-null-without-default",
        ),
        ("CR alone", text.replace('\n', "\r").into_bytes(), "not-null-without-default"),
        ("UTF-16", utf_16(&text), "it is UTF-16"),
        ("a null byte", with(b"# \0\n"), "it holds null bytes"),
        ("Ctrl-Z", with(b"\x1a"), "syntax-error"),
        ("Latin-1 unsaid", with(b"# caf\xe9\n"), "no coding comment says what it is"),
        ("over 1 MiB", with("# a line of a comment\n".repeat(60_000).as_bytes()), "is not read"),
    ];
    for (name, bytes, expected) in table {
        let report = said(&project(), "alembic/versions/b2.py", &bytes, 1);
        assert!(report.contains(expected), "{name}: {report}");
        let whole = expected == "not-null-without-default";
        assert!(!whole || !report.contains("syntax-error"), "{name}: {report}");
    }
}

#[test]
fn a_name_that_alembic_does_not_load_is_said_where_a_revision_stands_in_it() {
    for name in ["b2.PY", "b2.pyw", "__init__.py", ".#b2.py"] {
        let path = format!("alembic/versions/{name}");
        let report = said(&project(), &path, bad("b2").as_bytes(), 0);
        assert!(report.contains("looks like a revision"), "{name}: {report}");
        assert!(!report.contains("not-null-without-default"), "{name}: {report}");
    }
    let silent = said(&project(), "alembic/versions/__init__.py", b"", 0);
    assert!(!silent.contains("looks like a revision"), "{silent}");
}

#[test]
fn a_compiled_file_is_a_revision_where_the_project_is_sourceless() {
    for path in ["alembic/versions/b2.pyc", "alembic/versions/__pycache__/b2.cpython-312.pyc"] {
        let repo = project();
        said(&repo, path, b"\xa7\r\r\n", 0);
        let ini = std::fs::read_to_string(repo.root().join("alembic.ini")).unwrap();
        let ini = ini.replacen("[alembic]", "[alembic]\nsourceless = true", 1);
        let report = said(&repo, "alembic.ini", ini.as_bytes(), 1);
        assert!(report.contains("it is compiled, and its source is not here"), "{path}: {report}");
    }
}

#[cfg(unix)]
#[test]
fn a_version_folder_is_found_behind_a_chain_of_links() {
    let repo = project();
    let versions = repo.root().join("alembic/versions");
    std::fs::create_dir_all(repo.root().join("real")).unwrap();
    std::fs::rename(&versions, repo.root().join("real/versions")).unwrap();
    std::os::unix::fs::symlink("real", repo.root().join("middle")).unwrap();
    std::os::unix::fs::symlink("../middle/versions", &versions).unwrap();
    let report = said(&repo, "real/versions/b2.py", bad("b2").as_bytes(), 1);
    assert!(
        report.contains("real/versions/b2.py") && report.contains("not-null-without-default"),
        "{report}"
    );
    assert!(!report.contains("released-revision-changed"), "{report}");
}

#[cfg(unix)]
#[test]
fn a_version_folder_behind_more_links_than_are_followed_is_refused() {
    for links in [40, 41] {
        let repo = project();
        let versions = repo.root().join("alembic/versions");
        std::fs::rename(&versions, repo.root().join("l0")).unwrap();
        for link in 1..links {
            let to = format!("l{}", link - 1);
            std::os::unix::fs::symlink(to, repo.root().join(format!("l{link}"))).unwrap();
        }
        std::os::unix::fs::symlink(format!("../l{}", links - 1), &versions).unwrap();
        let report = said(&repo, "l0/b2.py", bad("b2").as_bytes(), 1);
        let reason = match links {
            40 => "not-null-without-default",
            _ => "`alembic/versions` has no revision that can be read: it is a symbolic link",
        };
        assert!(report.contains(reason), "{links}: {report}");
        assert_eq!(report.contains("inferred for `l0`"), links == 41, "{links}: {report}");
    }
}

#[cfg(unix)]
#[test]
fn links_to_a_configuration_and_its_folder_are_one_project_with_it() {
    let repo = project();
    std::fs::create_dir(repo.root().join("data")).unwrap();
    repo.git(&["mv", "alembic", "data/alembic"]);
    repo.git(&["mv", "alembic.ini", "data/alembic.ini"]);
    std::os::unix::fs::symlink("data/alembic", repo.root().join("alembic")).unwrap();
    std::os::unix::fs::symlink("data/alembic.ini", repo.root().join("alembic.ini")).unwrap();
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "links"]);
    let whole = repo.tool(&["check", "--all", "--format", "json"]);
    assert!(whole.stdout.contains("\"judged\": 1,"), "{}", whole.stdout);
    let file = repo.git(&["ls-files", "data/alembic/versions"]);
    let file = file.lines().next().unwrap().to_owned();
    let named = repo.tool(&["check", &file, "--format", "json"]);
    assert!(named.stdout.contains("\"judged\": 1,"), "{}", named.stdout);
}

#[test]
fn a_version_folder_that_is_a_submodule_is_said_to_be_one() {
    let repo = project();
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["rm", "-rq", "--cached", "alembic/versions"]);
    std::fs::remove_dir_all(repo.root().join("alembic/versions")).unwrap();
    let entry = format!("160000,{},alembic/versions", head.trim());
    repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
    let ran = repo.tool(&["check", "--format", "concise"]).ends_with(1);
    assert!(ran.stdout.contains("it is a submodule"), "{}", ran.stdout);
}
