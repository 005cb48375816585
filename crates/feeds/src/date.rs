//! Calendar days as feeds write them.

use seawall_model::Date;

/// The day that a date or time starts with: `2021-06-09`, `2021-06-09T12:54:08Z`. Years before
/// 1988 are placeholders (`0001-01-01`) and give `None`: the first advisories are from that year.
pub(crate) fn day(text: &str) -> Option<Date> {
    let date: Date = text.trim().get(..10)?.parse().ok()?;
    (date.year() >= 1988).then_some(date)
}

/// The same for a field that may be absent.
pub(crate) fn optional_day(text: Option<&str>) -> Option<Date> {
    text.and_then(day)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_is_taken_from_the_start_and_placeholders_are_refused() {
        let cases = [
            ("2021-06-09T12:54:08Z", Some("2021-06-09")),
            (" 2024-01-31 00:00:00 UTC", Some("2024-01-31")),
            ("0001-01-01T00:00:00Z", None),
            ("2024-02-31", None),
            ("2024", None),
            ("日本日本日本日本", None),
        ];
        for (text, expected) in cases {
            assert_eq!(day(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }
}
