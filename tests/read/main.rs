//! Reading: files of every shape become leads, and nothing is dropped in silence.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has to fail"
)]
#![allow(
    unreachable_pub,
    reason = "the helpers are for the other files of this test"
)]

mod faults;
mod folder;
mod formats;
mod histories;
mod invariants;
mod kinds;
mod outcomes;
mod real;
mod standing;
