//! `server`: the Language Server Protocol over standard input and output, for editors.
//!
//! What is judged is the buffer, laid over what is staged, each time it changes. A document is
//! synchronised as a whole: a migration is small.

/// Messages on the wire.
pub mod wire;

/// Places as editors count them.
pub mod position;

/// An open document, judged.
pub mod document;

/// What an editor is answered about a document.
pub mod answers;

use std::collections::HashMap;
use std::io::{BufRead, Write};

use serde_json::{Value, json};

use crate::cli::args::options::Reading;
use crate::cli::error::Error;
use crate::cli::exit::ExitStatus;
use crate::cli::server::answers::{actions, diagnostics, hover, symbols};
use crate::cli::server::document::Document;
use crate::cli::server::wire::{read, send};

/// What JSON-RPC calls a method that is not there.
const METHOD_NOT_FOUND: i64 = -32601;

/// Serves an editor until it says that it is done.
pub fn run(args: &Reading) -> Result<ExitStatus, Error> {
    let (input, output) = (std::io::stdin(), std::io::stdout());
    let mut server = Server { args, documents: HashMap::new(), asked_to_stop: false };
    server.serve(&mut input.lock(), &mut output.lock())
}

struct Server<'a> {
    args: &'a Reading,
    documents: HashMap<String, Document>,
    asked_to_stop: bool,
}

impl Server<'_> {
    fn serve(
        &mut self,
        input: &mut impl BufRead,
        output: &mut impl Write,
    ) -> Result<ExitStatus, Error> {
        while let Some(message) = read(input)? {
            let method = message["method"].as_str().unwrap_or_default().to_owned();
            if method == "exit" {
                break;
            }
            for answer in self.answer(&method, &message) {
                send(output, &answer)?;
            }
        }
        Ok(if self.asked_to_stop { ExitStatus::Clean } else { ExitStatus::Blocked })
    }

    /// Returns what is sent in answer to a message.
    fn answer(&mut self, method: &str, message: &Value) -> Vec<Value> {
        let params = &message["params"];
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default().to_owned();
        let result = match method {
            "initialize" => self.initialize(params),
            "shutdown" => {
                self.asked_to_stop = true;
                Value::Null
            }
            "textDocument/didOpen" => {
                return self.open(&uri, params["textDocument"]["text"].as_str());
            }
            "textDocument/didChange" => {
                let last = params["contentChanges"].as_array().and_then(|all| all.last());
                return self.open(&uri, last.and_then(|change| change["text"].as_str()));
            }
            "textDocument/didSave" => return self.open(&uri, None),
            "textDocument/didClose" => {
                self.documents.remove(&uri);
                return vec![published(&uri, json!([]))];
            }
            "textDocument/hover" => self.about(&uri, |document| hover(document, params)),
            "textDocument/codeAction" => {
                self.about(&uri, |document| actions(document, &uri, params))
            }
            "textDocument/documentSymbol" => self.about(&uri, symbols),
            _ if message.get("id").is_none() => return Vec::new(),
            _ => return vec![refused(&message["id"], method)],
        };
        match message.get("id") {
            Some(id) => vec![json!({"jsonrpc": "2.0", "id": id, "result": result})],
            None => Vec::new(),
        }
    }

    fn initialize(&self, params: &Value) -> Value {
        let folder = params["workspaceFolders"][0]["uri"]
            .as_str()
            .or_else(|| params["rootUri"].as_str())
            .and_then(document::path_of);
        if let Some(folder) = folder {
            // An editor may start its servers anywhere; a folder that is gone is no reason to fail.
            let _stays_where_it_is = std::env::set_current_dir(folder);
        }
        json!({
            "capabilities": {
                "textDocumentSync": {"openClose": true, "change": 1, "save": true},
                "hoverProvider": true,
                "codeActionProvider": {"codeActionKinds": ["quickfix"]},
                "documentSymbolProvider": true,
                "positionEncoding": "utf-16",
            },
            "serverInfo": {"name": "safe-migration", "version": env!("CARGO_PKG_VERSION")},
        })
    }

    /// Judges a document that was opened, changed or saved, and says what was found.
    fn open(&mut self, uri: &str, text: Option<&str>) -> Vec<Value> {
        let known = self.documents.get(uri).map(|document| document.text.content().to_owned());
        let Some(text) = text.map(str::to_owned).or(known) else { return Vec::new() };
        let document = Document::judged(uri, &text, &self.args.overrides());
        let found = diagnostics(&document);
        let mut answers = vec![published(uri, found)];
        if let Some(trouble) = &document.trouble {
            let params = json!({"type": 2, "message": format!("safe-migration: {trouble}")});
            answers
                .push(json!({"jsonrpc": "2.0", "method": "window/logMessage", "params": params}));
        }
        self.documents.insert(uri.to_owned(), document);
        answers
    }

    fn about(&self, uri: &str, tell: impl Fn(&Document) -> Value) -> Value {
        self.documents.get(uri).map_or(Value::Null, tell)
    }
}

fn published(uri: &str, diagnostics: Value) -> Value {
    json!({
        "jsonrpc": "2.0",
        "method": "textDocument/publishDiagnostics",
        "params": {"uri": uri, "diagnostics": diagnostics},
    })
}

fn refused(id: &Value, method: &str) -> Value {
    let message = format!("`{method}` is not served");
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": METHOD_NOT_FOUND, "message": message}})
}
