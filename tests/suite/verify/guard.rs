//! Nothing but the scratch database is reached, whatever env.py does.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{NULLABLE, can_run, env, has_modules, has_postgresql, project, verify, write};

#[test]
fn no_env_py_reaches_the_database_that_it_names() {
    if !can_run(
        "PostgreSQL with psycopg and psycopg2",
        has_postgresql() && has_modules("alembic, sqlalchemy, psycopg, psycopg2"),
    ) {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = hits.clone();
    std::thread::spawn(move || {
        for _connection in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    let url = format!("postgresql+psycopg2://u:p@127.0.0.1:{port}/prod");
    let engines = [
        format!("create_engine({url:?})"),
        format!("create_engine({url:?}, connect_args={{'host': '127.0.0.1', 'port': {port}, 'sslmode': 'require'}})"),
        format!(
            "create_engine({url:?}, creator=lambda: __import__('psycopg2').connect(host='127.0.0.1', port={port}))"
        ),
        format!(
            "(lambda wild: create_engine({url:?}))(__import__('psycopg2').connect(host='127.0.0.1', port={port}, dbname='prod'))"
        ),
        format!("create_engine('postgresql+psycopg://u:p@127.0.0.1:{port}/prod')"),
    ];
    for engine in &engines {
        let repo = project(&url);
        repo.write("alembic/env.py", env(engine));
        write(&repo, &NULLABLE);
        repo.git(&["add", "-A"]);
        let tried = verify(&repo, &[]);
        assert_eq!(tried.status, Some(0), "{engine}\n{}{}", tried.stdout, tried.stderr);
    }
    // What no wrapper can redirect, the kernel refuses; where it cannot, nothing here connects by itself.
    let repo = project(&url);
    let socket =
        format!("(lambda wild: create_engine({url:?}))(__import__('socket').create_connection(('127.0.0.1', {port})))");
    repo.write("alembic/env.py", env(&socket));
    write(&repo, &NULLABLE);
    repo.git(&["add", "-A"]);
    let tried = verify(&repo, &[]);
    assert_eq!(tried.status, Some(2), "{}{}", tried.stdout, tried.stderr);
    assert!(tried.stderr.contains("network"), "{}", tried.stderr);
    assert_eq!(hits.load(Ordering::SeqCst), 0);
}
