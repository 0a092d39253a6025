//! The forecast on trial: what it would have said on earlier days, by what was known then, and what came.

mod figures;
mod origin;
mod record;
mod rivals;

pub use figures::{Figures, Who};
pub use record::{Backtest, Rivals, Tested};
pub(super) use record::{LEVELS, level};
pub(super) use rivals::rivals;

use crate::domain::Day;
use crate::forecast::Books;
use crate::forecast::lesson::Lesson;
use crate::forecast::result::ForecastError;
use crate::score::Model;

/// Forecasts as of earlier days and compares with what came.
///
/// The days are `origins` times one month apart, the last a month before `leads.as_of` and all on its day of the month,
/// each looking `months` months ahead (the month of the day itself is the first) as far as months are over by now. At each
/// the model is learnt anew from what was known then. Days that have too little of a past are passed over.
///
/// # Errors
/// As the forecast of today: see [`ForecastError`].
pub fn backtest(
    books: &Books<'_>,
    origins: usize,
    months: usize,
    seed: u64,
) -> Result<Backtest, ForecastError> {
    let days = origin::days(books.leads, origins);
    let results = origin::all(books, &days, months.max(1), seed);
    let mut tested = Vec::new();
    for result in results {
        match result {
            Ok(rows) => tested.extend(rows),
            Err(error) if error.too_little() => {}
            Err(error) => return Err(error),
        }
    }
    tell(&mut tested);
    Ok(Backtest {
        as_of: books.leads.as_of,
        tested,
    })
}

/// Corrects each forecast by those before it whose months were over by then.
fn tell(tested: &mut [Tested]) {
    for i in 0..tested.len() {
        let over: Vec<&Tested> = (tested[..i].iter())
            .filter(|before| before.month < tested[i].origin.month())
            .collect();
        let lesson = Lesson::learn(&over);
        tested[i].told = lesson.quantiles(&tested[i]);
    }
}

/// What the model's file says of the forecasts of its past; none where they were not tried as of this day.
pub fn stored(model: &Model, as_of: Day) -> Option<Backtest> {
    let record = model.forecast_record()?;
    let record: Backtest = serde_json::from_value(record.clone()).ok()?;
    (record.as_of == as_of).then_some(record)
}

/// The model with the record of its forecasts, to be kept in its file.
///
/// # Errors
/// If the record cannot be written as data.
pub fn keep(model: Model, backtest: &Backtest) -> serde_json::Result<Model> {
    Ok(model.with_forecast_record(serde_json::to_value(backtest)?))
}
