//! A proxy on loopback between two parties: it spreads connections over several servers, cuts them, and freezes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What happens to connections that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Bytes go through.
    Open,
    /// They stay open, and no byte goes through: half open.
    Frozen,
    /// They are closed.
    Cut,
}

/// A proxy. It ends when this is dropped, with all of its connections.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    fate: Arc<watch::Sender<(usize, Fate)>>,
    accepted: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        let _ = self.fate.send((usize::MAX, Fate::Cut));
    }
}

impl Proxy {
    /// Starts a proxy before servers on these ports: each gets the next connection.
    ///
    /// # Errors
    /// If there is no port.
    pub async fn start(servers: Vec<u16>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let fate = Arc::new(watch::Sender::new((0, Fate::Open)));
        let accepted = Arc::new(AtomicUsize::new(0));
        let (count, sender) = (Arc::clone(&accepted), Arc::clone(&fate));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::SeqCst);
                let Some(server) = servers.get(number % servers.len().max(1)) else { continue };
                let Ok(server) = TcpStream::connect(("127.0.0.1", *server)).await else { continue };
                let (client_in, client_out) = client.into_split();
                let (server_in, server_out) = server.into_split();
                tokio::spawn(copy(client_in, server_out, number, sender.subscribe()));
                tokio::spawn(copy(server_in, client_out, number, sender.subscribe()));
            }
        });
        Ok(Self { port, fate, accepted, task })
    }

    /// Closes all connections that are open now.
    pub fn cut(&self) {
        let _ = self.fate.send((self.connections(), Fate::Cut));
    }

    /// Freezes all connections that are open now: nobody is told. New ones work.
    pub fn freeze(&self) {
        let _ = self.fate.send((self.connections(), Fate::Frozen));
    }

    /// How many connections there have been.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }
}

/// Copies bytes until one side ends, or the connection is cut. A fate is that of the connections before a number.
async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    number: usize,
    mut fate: watch::Receiver<(usize, Fate)>,
) {
    let mut buffer = vec![0; 64 * 1024];
    // What was ordered for all connections before this one is no order for it.
    let mut is_frozen = false;
    fate.mark_unchanged();
    loop {
        tokio::select! {
            changed = fate.changed() => {
                let (before, fate) = *fate.borrow_and_update();
                if changed.is_err() || (number < before && fate == Fate::Cut) {
                    return;
                }
                is_frozen |= number < before && fate == Fate::Frozen;
            }
            read = from.read(&mut buffer), if !is_frozen => {
                let Ok(count) = read else { return };
                if count == 0 || to.write_all(buffer.get(..count).unwrap_or_default()).await.is_err() {
                    return;
                }
            }
        }
    }
}
