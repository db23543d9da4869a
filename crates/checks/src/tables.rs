use annai_content::{GuideSource, Reading, Row};

use crate::finding::{Finding, Findings, Level};

/// Checks for rows with more or fewer cells than their head, and for empty cells.
pub(crate) fn check(source: &GuideSource, reading: &Reading, findings: &mut Findings) {
    for table in &reading.tables {
        let Some((head, body)) = table.rows.split_first() else {
            continue;
        };
        // The corner above the names of the rows may be empty.
        empty_cells(head, 1, findings);
        let expected = head.cells.len();
        for row in body {
            if findings.is_full("table_columns") && findings.is_full("table_cell_empty") {
                return;
            }
            let found = columns(&source.as_str()[row.range.clone()]);
            if found == expected {
                empty_cells(row, 0, findings);
            } else {
                let finding = Finding::new(Level::Warn, "table_columns").at(row.range.clone());
                findings.push(finding.with("found", found).with("expected", expected));
            }
        }
    }
}

fn empty_cells(row: &Row, from: usize, findings: &mut Findings) {
    for (cell, column) in row.cells.iter().zip(1_usize..).skip(from) {
        if cell.is_empty {
            let finding = Finding::new(Level::Warn, "table_cell_empty").at(cell.range.clone());
            findings.push(finding.with("column", column));
        }
    }
}

/// Counts the cells in a line, with or without its outer bars.
fn columns(line: &str) -> usize {
    let line = line.trim();
    let mut bars = 0;
    let mut is_escaped = false;
    let mut ends_in_bar = false;
    for byte in line.bytes() {
        ends_in_bar = byte == b'|' && !is_escaped;
        bars += usize::from(ends_in_bar);
        is_escaped = byte == b'\\' && !is_escaped;
    }
    let outer = usize::from(line.starts_with('|')) + usize::from(ends_in_bar && line.len() > 1);
    (bars + 1).saturating_sub(outer)
}
