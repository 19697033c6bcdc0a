//! Tests of the layer rule: every arrow that must not be, and the ones that must stay silent.

use super::super::tests::tree;
use super::*;
use crate::workspace::Dependency;

fn package(name: &str, dependencies: &[(&str, Need)]) -> Package {
    let dependencies = dependencies.iter();
    Package {
        name: name.to_owned(),
        manifest: format!("{name}/Cargo.toml"),
        rust_version: "1.95".to_owned(),
        is_library: true,
        dependencies: dependencies
            .map(|(name, need)| Dependency { name: (*name).to_owned(), need: *need })
            .collect(),
    }
}

fn messages(name: &str, dependency: &str, need: Need) -> Vec<String> {
    let mut tree = tree(&[]);
    tree.packages.push(package(name, &[(dependency, need)]));
    find(&tree).into_iter().map(|finding| finding.message).collect()
}

#[test]
fn an_arrow_up_fails_whatever_its_kind() {
    for need in [Need::Normal, Need::Build, Need::Dev] {
        let found = messages("resguardo-engine", "resguardo-api", need);
        assert_eq!(
            found,
            ["`resguardo-engine` may not depend on `resguardo-api`: layer 2 may not reach up to layer 3"]
        );
    }
}

#[test]
fn crates_of_one_layer_never_see_each_other() {
    for (from, to) in [
        ("resguardo-archive", "resguardo-catalog"),
        ("resguardo-sources", "resguardo-platform"),
        ("resguardo-codec", "resguardo-domain"),
        ("resguardo-tests", "resguardo-cli"),
    ] {
        assert_eq!(messages(from, to, Need::Normal).len(), 1, "{from} -> {to}");
    }
}

#[test]
fn arrows_down_pass() {
    for (from, to) in [
        ("resguardo-archive", "resguardo-domain"),
        ("resguardo-archive", "resguardo-codec"),
        ("resguardo-engine", "resguardo-destinations"),
        ("resguardo-api", "resguardo-engine"),
        ("resguardo-cli", "resguardo-api"),
        ("resguardo-cli", "resguardo-platform"),
        ("resguardo-cli", "clap"),
        ("resguardo-app", "tauri"),
        ("resguardo-tests", "resguardo-codec"),
        ("resguardo-testkit", "resguardo-domain"),
        ("xtask", "serde_json"),
    ] {
        assert!(messages(from, to, Need::Normal).is_empty(), "{from} -> {to}");
    }
}

#[test]
fn the_test_kit_is_for_tests_and_nobody_needs_xtask() {
    assert!(messages("resguardo-engine", "resguardo-testkit", Need::Dev).is_empty());
    assert!(messages("resguardo-tests", "resguardo-testkit", Need::Normal).is_empty());
    assert_eq!(messages("resguardo-engine", "resguardo-testkit", Need::Normal).len(), 1);
    assert_eq!(messages("resguardo-tests", "xtask", Need::Dev).len(), 1);
}

#[test]
fn domain_has_a_closed_list() {
    assert!(messages("resguardo-domain", "jiff", Need::Normal).is_empty());
    assert!(messages("resguardo-domain", "proptest", Need::Dev).is_empty());
    assert_eq!(messages("resguardo-domain", "serde_json", Need::Normal).len(), 1);
}

#[test]
fn the_command_line_goes_through_the_api() {
    for inner in ["resguardo-domain", "resguardo-engine"] {
        assert_eq!(messages("resguardo-cli", inner, Need::Normal).len(), 1, "{inner}");
    }
}

#[test]
fn only_the_archive_uses_the_codecs() {
    assert_eq!(messages("resguardo-engine", "resguardo-codec", Need::Normal).len(), 1);
    assert!(messages("resguardo-engine", "resguardo-codec", Need::Dev).is_empty());
}

#[test]
fn only_the_shell_names_tauri() {
    for name in ["tauri", "tauri-build", "tauri-plugin-log"] {
        assert_eq!(messages("resguardo-api", name, Need::Build).len(), 1, "{name}");
    }
}

#[test]
fn a_package_without_a_layer_fails() {
    let mut tree = tree(&[]);
    tree.packages.push(package("resguardo-clouds", &[]));
    assert_eq!(find(&tree)[0].message, "`resguardo-clouds` has no layer yet: give it one in this rule");
}

#[test]
fn the_finding_points_at_the_line_of_the_manifest() {
    let manifest = "[dependencies]\nserde_json.workspace = true\nserde.workspace = true\n\"tauri\" = \"2\"\n";
    let mut tree = tree(&[("resguardo-api/Cargo.toml", manifest)]);
    tree.packages.push(package("resguardo-api", &[("serde", Need::Normal), ("tauri", Need::Normal)]));
    assert_eq!(find(&tree).iter().map(|finding| finding.line).collect::<Vec<_>>(), [4]);
}

#[test]
fn the_longest_chain_counts_crates() {
    let packages = [
        package("a", &[("b", Need::Normal), ("c", Need::Normal)]),
        package("b", &[("c", Need::Normal), ("serde", Need::Normal)]),
        package("c", &[("a", Need::Dev)]),
    ];
    assert_eq!(longest_chain(&packages), 3);
}

#[test]
fn the_command_line_and_the_window_go_through_the_api() {
    for from in ["resguardo-cli", "resguardo-app"] {
        assert_eq!(messages(from, "resguardo-engine", Need::Normal).len(), 1, "{from}");
        assert!(messages(from, "resguardo-testkit", Need::Dev).is_empty(), "{from}");
    }
}
