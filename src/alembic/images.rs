//! Versions of servers in files about containers and machines, found line by line: nothing of YAML
//! or HCL is understood but `image:` and its kin.

use crate::sql::dialect::Dialect;
use crate::sql::version::ServerVersion;
use crate::text::cut;

/// A server that a file names, with the number of the line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) dialect: Dialect,
    pub(crate) version: ServerVersion,
    pub(crate) line: usize,
}

/// The version of an image whose tag is `latest`.
pub(crate) const NEWEST: ServerVersion = ServerVersion::major(u16::MAX);

/// Finds the images of databases whose tag says the version, in compose files, CI jobs and dev
/// containers.
pub(crate) fn in_yaml(content: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for (number, line) in content.lines().enumerate() {
        let Some(written) = image(line) else { continue };
        for image in spelled_out(written, content) {
            if let Some((dialect, version)) = server(&image) {
                found.push(Named { dialect, version, line: number + 1 });
            }
        }
    }
    found
}

/// Finds managed databases of Terraform: `engine` with `engine_version`, or `database_version`.
pub(crate) fn in_terraform(content: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let (mut engine, mut version) = (None, None);
    for (number, line) in content.lines().enumerate() {
        if line.starts_with('}') {
            (engine, version) = (None, None);
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match key.trim() {
            "database_version" => found.extend(cloud_sql(value).map(|(dialect, version)| Named {
                dialect,
                version,
                line: number + 1,
            })),
            "engine" => engine = Dialect::from_name(value.trim_start_matches("aurora-")),
            "engine_version" => {
                version = ServerVersion::parse(value).map(|version| (version, number + 1))
            }
            _ => {}
        }
        if let (Some(dialect), Some((version_said, line))) = (engine, version) {
            found.push(Named { dialect, version: version_said, line });
            (engine, version) = (None, None);
        }
    }
    found
}

/// Reads `POSTGRES_15` and `MYSQL_8_0`.
fn cloud_sql(value: &str) -> Option<(Dialect, ServerVersion)> {
    let (name, version) = value.split_once('_')?;
    let dialect = match name {
        "POSTGRES" => Dialect::PostgreSql,
        "MYSQL" => Dialect::MySql,
        _ => return None,
    };
    Some((dialect, ServerVersion::parse(&version.replace('_', "."))?))
}

/// Returns what a line may name as an image: the value of `image` or `name`, or a bare item of a
/// list.
fn image(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.starts_with('#') || line.starts_with("//") {
        return None;
    }
    let line = line.split(" #").next().unwrap_or(line);
    let behind = |key: &str| {
        let at = line.find(key)?;
        let before = cut::to(line, at).chars().next_back();
        let stands_alone = before
            .is_none_or(|letter| !letter.is_alphanumeric() && !matches!(letter, '_' | '-' | '.'));
        let rest = cut::from(line, at + key.len())
            .trim_start_matches(['"', '\''])
            .trim_start()
            .strip_prefix(':')?;
        stands_alone.then(|| rest.trim())
    };
    let item = || line.strip_prefix("- ").map(str::trim);
    let value = behind("image").or_else(|| behind("name")).or_else(item)?;
    Some(value.trim_matches(['"', '\'', ',', ' ']))
}

/// Puts in what `${NAME:-default}` and `${{ matrix.NAME }}` stand for; a matrix has several.
fn spelled_out(written: &str, content: &str) -> Vec<String> {
    if let Some((before, rest)) = written.split_once("${{")
        && let Some((name, after)) = rest.split_once("}}")
    {
        let name = name.trim().strip_prefix("matrix.").unwrap_or_default();
        let values = matrix(name.rsplit('.').next().unwrap_or_default(), content);
        return values.into_iter().map(|value| format!("{before}{value}{after}")).collect();
    }
    without_variables(written).into_iter().collect()
}

/// How many variables of one image are put in.
const VARIABLES: usize = 4;

/// Puts in the defaults of variables; nothing where one has none.
fn without_variables(written: &str) -> Option<String> {
    let mut image = written.to_owned();
    for _ in 0..VARIABLES {
        let Some((before, rest)) = image.split_once("${") else { break };
        let (variable, after) = rest.split_once('}')?;
        let (_, default) = variable.split_once('-')?;
        image = format!("{before}{}{after}", default.trim_matches(['"', '\'']));
    }
    Some(image)
}

/// How many values of a matrix are read.
const VALUES: usize = 32;

/// Returns the values of a key: `key: [1, 2]`, `key: 1`, or a list on the lines below.
fn matrix(name: &str, content: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut lines = content.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let keyed = line.trim_start_matches("- ").strip_prefix(name).filter(|_| !name.is_empty());
        let Some(rest) = keyed.and_then(|rest| rest.strip_prefix(':')) else { continue };
        let inline = rest.trim().trim_matches(['[', ']']).split(',').map(str::to_owned);
        values.extend(inline);
        while let Some(item) =
            lines.next_if(|line| rest.trim().is_empty() && line.starts_with("- "))
        {
            values.push(cut::from(item, 2).to_owned());
        }
    }
    let values = values.iter().map(|value| value.trim().trim_matches(['"', '\'']).to_owned());
    values.filter(|value| !value.is_empty()).take(VALUES).collect()
}

/// Reads which server an image holds, and of which version, from its name and its tag.
pub(crate) fn server(image: &str) -> Option<(Dialect, ServerVersion)> {
    let image = image.split(['@', ' ', '"', '\'', ',', '}']).next().unwrap_or_default();
    let (name, tag) =
        image.rsplit('/').next()?.split_once(':').unwrap_or((image.rsplit('/').next()?, ""));
    if let Some(version) = behind_pg(tag) {
        return Some((Dialect::PostgreSql, version));
    }
    let dialect = match name {
        "postgres" | "postgresql" | "postgis" | "postgresql-repmgr" | "postgres-ha" => {
            Dialect::PostgreSql
        }
        "mysql" | "mysql-server" | "percona" | "percona-server" => Dialect::MySql,
        "mariadb" | "mariadb-galera" => Dialect::MariaDb,
        _ => return in_name(name),
    };
    if tag == "latest" {
        return Some((dialect, NEWEST));
    }
    let version = ServerVersion::parse(tag)?;
    (version.major < 100).then_some((dialect, version))
}

/// Reads `pg16` in a tag: `0.7.4-pg16`, `latest-pg14`.
fn behind_pg(tag: &str) -> Option<ServerVersion> {
    let numbers = tag.split(['-', '_']).filter_map(|part| part.strip_prefix("pg"));
    numbers.filter_map(ServerVersion::parse).find(|version| version.major < 100)
}

/// Reads `postgresql-13` and `postgresql-96-centos7`, as Red Hat names images.
fn in_name(name: &str) -> Option<(Dialect, ServerVersion)> {
    let number = name.strip_prefix("postgresql-")?.split('-').next()?;
    let version = match number {
        "95" | "96" => ServerVersion { major: 9, minor: u16::from(number == "96") + 5, patch: 0 },
        number => ServerVersion::parse(number).filter(|version| version.major < 95)?,
    };
    Some((Dialect::PostgreSql, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_say_server_and_version() {
        let read = |image: &str| {
            server(image).map(|(dialect, version)| format!("{} {version}", dialect.title()))
        };
        let table = [
            ("postgres:16-alpine", Some("PostgreSQL 16")),
            ("docker.io/library/postgres:9.6.24", Some("PostgreSQL 9.6.24")),
            ("registry:5000/postgres:14", Some("PostgreSQL 14")),
            ("postgis/postgis:15-3.4", Some("PostgreSQL 15")),
            ("pgvector/pgvector:pg16", Some("PostgreSQL 16")),
            ("pgvector/pgvector:0.7.4-pg17", Some("PostgreSQL 17")),
            ("timescale/timescaledb:latest-pg14", Some("PostgreSQL 14")),
            ("bitnami/postgresql:15.4.0-debian-11-r1", Some("PostgreSQL 15.4")),
            ("cimg/postgres:14.7", Some("PostgreSQL 14.7")),
            ("registry.redhat.io/rhel8/postgresql-13", Some("PostgreSQL 13")),
            ("centos/postgresql-96-centos7", Some("PostgreSQL 9.6")),
            ("postgres:16@sha256:abcd", Some("PostgreSQL 16")),
            ("mysql:8", Some("MySQL 8")),
            ("mysql/mysql-server:8.0.32", Some("MySQL 8.0.32")),
            ("mariadb:11", Some("MariaDB 11")),
            ("postgres", None),
            ("postgres:latest", Some("PostgreSQL 65535")),
            ("postgres:alpine3.19", None),
            ("dpage/pgadmin4:8.4", None),
            ("prodrigestivill/postgres-backup-local:15", None),
            ("redis:7", None),
        ];
        for (image, expected) in table {
            assert_eq!(read(image).as_deref(), expected, "{image}");
        }
    }

    #[test]
    fn images_are_found_wherever_a_line_names_one() {
        let found = |content: &str| -> Vec<String> {
            in_yaml(content)
                .iter()
                .map(|named| format!("{}:{}", named.line, named.version))
                .collect()
        };
        let none: [&str; 0] = [];
        assert_eq!(
            found("services:\n  db:\n    image: \"postgres:15-alpine\"  # as in production\n"),
            ["3:15"]
        );
        assert_eq!(found("    # image: postgres:9.6\n"), none);
        assert_eq!(
            found("services:\n  - postgres:13\n  - name: mysql:8.0\n    alias: db\n"),
            ["2:13", "3:8"]
        );
        assert_eq!(found("  postgres: { image: postgres:14, ports: [5432] }\n"), ["1:14"]);
        assert_eq!(found("  - image: cimg/postgres:14.7\n"), ["1:14.7"]);
        assert_eq!(found("image: postgres:${POSTGRES_VERSION:-16}-alpine\n"), ["1:16"]);
        assert_eq!(
            found("image: ${REGISTRY:-docker.io}/library/postgres:${TAG:-15.2}-alpine\n"),
            ["1:15.2"]
        );
        assert_eq!(found("image: postgres:${POSTGRES_VERSION}\n"), none);
        assert_eq!(found("  \"image\": \"postgres:12\",\n"), ["1:12"]);
        assert_eq!(
            found("links:\n  - postgres:db\nports:\n  - \"5432:5432\"\nbase_image: postgres:1\n"),
            none
        );
        let matrix = "matrix:\n  pg: ['13', 16]\n  include:\n    - pg: 10\n\
            image: postgres:${{ matrix.pg }}\n";
        assert_eq!(found(matrix), ["5:13", "5:16", "5:10"]);
        assert_eq!(
            found("pg:\n  - 12\n  - '14'\nx: 1\nimage: postgres:${{ matrix.pg }}\n"),
            ["5:12", "5:14"]
        );
    }

    #[test]
    fn managed_databases_of_terraform_are_found() {
        let found = |content: &str| -> Vec<String> {
            let titled = |named: &Named| {
                format!("{}:{} {}", named.line, named.dialect.title(), named.version)
            };
            in_terraform(content).iter().map(titled).collect()
        };
        let rds = "resource \"aws_db_instance\" \"db\" {\n  engine_version = \"15.4\"\n  engine = \"postgres\"\n}\n";
        assert_eq!(found(rds), ["2:PostgreSQL 15.4"]);
        let aurora =
            "  engine         = \"aurora-mysql\"\n  engine_version = \"8.0.mysql_aurora.3.04.0\"\n";
        assert_eq!(found(aurora), ["2:MySQL 8"]);
        assert_eq!(found("  database_version = \"POSTGRES_14\"\n"), ["1:PostgreSQL 14"]);
        assert_eq!(found("  engine = \"redis\"\n  engine_version = \"7.0\"\n"), [""; 0]);
    }
}
