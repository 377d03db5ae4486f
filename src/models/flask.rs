//! The names that Flask-SQLAlchemy gives to tables.

/// Returns the name of a class in snake case, as Flask-SQLAlchemy 3.1 does (`camel_to_snake_case`):
/// `HTTPServer` is `http_server`.
pub(crate) fn table_name(class: &str) -> String {
    let letters: Vec<char> = class.chars().collect();
    let mut name = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let follows = before.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        let begins = at > 0 && after.is_some_and(|it| it.is_ascii_lowercase());
        if letter.is_ascii_uppercase() && (follows || begins) {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name.trim_start_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_in_camel_case_is_a_table_in_snake_case() {
        let table = [
            ("User", "user"),
            ("UserRole", "user_role"),
            ("HTTPServer", "http_server"),
            ("FooBARBaz", "foo_bar_baz"),
            ("Version2Field", "version2_field"),
            ("_Hidden", "hidden"),
        ];
        for (class, expected) in table {
            assert_eq!(table_name(class), expected);
        }
    }
}
