//! A listener that plays the production database: whoever connects to it has gone where nobody may
//! go.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The listener.
pub(crate) struct Production {
    port: u16,
    connections: Arc<AtomicUsize>,
}

impl Production {
    pub(crate) fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let production = Production {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::new(AtomicUsize::new(0)),
        };
        let counted = production.connections.clone();
        std::thread::spawn(move || {
            for _connection in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        production
    }

    /// Where it listens, `127.0.0.1:PORT`.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Puts the address into a text that says `ADDRESS` and `PORT`.
    pub(crate) fn in_text(&self, text: &str) -> String {
        text.replace("ADDRESS", &self.address()).replace("PORT", &self.port.to_string())
    }

    /// How often somebody has connected.
    pub(crate) fn connections(&self) -> usize {
        // What has connected may not have been accepted yet.
        std::thread::sleep(Duration::from_millis(50));
        self.connections.load(Ordering::SeqCst)
    }
}
