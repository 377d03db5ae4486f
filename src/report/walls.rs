//! What the walls around the project's code keep, and what they leave open.

/// Walls that keep the sockets of the machine from the project's code.
const CLOSED: [&str; 3] = ["namespaces", "no-sockets", "listed-sockets"];

/// What the walls that stand leave open.
pub fn gap(walls: &str) -> Option<&'static str> {
    match walls {
        walls if CLOSED.iter().any(|wall| walls.contains(wall)) => None,
        walls if walls.contains("landlock") => Some(
            "this kernel gives no namespaces and does not hand connections over: Unix sockets of \
             the machine stay in reach of the project's code",
        ),
        _ => Some(
            "no walls on this system: the project's code runs with your rights; its connections \
             are redirected",
        ),
    }
}

/// The walls that stand where the project was loaded behind them; else those that are to be had.
pub fn sentence(standing: Option<&str>) -> String {
    sentence_on(std::env::consts::OS, standing)
}

/// The same on a system, by the name that Rust has for it.
fn sentence_on(system: &str, standing: Option<&str>) -> String {
    match (standing, system) {
        (Some(walls), _) => gap(walls).unwrap_or(walls).to_owned(),
        (None, "linux") => "namespaces, or Landlock where the kernel gives none, and a filter of \
            system calls; `doctor --load` and `verify` try them and name those that stand"
            .to_owned(),
        (None, _) => gap("").unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_open_is_said() {
        assert_eq!(gap("namespaces and seccomp"), None);
        assert_eq!(gap("landlock and seccomp and listed-sockets"), None);
        assert!(sentence(Some("landlock and seccomp")).contains("Unix sockets"));
        assert!(sentence(Some("none on this system")).contains("your rights"));
        assert_eq!(sentence(Some("namespaces and seccomp")), "namespaces and seccomp");
    }

    #[test]
    fn where_no_system_has_walls_it_is_said_before_and_after_the_project_is_loaded() {
        for system in ["macos", "windows", "freebsd"] {
            for standing in [None, Some("none on this system")] {
                let said = sentence_on(system, standing);
                assert!(said.starts_with("no walls on this system"), "{system}: {said}");
                assert!(said.contains("runs with your rights"), "{system}: {said}");
            }
        }
        assert!(sentence_on("linux", None).starts_with("namespaces, or Landlock"));
    }
}
