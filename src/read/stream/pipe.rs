//! Blocks through several threads, and what comes out in their order.

use std::io::Read;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};

use super::blocks::{Block, Blocks};

/// Finished blocks that may wait for those before them, by thread.
const WAITING: usize = 2;

/// Gives every block to `work`, on all cores, and the results to `take` in the order of the blocks; `take` gives back a
/// buffer for another block. None if a block cannot be read or `take` gives nothing.
pub(super) fn in_order<T: Send, R: Read + Send>(
    blocks: Blocks<R>,
    work: impl Fn(Block) -> T + Sync,
    mut take: impl FnMut(T) -> Option<Vec<u8>>,
) -> Option<()> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let spare: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
    // Who has the next block is told under the lock under which it is read: the turns are in the order of the file.
    let (turn, turns) = mpsc::channel();
    let source = Mutex::new((blocks, turn));
    std::thread::scope(|scope| {
        let results: Vec<Receiver<T>> = (0..threads)
            .map(|thread| {
                let (sender, receiver) = mpsc::sync_channel(WAITING);
                let (source, spare, work) = (&source, &spare, &work);
                scope.spawn(move || worker(thread, source, spare, work, &sender));
                receiver
            })
            .collect();
        for turn in turns {
            let thread = match turn {
                Turn::Of(thread) => thread,
                Turn::End => return Some(()),
                Turn::Failed => return None,
            };
            let made = results.get(thread)?.recv().ok()?;
            let buffer = take(made)?;
            lock(&spare).push(buffer);
        }
        None
    })
}

/// Who has the next block.
enum Turn {
    /// A thread, by its number.
    Of(usize),
    /// Nobody: that was all.
    End,
    /// Nobody: it cannot be read.
    Failed,
}

type Source<R> = Mutex<(Blocks<R>, mpsc::Sender<Turn>)>;

/// Takes one block after the other, until there is none or nobody wants the results any more.
fn worker<T, R: Read>(
    thread: usize,
    source: &Source<R>,
    spare: &Mutex<Vec<Vec<u8>>>,
    work: &impl Fn(Block) -> T,
    results: &SyncSender<T>,
) {
    loop {
        let buffer = lock(spare).pop().unwrap_or_default();
        let block = {
            let mut source = lock(source);
            let block = source.0.next(buffer);
            let turn = match &block {
                Ok(Some(_)) => Turn::Of(thread),
                Ok(None) => Turn::End,
                Err(_) => Turn::Failed,
            };
            // Nobody listens any more: nothing is wanted.
            let heard = source.1.send(turn).is_ok();
            match block {
                Ok(Some(block)) if heard => block,
                _ => return,
            }
        };
        if results.send(work(block)).is_err() {
            return;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
