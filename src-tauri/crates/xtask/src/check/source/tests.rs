//! Tests of the scanner: what is code, what is a literal, what is a test.

use super::*;

fn code(text: &str) -> String {
    Source::new("src/lib.rs", text).code
}

#[test]
fn comments_and_literals_become_spaces_and_lines_stay() {
    assert_eq!(code("a // b\nc"), "a     \nc");
    assert_eq!(code("a /* x /* y */ z */ b"), format!("a{}b", " ".repeat(19)));
    assert_eq!(code("f(\"a\\\"b\", 1)"), "f(      , 1)");
    assert_eq!(code("f(\"a\nb\")"), "f(  \n  )");
}

#[test]
fn raw_byte_and_c_strings_are_literals_but_raw_identifiers_are_not() {
    assert_eq!(code("x = r#\"a\"b\"#;").trim_end(), "x =         ;");
    assert_eq!(code("br\"{\" c\"{\" b\"{\"").trim(), "");
    assert_eq!(code("let r#type = bar;"), "let r#type = bar;");
}

#[test]
fn a_lifetime_is_code_and_a_character_is_not() {
    assert_eq!(code("fn f<'a>(x: &'a str) { '{' }"), "fn f<'a>(x: &'a str) {     }");
    assert_eq!(code("['\\'', b'}', 'ñ', '€', '💾', '\\u{7d}']").replace(' ', ""), "[,,,,,]");
}

#[test]
fn a_string_that_never_ends_does_not_break_the_scanner() {
    assert_eq!(code("x \"abc").trim_end(), "x");
    assert_eq!(code("x r#\"abc").trim_end(), "x");
    assert_eq!(code("x 'ñ").trim_end(), "x 'ñ");
    assert_eq!(code("x \"\\").trim_end(), "x");
}

#[test]
fn lines_under_a_test_attribute_are_tests() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
    let source = Source::new("src/lib.rs", text);
    let tests: Vec<usize> = (1..=6).filter(|line| source.is_test(*line)).collect();
    assert_eq!(tests, [2, 3, 4, 5]);
}

#[test]
fn code_for_everything_but_tests_is_not_a_test() {
    let source =
        Source::new("src/lib.rs", "#[cfg(not(test))]\nfn a() {}\n#[cfg(all(test, unix))]\nfn b() {}\n");
    assert!(!source.is_test(2));
    assert!(source.is_test(4));
}

#[test]
fn a_declared_test_module_ends_at_its_semicolon() {
    let source = Source::new("src/lib.rs", "#[cfg(test)]\nmod tests;\nfn a() {}\n");
    assert!(source.is_test(2));
    assert!(!source.is_test(3));
}

#[test]
fn files_in_test_folders_are_tests_as_a_whole() {
    for path in ["tests/scenarios/a.rs", "src-tauri/crates/archive/src/reader/tests.rs"] {
        assert!(Source::new(path, "fn a() {}").is_test(1), "{path}");
    }
    assert!(!Source::new("src/tests_of_drills.rs", "fn a() {}").is_test(1));
}

#[test]
fn words_carry_their_offsets() {
    let found: Vec<_> = words("fn a_b(c)").collect();
    assert_eq!(found, [(0, "fn"), (3, "a_b"), (7, "c")]);
}
