//! The language server, driven by a client over its standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::common::Repo;
use crate::common::project::{project, revision};

/// A client of the protocol.
struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    asked: u64,
}

impl Client {
    fn start(repo: &Repo) -> Self {
        let mut command = repo.command(env!("CARGO_BIN_EXE_safe-migration"));
        command.arg("server").current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        Client { server, input, output, asked: 0 }
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let answer = self.receive();
        assert_eq!(answer["id"], id, "{answer}");
        answer["result"].clone()
    }

    /// Sends a text and returns the diagnostics that come back.
    fn edit(&mut self, uri: &str, text: &str, is_new: bool) -> Value {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        match is_new {
            true => self.notify("textDocument/didOpen", &json!({"textDocument": document})),
            false => self.notify(
                "textDocument/didChange",
                &json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]}),
            ),
        }
        let published = self.receive();
        assert_eq!(published["method"], "textDocument/publishDiagnostics");
        published["params"]["diagnostics"].clone()
    }
}

/// Puts the edits of an action into a text, as an editor does; columns here are ASCII.
fn applied(text: &str, edits: &Value) -> String {
    let offset = |place: &Value| {
        let line = place["line"].as_u64().unwrap() as usize;
        let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        before + place["character"].as_u64().unwrap() as usize
    };
    let edit = &edits[0];
    let (start, end) = (offset(&edit["range"]["start"]), offset(&edit["range"]["end"]));
    format!("{}{}{}", &text[..start], edit["newText"].as_str().unwrap(), &text[end..])
}

#[test]
fn a_hazard_that_is_typed_is_shown_and_gone_after_its_code_action() {
    let repo = project();
    let mut client = Client::start(&repo);
    let folder = format!("file://{}", repo.root().display());
    let said = client.ask("initialize", &json!({"rootUri": folder, "capabilities": {}}));
    assert_eq!(said["capabilities"]["textDocumentSync"]["change"], 1);
    client.notify("initialized", &json!({}));

    let uri = format!("{folder}/alembic/versions/b2.py");
    let harmless = revision("b2", Some("a1"), "pass", "pass");
    assert_eq!(client.edit(&uri, &harmless, true), json!([]));

    let index = r#"op.create_index("ix_users_id", "users", ["id"])"#;
    let hazard = revision("b2", Some("a1"), index, r#"op.drop_index("ix_users_id", "users")"#);
    let found = client.edit(&uri, &hazard, false);
    let codes: Vec<&str> =
        found.as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"index-without-concurrently"), "{found}");
    let range = &found[0]["range"];
    assert_eq!(range["start"], json!({"line": 9, "character": 4}));

    let document = json!({"uri": uri});
    let place = json!({"textDocument": document, "position": range["start"]});
    let hover = client.ask("textDocument/hover", &place);
    let page = hover["contents"]["value"].as_str().unwrap();
    assert!(page.contains("# index-without-concurrently"), "{page}");

    let symbols = client.ask("textDocument/documentSymbol", &json!({"textDocument": document}));
    let name = symbols[0]["children"][0]["name"].as_str().unwrap();
    assert!(symbols[0]["name"] == "upgrade" && name.contains("CREATE INDEX"), "{symbols}");

    let context = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
    let actions = client.ask("textDocument/codeAction", &context);
    let titles: Vec<&str> =
        actions.as_array().unwrap().iter().filter_map(|one| one["title"].as_str()).collect();
    for title in ["write the safe form", "allow it, with a reason", "state the plan"] {
        assert!(titles.iter().any(|other| other.ends_with(title)), "{titles:?}");
    }
    let safe = actions.as_array().unwrap().iter().find(|action| {
        action["title"].as_str().is_some_and(|title| title.ends_with("write the safe form"))
    });
    let mended = applied(&hazard, &safe.unwrap()["edit"]["changes"][&uri]);
    let found = client.edit(&uri, &mended, false);
    assert!(!found.to_string().contains("index-without-concurrently"), "{mended}\n{found}");

    assert_eq!(client.ask("shutdown", &Value::Null), Value::Null);
    client.notify("exit", &Value::Null);
    assert!(client.server.wait().unwrap().success());
}
