//! Work over many rows, dealt to threads in blocks that depend on the number of rows alone: whatever the number of
//! threads, the same partial sums are added in the same order.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Blocks that rows are split into.
const BLOCKS: usize = 16;
/// Fewest rows of a block: below, starting a thread costs more than it saves.
const MIN_BLOCK: usize = 4_096;

/// What `work` makes of each block of `0..rows`, in the order of the blocks.
pub(crate) fn by_block<T: Send>(rows: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let size = rows.div_ceil(BLOCKS).max(MIN_BLOCK);
    let blocks: Vec<Range<usize>> = (0..rows)
        .step_by(size)
        .map(|start| start..(start + size).min(rows))
        .collect();
    each(&blocks, |block| work(block.clone()))
}

/// What `work` makes of each item, in their order; items are taken by whichever thread is free.
pub(crate) fn each<I: Sync, T: Send>(items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    each_on(threads, items, work)
}

fn each_on<I: Sync, T: Send>(threads: usize, items: &[I], work: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let threads = threads.min(items.len());
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let run = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else {
                return done;
            };
            done.push((place, work(item)));
        }
    };
    let mut all = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
        let mut all = run();
        for other in others {
            all.extend(
                other
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            );
        }
        all
    });
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, made)| made).collect()
}

/// Fills `out`, `width` places a row, block by block; nothing is added up here, so that blocks may be dealt as suits.
pub(crate) fn fill<T: Send>(
    out: &mut [T],
    width: usize,
    work: impl Fn(Range<usize>, &mut [T]) + Sync,
) {
    let rows = out.len() / width.max(1);
    let size = rows.div_ceil(BLOCKS).max(MIN_BLOCK);
    let blocks: Vec<(usize, Mutex<&mut [T]>)> = out
        .chunks_mut((size * width).max(1))
        .enumerate()
        .map(|(i, block)| (i * size, Mutex::new(block)))
        .collect();
    each(&blocks, |(start, block)| {
        let mut block = block.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = block.len() / width.max(1);
        work(*start..*start + rows, &mut block);
    });
}

/// Places that stand for all of `0..n`, about `most` of them at most: one from each stretch of equal length, at a spot
/// within it that looks drawn, so that no rhythm in the order of the rows can favour one kind; always the same ones.
pub(crate) fn spread(n: usize, most: usize) -> impl Iterator<Item = usize> {
    spread_by(n, n.div_ceil(most.max(1)).max(1))
}

/// The same, one from each stretch of `step`.
pub(crate) fn spread_by(n: usize, step: usize) -> impl Iterator<Item = usize> {
    (0..n.div_ceil(step)).map(move |i| {
        let stretch = step.min(n - i * step);
        let mut z = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i * step + ((z ^ (z >> 31)) % stretch as u64) as usize
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_blocks() {
        let starts = by_block(100_000, |rows| rows.start);
        assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(
            by_block(100_000, |rows| rows.len()).iter().sum::<usize>(),
            100_000
        );
        assert!(by_block(0, |rows| rows.len()).is_empty());
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let items: Vec<usize> = (0..100).collect();
        let squares: Vec<usize> = items.iter().map(|i| i * i).collect();
        for threads in [1, 2, 3, 17, 200] {
            assert_eq!(each_on(threads, &items, |i| i * i), squares);
        }
    }

    #[test]
    fn every_place_is_filled_once() {
        let mut out = vec![0_usize; 3 * 20_001];
        fill(&mut out, 3, |rows, part| {
            for (row, cells) in rows.zip(part.chunks_exact_mut(3)) {
                cells.fill(row + 1);
            }
        });
        assert!(
            out.chunks_exact(3)
                .enumerate()
                .all(|(i, cells)| cells == [i + 1; 3])
        );
    }

    #[test]
    fn a_spread_takes_one_of_each_stretch_and_keeps_no_rhythm() {
        assert!(spread(50, 100).eq(0..50));
        let places: Vec<usize> = spread(1_000_003, 100_000).collect();
        assert_eq!(places.len(), 1_000_003_usize.div_ceil(11));
        assert!(places.iter().enumerate().all(|(i, place)| place / 11 == i));
        let even = places.iter().filter(|place| *place % 11 == 0).count();
        assert!((7_000..11_000).contains(&even), "{even}");
    }
}
