//! Compiler messages, without what is not theirs: line numbers of other files, places of the standard library.

use std::path::Path;

/// What a message says, whatever else changes in the files that it points to.
pub fn normalised(stderr: &str, root: &Path) -> String {
    let root = format!("{}/", root.display());
    let stderr = stderr.replace(&root, "");
    let lines = stderr
        .lines()
        .filter(|line| !names_a_type_file(line))
        .map(|line| without_gutter_number(&without_foreign_line(line)));
    let mut of_the_standard_library = false;
    let mut text = Vec::new();
    for line in lines.take_while(|line| !line.starts_with("error: aborting due to")) {
        // Its sources are quoted only where they are installed.
        let quoted = line.starts_with("   |") || line == "...";
        of_the_standard_library = line.contains("> $RUST/")
            || line.contains(": $RUST/")
            || of_the_standard_library && quoted;
        if !(of_the_standard_library && quoted) {
            text.push(line);
        }
    }
    let mut text = text.join("\n").trim_end().to_owned();
    text.push('\n');
    text
}

/// The compiler writes long type names to files with random names.
fn names_a_type_file(line: &str) -> bool {
    line.contains("the full name for the type has been written to")
        || line.contains("consider using `--verbose` to print the full type name")
}

/// `--> crates/minifilter/src/data.rs:12:3` and `::: …` keep the file only; the program's own keep their place.
fn without_foreign_line(line: &str) -> String {
    let trimmed = line.trim_start();
    let Some(place) = trimmed
        .strip_prefix("--> ")
        .or_else(|| trimmed.strip_prefix("::: "))
    else {
        return line.to_owned();
    };
    let arrow = &trimmed[..4];
    let indent = &line[..line.len() - trimmed.len()];
    if place.starts_with("tests/ui/fail/") && !place.contains("..") {
        return line.to_owned();
    }
    let file = place.split(".rs:").next().unwrap_or(place);
    let file = match file.find("/library/") {
        Some(at) => format!("$RUST{}", &file[at..]),
        None => file.to_owned(),
    };
    format!("{indent}{arrow}{file}.rs")
}

/// ` 12 | code` becomes `    | code`: how wide the gutter is follows from line numbers of other files.
fn without_gutter_number(line: &str) -> String {
    let trimmed = line.trim_start();
    let digits = trimmed.chars().take_while(char::is_ascii_digit).count();
    let rest = trimmed[digits..].trim_start();
    let in_gutter = ["| ", "= ", "+ ", "- ", "~ "]
        .iter()
        .any(|mark| rest.starts_with(mark))
        || rest == "|";
    match (in_gutter, trimmed.get(..4)) {
        (true, _) => format!("   {rest}"),
        (false, Some("--> " | "::: ")) => format!("  {trimmed}"),
        (false, _) if trimmed == "..." => trimmed.to_owned(),
        (false, _) => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::normalised;
    use std::path::Path;

    fn of(message: &str) -> String {
        normalised(message, Path::new("/home/someone/project"))
    }

    #[test]
    fn the_programs_own_place_is_kept() {
        let message = "error: no\n --> /home/someone/project/tests/ui/fail/a.rs:3:4\n";
        assert_eq!(of(message), "error: no\n  --> tests/ui/fail/a.rs:3:4\n");
    }

    #[test]
    fn places_elsewhere_lose_their_lines() {
        let message = "  --> crates/minifilter/src/data.rs:12:3\n12 | fn f\n";
        assert_eq!(
            of(message),
            "  --> crates/minifilter/src/data.rs\n   | fn f\n"
        );
        assert_eq!(
            of("  ::: /rustc/0123/library/core/src/marker.rs:8:1\n"),
            "  ::: $RUST/library/core/src/marker.rs\n"
        );
    }

    #[test]
    fn the_standard_librarys_sources_are_not_quoted() {
        let message = "note: in\n  --> /usr/lib/rust/library/core/src/marker.rs:8:1\n   |\n 8 | struct P;\n   |        ^\nnote: by\n";
        assert_eq!(
            of(message),
            "note: in\n  --> $RUST/library/core/src/marker.rs\nnote: by\n"
        );
    }

    #[test]
    fn what_follows_the_last_error_is_left_out() {
        assert_eq!(
            of("error: no\n\nerror: aborting due to 1 previous error\nFor more"),
            "error: no\n"
        );
    }

    #[test]
    fn another_message_stays_another() {
        assert_ne!(of("error: needs APCs on"), of("error: needs APCs off"));
    }
}
