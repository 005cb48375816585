//! SHA-256 of the blocks that pass by, on this thread or on a second one.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use seawall_model::Digest;
use sha2::{Digest as _, Sha256};

/// Blocks on their way between the two threads. Four of 256 KiB keep both busy.
const RING: usize = 4;

/// What is done with the blocks of a stream.
pub(super) enum Tap {
    /// Nothing.
    None,
    /// They are hashed as they come.
    Inline(Box<Sha256>),
    /// They are hashed on a second thread.
    Thread(HashThread),
}

impl Tap {
    pub(super) fn inline() -> Self {
        Self::Inline(Box::default())
    }

    /// A second thread, or this one where the system gives no second one.
    pub(super) fn thread() -> Self {
        HashThread::spawn().map_or_else(Self::inline, Self::Thread)
    }

    /// A block to fill, in exchange for the one that has been used up.
    pub(super) fn recycle(&self, used: Arc<Vec<u8>>) -> Arc<Vec<u8>> {
        match self {
            Self::None | Self::Inline(_) => used,
            Self::Thread(thread) => {
                drop(used);
                thread.free.recv().unwrap_or_default()
            }
        }
    }

    /// Hashes a block that was filled before this tap was chosen.
    pub(super) fn adopt(&mut self, block: &Arc<Vec<u8>>, length: usize) {
        if let Self::Thread(thread) = self {
            // One of the ring's own blocks steps aside, so that as many are under way as ever.
            drop(thread.free.recv());
        }
        self.update(block, length);
    }

    /// Hashes the first `length` bytes of a newly filled block.
    pub(super) fn update(&mut self, block: &Arc<Vec<u8>>, length: usize) {
        match self {
            Self::None => {}
            Self::Inline(hash) => hash.update(block.get(..length).unwrap_or_default()),
            Self::Thread(thread) => {
                // The thread lives until the sender goes away, so sending does not fail.
                let _ = thread.filled.send((Arc::clone(block), length));
            }
        }
    }

    /// The digest of everything that passed by.
    pub(super) fn finish(self) -> Option<Digest> {
        match self {
            Self::None => None,
            Self::Inline(hash) => Some(Digest::from_bytes(hash.finalize().into())),
            Self::Thread(thread) => {
                drop(thread.filled);
                thread.handle.join().ok()
            }
        }
    }
}

/// A thread that hashes blocks and gives them back.
pub(super) struct HashThread {
    filled: SyncSender<(Arc<Vec<u8>>, usize)>,
    free: Receiver<Arc<Vec<u8>>>,
    handle: JoinHandle<Digest>,
}

impl HashThread {
    fn spawn() -> Option<Self> {
        let (filled, to_hash) = sync_channel::<(Arc<Vec<u8>>, usize)>(RING);
        let (give_back, free) = sync_channel(RING);
        for _ in 0..RING {
            give_back.send(Arc::default()).ok()?;
        }
        let handle = std::thread::Builder::new()
            .name("hash".to_owned())
            .spawn(move || {
                let mut hash = Sha256::new();
                for (block, length) in to_hash {
                    hash.update(block.get(..length).unwrap_or_default());
                    // Fails when the reader has stopped early; then nobody needs the block.
                    let _ = give_back.send(block);
                }
                Digest::from_bytes(hash.finalize().into())
            })
            .ok()?;
        Some(Self { filled, free, handle })
    }
}
