//! The day on which a change is judged.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::rule::today::Today;

/// Returns today's date in UTC.
pub fn today() -> Today {
    day(Timestamp::now().as_second())
}

/// Returns the date in UTC of a time in seconds since 1970.
pub fn day(seconds: i64) -> Today {
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let date = time.to_zoned(TimeZone::UTC).date();
    Today { year: date.year(), month: date.month(), day: date.day() }
}
