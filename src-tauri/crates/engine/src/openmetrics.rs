//! The text form of OpenMetrics 1.0 (RFC draft, `application/openmetrics-text`): families with type, unit and help, then samples.

use std::fmt::Write;

/// A text that grows by families and ends with `# EOF`.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    text: String,
    family: String,
}

impl Exposition {
    /// Begins a family; its samples follow. With a unit, the family's name ends in it.
    pub(crate) fn family(&mut self, name: &str, kind: &str, unit: &str, help: &str) {
        let end = if unit.is_empty() { String::new() } else { format!("_{unit}") };
        self.family = format!("resguardo_{name}{end}");
        let family = &self.family;
        let _ = writeln!(self.text, "# TYPE {family} {kind}");
        if !unit.is_empty() {
            let _ = writeln!(self.text, "# UNIT {family} {unit}");
        }
        let _ = writeln!(self.text, "# HELP {family} {}", escaped(help));
    }

    /// A sample of the family that was begun last. An information's samples end in `_info`.
    pub(crate) fn sample(&mut self, end: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.text, "{}{end}{labels} {value}", self.family);
    }

    /// The whole text.
    pub(crate) fn finish(mut self) -> String {
        self.text.push_str("# EOF\n");
        self.text
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
