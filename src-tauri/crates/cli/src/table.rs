//! Columns for people: widths by what the terminal shows, numbers to the right.

use unicode_width::UnicodeWidthStr;

/// Rows under a heading.
#[derive(Debug, Default)]
pub(crate) struct Table {
    headings: Vec<&'static str>,
    right: Vec<usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table whose columns number `right` (from 0) are aligned to the right.
    pub(crate) fn new<const N: usize>(headings: [&'static str; N], right: &[usize]) -> Self {
        Self { headings: headings.to_vec(), right: right.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| one_line(&cell)).to_vec());
    }

    /// The lines, the heading first.
    pub(crate) fn lines(&self) -> Vec<String> {
        let widths: Vec<usize> = (0..self.headings.len()).map(|column| self.width(column)).collect();
        let headings: Vec<String> = self.headings.iter().map(|heading| heading.to_uppercase()).collect();
        std::iter::once(&headings).chain(&self.rows).map(|cells| self.line(cells, &widths)).collect()
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
        cells.chain([self.headings[column].to_uppercase().width()]).max().unwrap_or(0)
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            if column > 0 {
                line.push_str("  ");
            }
            let (before, after) = if self.right.contains(&column) {
                (padding, String::new())
            } else {
                (String::new(), padding)
            };
            line.push_str(&before);
            line.push_str(cell);
            line.push_str(&after);
        }
        line.trim_end().to_owned()
    }
}

/// A name with a line break in it must not break the table, nor send the terminal commands.
fn one_line(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_what_is_seen() {
        let mut table = Table::new(["name", "size"], &[1]);
        table.row(["año".to_owned(), "1".to_owned()]);
        table.row(["日本".to_owned(), "1.284".to_owned()]);
        assert_eq!(table.lines(), ["NAME   SIZE", "año       1", "日本  1.284"]);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        let mut table = Table::new(["name"], &[]);
        table.row(["a\n\u{1b}[31mb".to_owned()]);
        assert_eq!(table.lines()[1], "a\u{FFFD}\u{FFFD}[31mb");
    }
}
