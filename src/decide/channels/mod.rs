//! Campaign files judged: what each channel costs and brings, and how a month's money is split best.
//!
//! `table` adds up and says how far each rate is known, `ratio` shrinks returns, `respond` learns how the outcomes of a
//! channel follow its own spend, `mix` tells the channels apart where they have one outcome together, `plan` splits a total.

mod calendar;
mod carry;
mod mix;
mod mix_data;
mod plan;
mod ratio;
mod respond;
mod result;
mod table;

pub use plan::{ChannelsAsk, channels};
pub use result::{
    ChannelRow, Channels, ChannelsForm, Effect, Figures, NoSplit, Quality, Quantity, Split,
    SplitRow, Step, Still,
};
