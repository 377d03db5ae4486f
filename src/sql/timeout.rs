//! Settings that limit how long a statement waits for a lock, or runs at all.

/// Their names: of PostgreSQL (20.11 of its manual), of MySQL and of MariaDB.
pub const TIMEOUTS: [&str; 6] = [
    "lock_timeout",
    "statement_timeout",
    "lock_wait_timeout",
    "innodb_lock_wait_timeout",
    "max_execution_time",
    "max_statement_time",
];

/// Tells whether a setting is one of them.
pub fn is_timeout(name: &str) -> bool {
    TIMEOUTS.iter().any(|timeout| timeout.eq_ignore_ascii_case(name))
}

/// Tells whether the value of one limits anything: `0` waits for ever, DEFAULT is nobody's.
pub fn is_limit(value: &str) -> bool {
    let value = value.trim_matches(['\'', '"', ' ']);
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    !value.eq_ignore_ascii_case("default") && !number.trim_matches(['0', '.']).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_zero_limits_nothing() {
        assert!(is_timeout("LOCK_TIMEOUT") && !is_timeout("idle_session_timeout"));
        for limit in ["3s", "'500ms'", "4000", "0.5"] {
            assert!(is_limit(limit), "{limit}");
        }
        for none in ["0", "'0'", "0ms", "DEFAULT", "''"] {
            assert!(!is_limit(none), "{none}");
        }
    }
}
