//! First days of the Chinese lunar year, computed.
//!
//! New moons after Meeus (Astronomical Algorithms, 1998, chapter 49: the periodic terms of the new moon), the sun's
//! longitude after the same book (chapter 25, 0.01 degrees), both in Beijing time. A lunar year is ruled by the winter
//! solstice: the month that holds it is the 11th; if 13 months lie between two such months, the first of them in which
//! the sun enters no new sign is a leap month (Reingold & Dershowitz, Calendrical Calculations, 2018, chapter 19).

use crate::domain::Day;

/// Years for which the dates were compared with a published table.
pub(super) const FIRST_YEAR: i32 = 1990;
/// See [`FIRST_YEAR`].
pub(super) const LAST_YEAR: i32 = 2050;

/// Julian date of 1970-01-01 00:00 UT.
const EPOCH: f64 = 2_440_587.5;
/// Beijing is ahead of UT, days.
const BEIJING: f64 = 8.0 / 24.0;

/// First day of Spring Festival (of the lunar year that begins in `year`); none outside 1990-2050.
pub(crate) fn spring_festival(year: i32) -> Option<Day> {
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return None;
    }
    let eleventh = month_of(solstice(year - 1), year - 1);
    let next = month_of(solstice(year), year);
    let leap = (next - eleventh == 13)
        .then(|| (1..13).find(|i| sign(new_moon(eleventh + i)) == sign(new_moon(eleventh + i + 1))))
        .flatten();
    let before_first = if leap.is_some_and(|i| i <= 2) { 3 } else { 2 };
    Some(new_moon(eleventh + before_first))
}

/// Number of the lunar month that holds a day, new moons counted as Meeus does (0 = 2000-01-06).
fn month_of(day: Day, year: i32) -> i32 {
    let mut k = ((f64::from(year) + 0.97 - 2000.0) * 12.3685) as i32 - 2;
    while new_moon(k + 1) <= day {
        k += 1;
    }
    k
}

/// The day of the winter solstice in Beijing.
fn solstice(year: i32) -> Day {
    let mut day = Day::from_ymd(year as i16, 12, 19).unwrap_or_default();
    while longitude(midnight(day + 1)) < 270.0 {
        day = day + 1;
    }
    day
}

/// The sign that the sun is in as a day begins, 0-11.
fn sign(day: Day) -> i32 {
    (longitude(midnight(day)) / 30.0) as i32
}

/// Julian date (terrestrial time) at which a day begins in Beijing.
fn midnight(day: Day) -> f64 {
    let jd = f64::from(day.epoch_days()) + EPOCH - BEIJING;
    jd + clock_lag(jd)
}

/// Terrestrial time less universal time, days (Espenak & Meeus for 2005-2050; within seconds from 1990 on).
fn clock_lag(jd: f64) -> f64 {
    let t = (jd - 2_451_545.0) / 365.25;
    (62.92 + 0.322_17 * t + 0.005_589 * t * t) / 86_400.0
}

/// Apparent longitude of the sun, degrees.
fn longitude(jd: f64) -> f64 {
    let t = (jd - 2_451_545.0) / 36_525.0;
    let mean = 280.466_46 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let m = (357.529_11 + 35_999.050_29 * t - 0.000_153_7 * t * t).to_radians();
    let centre = (1.914_602 - 0.004_817 * t) * m.sin()
        + (0.019_993 - 0.000_101 * t) * (2.0 * m).sin()
        + 0.000_289 * (3.0 * m).sin();
    let node = (125.04 - 1_934.136 * t).to_radians();
    (mean + centre - 0.005_69 - 0.004_78 * node.sin()).rem_euclid(360.0)
}

/// Periodic terms of the new moon: coefficient, multiples of the sun's anomaly, of the moon's and of its argument of
/// latitude, power of the eccentricity.
const TERMS: [(f64, f64, f64, f64, i32); 14] = [
    (-0.407_20, 0.0, 1.0, 0.0, 0),
    (0.172_41, 1.0, 0.0, 0.0, 1),
    (0.016_08, 0.0, 2.0, 0.0, 0),
    (0.010_39, 0.0, 0.0, 2.0, 0),
    (0.007_39, -1.0, 1.0, 0.0, 1),
    (-0.005_14, 1.0, 1.0, 0.0, 1),
    (0.002_08, 2.0, 0.0, 0.0, 2),
    (-0.001_11, 0.0, 1.0, -2.0, 0),
    (-0.000_57, 0.0, 1.0, 2.0, 0),
    (0.000_56, 1.0, 2.0, 0.0, 1),
    (-0.000_42, 0.0, 3.0, 0.0, 0),
    (0.000_42, 1.0, 0.0, 2.0, 1),
    (0.000_38, 1.0, 0.0, -2.0, 1),
    (-0.000_24, -1.0, 2.0, 0.0, 1),
];

/// The day in Beijing of the k-th new moon.
fn new_moon(k: i32) -> Day {
    let k = f64::from(k);
    let t = k / 1_236.85;
    let mean = 2_451_550.097_66 + 29.530_588_861 * k + 0.000_154_37 * t * t;
    let e = 1.0 - 0.002_516 * t - 0.000_007_4 * t * t;
    let sun = (2.553_4 + 29.105_356_70 * k - 0.000_001_4 * t * t).to_radians();
    let moon = (201.564_3 + 385.816_935_28 * k + 0.010_758_2 * t * t).to_radians();
    let f = (160.710_8 + 390.670_502_84 * k - 0.001_611_8 * t * t).to_radians();
    let node = (124.774_6 - 1.563_755_88 * k + 0.002_067_2 * t * t).to_radians();
    let shift: f64 = (TERMS.iter())
        .map(|&(size, s, m, l, power)| size * e.powi(power) * (s * sun + m * moon + l * f).sin())
        .sum();
    let planets = (299.77 + 0.107_408 * k - 0.009_173 * t * t).to_radians();
    let jd = mean + shift - 0.000_17 * node.sin() + 0.000_325 * planets.sin();
    let ut = jd - clock_lag(jd);
    Day::from_epoch_days((ut + BEIJING - EPOCH).floor() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Month and day for 1990-2050, on which the Python packages `lunardate` 0.3.0 and `LunarCalendar` 0.0.9 (tables of the
    /// Hong Kong Observatory) agree; `tests/peers/lunar.py` prints them.
    const TABLE: [(i8, i8); 61] = [
        (1, 27),
        (2, 15),
        (2, 4),
        (1, 23),
        (2, 10),
        (1, 31),
        (2, 19),
        (2, 7),
        (1, 28),
        (2, 16),
        (2, 5),
        (1, 24),
        (2, 12),
        (2, 1),
        (1, 22),
        (2, 9),
        (1, 29),
        (2, 18),
        (2, 7),
        (1, 26),
        (2, 14),
        (2, 3),
        (1, 23),
        (2, 10),
        (1, 31),
        (2, 19),
        (2, 8),
        (1, 28),
        (2, 16),
        (2, 5),
        (1, 25),
        (2, 12),
        (2, 1),
        (1, 22),
        (2, 10),
        (1, 29),
        (2, 17),
        (2, 6),
        (1, 26),
        (2, 13),
        (2, 3),
        (1, 23),
        (2, 11),
        (1, 31),
        (2, 19),
        (2, 8),
        (1, 28),
        (2, 15),
        (2, 4),
        (1, 24),
        (2, 12),
        (2, 1),
        (1, 22),
        (2, 10),
        (1, 30),
        (2, 17),
        (2, 6),
        (1, 26),
        (2, 14),
        (2, 2),
        (1, 23),
    ];

    #[test]
    fn every_date_is_that_of_the_published_table() {
        for (year, (month, day)) in (FIRST_YEAR..=LAST_YEAR).zip(TABLE) {
            let expected = Day::from_ymd(year as i16, month, day);
            assert_eq!(spring_festival(year), expected, "{year}");
        }
        assert_eq!(spring_festival(1989), None);
        assert_eq!(spring_festival(2051), None);
    }
}
