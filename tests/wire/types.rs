//! The window's types are the engine's.

use std::path::Path;

fn written() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/shared/ipc/bindings.ts");
    std::fs::read_to_string(file).unwrap_or_default().replace("\r\n", "\n")
}

#[test]
fn the_windows_types_are_the_ones_of_the_wire() {
    let fresh = resguardo_api::typescript::bindings().unwrap();
    let written = written();
    let differs = fresh.lines().zip(written.lines()).find(|(fresh, written)| fresh != written);
    assert!(
        fresh == written,
        "ui/src/shared/ipc/bindings.ts is stale: run `cargo xtask bindings` and commit it\n{differs:?}"
    );
}

#[test]
fn every_command_stands_once_in_the_windows_types_and_no_figure_is_a_bigint() {
    let text = resguardo_api::typescript::bindings().unwrap();
    for command in resguardo_api::COMMANDS {
        let row = format!("  \"{}\": {{ request: ", command.name);
        assert_eq!(text.matches(&row).count(), 1, "{}", command.name);
    }
    assert!(!text.contains("bigint"));
}
