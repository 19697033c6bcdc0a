//! Rule `window`: what the sources of the window may import and say. TypeScript's own checks stand in `ui/tsconfig.json`.

use super::{File, Finding, Tree};

const SOURCES: &str = "ui/src/";
const FEATURES: &str = "ui/src/features/";
const GENERATED: &str = "ui/src/shared/ipc/bindings.ts";
const TAURI: &str = "ui/src/shared/ipc/tauri.ts";
const DRAWINGS: &str = "ui/src/shared/ui/Sprite.svelte";
const LONGEST: usize = 300;

/// Words that switch the type checker off.
const ESCAPES: [&str; 6] = [": any", "as any", "<any", "@ts-ignore", "@ts-expect-error", "@ts-nocheck"];

pub(super) fn find(tree: &Tree) -> Vec<Finding> {
    let sources = tree.files.iter().filter(|file| is_source(file));
    sources.flat_map(|file| in_file(file).into_iter().chain(length(file))).collect()
}

fn is_source(file: &File) -> bool {
    file.path.starts_with(SOURCES) && file.path != GENERATED && file.has_extension(&["ts", "svelte"])
}

fn length(file: &File) -> Option<Finding> {
    let lines = file.text.lines().count();
    let message = || format!("{lines} lines; a file of the window has {LONGEST} at most");
    (lines > LONGEST).then(|| file.finding(1, "window", message()))
}

fn in_file(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        let mut report = |message: String| findings.push(file.finding(number + 1, "window", message));
        if let Some(specifier) = imported(line) {
            import(file, specifier).into_iter().for_each(&mut report);
        }
        said(file, line).into_iter().for_each(report);
    }
    findings
}

/// What a line imports, when it is the line of an import that names the module.
fn imported(line: &str) -> Option<&str> {
    let from = line.find(" from \"").map(|at| at + 7).or_else(|| line.find("import(\"").map(|at| at + 8));
    let start = from.or_else(|| line.starts_with("import \"").then_some(8))?;
    line[start..].split('"').next()
}

fn import(file: &File, specifier: &str) -> Option<String> {
    if specifier.starts_with("@tauri-apps/") {
        return (file.path != TAURI).then(|| "only shared/ipc/tauri.ts imports Tauri".to_owned());
    }
    let target = resolved(&file.path, specifier)?;
    let from_shared = file.path.starts_with("ui/src/shared/");
    let from_feature = feature(&file.path);
    match feature(&target) {
        Some(name) if from_shared => Some(format!("shared code knows no feature, and this is `{name}`")),
        Some(name) if from_feature.is_some_and(|own| own != name) => {
            Some(format!("a feature imports no other, and this is `{name}`"))
        }
        None if target.starts_with("ui/src/app/") && (from_shared || from_feature.is_some()) => {
            Some("only the frame knows the frame".to_owned())
        }
        _ => None,
    }
}

/// The feature that a path is part of.
fn feature(path: &str) -> Option<&str> {
    path.strip_prefix(FEATURES)?.split('/').next()
}

/// The path of a relative import, from the root.
fn resolved(path: &str, specifier: &str) -> Option<String> {
    if !specifier.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

fn said(file: &File, line: &str) -> Option<String> {
    if let Some(escape) = ESCAPES.iter().find(|escape| has_word(line, escape)) {
        return Some(format!("`{escape}` switches the type checker off"));
    }
    if file.has_extension(&["ts"]) && line.starts_with("export default") {
        return Some("exports have names".to_owned());
    }
    if line.contains("style=\"") && file.has_extension(&["svelte"]) {
        return Some(
            "the content policy blocks `style=\"...\"`: use a class or a `style:` directive".to_owned(),
        );
    }
    if (line.contains("{@html") || line.contains("innerHTML")) && file.path != DRAWINGS {
        return Some("nothing is written as markup but the drawings".to_owned());
    }
    has_assertion(line).then(|| "`!` after a value hides that it may be missing".to_owned())
}

/// Whether the text stands there and is not the beginning of a longer word.
fn has_word(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(at, _)| {
        let after = line[at + text.len()..].chars().next();
        !after.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

/// A non-null assertion: `!` between a value and what is done with it.
fn has_assertion(line: &str) -> bool {
    let bytes = line.as_bytes();
    line.match_indices('!').any(|(at, _)| {
        let before = at.checked_sub(1).map(|at| bytes[at]);
        let value = before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, b')' | b']' | b'_'));
        value && bytes.get(at + 1).is_some_and(|c| matches!(c, b'.' | b';' | b',' | b')' | b']' | b'['))
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    const HISTORY: &str = "ui/src/features/history/HistoryPage.svelte";

    #[test]
    fn features_shared_code_and_the_frame_keep_their_distance() {
        let passes = "import { a } from \"./model.ts\";\nimport { b } from \"../../shared/clock.ts\";\nimport \"svelte\";\n";
        assert!(lines(find, HISTORY, passes).is_empty());
        assert_eq!(lines(find, HISTORY, "import A from \"../plans/A.svelte\";\n"), [1]);
        assert_eq!(lines(find, HISTORY, "\nimport A from \"../../app/A.svelte\";\n"), [2]);
        assert_eq!(lines(find, "ui/src/shared/a.ts", "import A from \"../features/plans/A.svelte\";\n"), [1]);
        assert_eq!(
            lines(find, "ui/src/app/pages.ts", "import A from \"../features/plans/A.svelte\";\n"),
            [0; 0]
        );
    }

    #[test]
    fn one_file_knows_tauri() {
        let line = "import { invoke } from \"@tauri-apps/api/core\";\n";
        assert_eq!(lines(find, HISTORY, line), [1]);
        assert!(lines(find, TAURI, line).is_empty());
    }

    #[test]
    fn what_the_types_or_the_content_policy_would_not_see_fails() {
        for bad in [
            "let a: any = 1;",
            "const b = c as any;",
            "// @ts-ignore",
            "const d = e!.f;",
            "g(h!);",
            "<p style=\"color: red\">",
            "{@html text}",
        ] {
            assert_eq!(lines(find, HISTORY, bad), [1], "{bad}");
        }
        for good in
            ["if (a !== b) c();", "const anyone: anything = 1;", "if (!a.b) d();", "<p style:color={e}>"]
        {
            assert!(lines(find, HISTORY, good).is_empty(), "{good}");
        }
        assert_eq!(lines(find, "ui/src/shared/a.ts", "export default 1;"), [1]);
    }

    #[test]
    fn a_long_file_fails_and_the_generated_one_does_not() {
        let text = "a();\n".repeat(LONGEST + 1);
        assert_eq!(lines(find, HISTORY, &text), [1]);
        assert!(lines(find, GENERATED, &text).is_empty());
        assert!(lines(find, "ui/vite.config.ts", &text).is_empty());
    }
}
