//! The Gregorian calendar in units of 100 ns since the beginning of 1601, as the system's clock counts.

use minifilter_sys::TIME_FIELDS;

const UNITS_OF_A_MILLISECOND: i64 = 10_000;
const MILLISECONDS_OF_A_DAY: i64 = 86_400_000;
/// Days of 400 years.
const ERA: i64 = 146_097;
const FIRST_YEAR: i64 = 1601;
/// The first day was a Monday.
const FIRST_WEEKDAY: i64 = 1;
/// The last year of a TIME_FIELDS.
const LAST_YEAR: i16 = 30_827;
/// Seconds between the beginning of 1601 and those of 1970 and 1980.
pub const TO_1970: i64 = 11_644_473_600;
/// See [`TO_1970`].
pub const TO_1980: i64 = 11_960_006_400;
/// Units of a second.
pub const SECOND: i64 = 10_000_000;

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the years before `year`.
const fn days_before(year: i64) -> i64 {
    let years = year - FIRST_YEAR;
    years * 365 + years / 4 - years / 100 + years / 400
}

/// Year, month and day, where the day at the beginning is 0.
fn date(day: i64) -> (i64, i64, i64) {
    let era = day.div_euclid(ERA);
    let day = day.rem_euclid(ERA);
    let mut year = FIRST_YEAR + day / 366;
    while day >= days_before(year + 1) {
        year += 1;
    }
    let (mut rest, mut month) = (day - days_before(year), 1);
    while rest >= days_of(year, month) {
        rest -= days_of(year, month);
        month += 1;
    }
    (year + era * 400, month, rest + 1)
}

/// `RtlTimeToTimeFields` — a time taken apart.
#[must_use]
pub fn fields(time: i64) -> TIME_FIELDS {
    let milliseconds = time.div_euclid(UNITS_OF_A_MILLISECOND);
    let day = milliseconds.div_euclid(MILLISECONDS_OF_A_DAY);
    let rest = milliseconds.rem_euclid(MILLISECONDS_OF_A_DAY);
    let (year, month, of_month) = date(day);
    TIME_FIELDS {
        Year: year as i16,
        Month: month as i16,
        Day: of_month as i16,
        Hour: (rest / 3_600_000) as i16,
        Minute: (rest / 60_000 % 60) as i16,
        Second: (rest / 1000 % 60) as i16,
        Milliseconds: (rest % 1000) as i16,
        Weekday: (day + FIRST_WEEKDAY).rem_euclid(7) as i16,
    }
}

/// `RtlTimeFieldsToTime` — the time of a date; none for one that does not exist. The day of the week is not looked at.
#[must_use]
pub fn time(fields: &TIME_FIELDS) -> Option<i64> {
    let exists = (1601..=LAST_YEAR).contains(&fields.Year)
        && (1..=12).contains(&fields.Month)
        && (0..24).contains(&fields.Hour)
        && (0..60).contains(&fields.Minute)
        && (0..60).contains(&fields.Second)
        && (0..1000).contains(&fields.Milliseconds);
    let (year, month) = (i64::from(fields.Year), i64::from(fields.Month));
    if !exists || !(1..=days_of(year, month)).contains(&i64::from(fields.Day)) {
        return None;
    }
    let months: i64 = (1..month).map(|month| days_of(year, month)).sum();
    let day = days_before(year) + months + i64::from(fields.Day) - 1;
    let minutes = day * 1440 + i64::from(fields.Hour) * 60 + i64::from(fields.Minute);
    let milliseconds =
        (minutes * 60 + i64::from(fields.Second)) * 1000 + i64::from(fields.Milliseconds);
    Some(milliseconds * UNITS_OF_A_MILLISECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(time: i64) -> [i16; 8] {
        let fields = fields(time);
        let TIME_FIELDS {
            Year,
            Month,
            Day,
            Hour,
            Minute,
            Second,
            Milliseconds,
            Weekday,
        } = fields;
        [
            Year,
            Month,
            Day,
            Hour,
            Minute,
            Second,
            Milliseconds,
            Weekday,
        ]
    }

    #[test]
    fn known_days_are_where_they_belong() {
        assert_eq!(parts(0), [1601, 1, 1, 0, 0, 0, 0, 1]);
        assert_eq!(parts(TO_1970 * SECOND), [1970, 1, 1, 0, 0, 0, 0, 4]);
        assert_eq!(parts(TO_1980 * SECOND), [1980, 1, 1, 0, 0, 0, 0, 2]);
        let leap = (TO_1970 + 951_827_696) * SECOND + 1_230_000;
        assert_eq!(parts(leap), [2000, 2, 29, 12, 34, 56, 123, 2]);
        assert_eq!(parts(ERA * 864_000_000_000 - 1)[..3], [2000, 12, 31]);
    }

    proptest::proptest! {
        #[test]
        fn every_time_comes_back(milliseconds in 0_i64..900_000_000_000_000) {
            let units = milliseconds * UNITS_OF_A_MILLISECOND;
            proptest::prop_assert_eq!(time(&fields(units)), Some(units));
        }
    }
}
