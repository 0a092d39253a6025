//! What is going on, drawn on a terminal once it has taken more than a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

const SILENT_FOR: Duration = Duration::from_secs(1);
const REDRAWN_EVERY: Duration = Duration::from_millis(120);

/// One piece of work.
pub(crate) struct Progress {
    done: Arc<AtomicU64>,
    total: Arc<AtomicU64>,
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins; draws nothing unless `drawn`.
    pub(crate) fn start(what: String, drawn: bool) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        let total = Arc::new(AtomicU64::new(0));
        let drawing = drawn.then(|| {
            let (stop, stopped) = mpsc::channel();
            let (done, total) = (Arc::clone(&done), Arc::clone(&total));
            let draw = move || {
                if stopped.recv_timeout(SILENT_FOR) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                let bar = bar(what, total.load(Ordering::Relaxed));
                while stopped.recv_timeout(REDRAWN_EVERY) == Err(RecvTimeoutError::Timeout) {
                    bar.set_position(done.load(Ordering::Relaxed));
                    bar.tick();
                }
                bar.finish_and_clear();
            };
            (stop, std::thread::spawn(draw))
        });
        Self {
            done,
            total,
            drawing,
        }
    }

    /// How much there is to do, if it is known.
    pub(crate) fn set_total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
    }

    /// How much has been done.
    pub(crate) fn set_done(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    /// Ends and clears the line.
    pub(crate) fn end(self) {
        if let Some((stop, drawing)) = self.drawing {
            drop(stop);
            let _ = drawing.join();
        }
    }
}

fn bar(what: String, total: u64) -> ProgressBar {
    let (bar, template) = if total == 0 {
        (ProgressBar::new_spinner(), "{spinner} {msg} ({elapsed})")
    } else {
        (
            ProgressBar::new(total),
            "{msg} [{bar:30}] {human_pos}/{human_len} ({eta} left)",
        )
    };
    let style = ProgressStyle::with_template(template);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}
