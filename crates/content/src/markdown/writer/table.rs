use pulldown_cmark::Alignment;

use super::Writer;

/// The state of the current table; tables cannot be nested.
#[derive(Default)]
pub(super) struct Table {
    is_open: bool,
    alignments: Vec<Alignment>,
    in_head: bool,
    has_body: bool,
    column: usize,
}

impl Table {
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }
}

impl Writer<'_> {
    pub(super) fn open_table(&mut self, alignments: Vec<Alignment>, offset: usize) {
        self.rendered.stats.tables += 1;
        self.table = Table {
            is_open: true,
            alignments,
            ..Table::default()
        };
        self.open_block("<table>\n", offset);
    }

    pub(super) fn close_table(&mut self) {
        if self.table.has_body {
            self.html.push_str("</tbody>\n");
        }
        self.table.is_open = false;
        self.html.push_str("</table>\n");
        self.plain.end_block(2);
    }

    pub(super) fn open_table_head(&mut self, offset: usize) {
        self.table.in_head = true;
        self.table.column = 0;
        self.html.push_str("<thead>\n");
        self.open_row(offset);
    }

    pub(super) fn close_table_head(&mut self) {
        self.table.in_head = false;
        self.html.push_str("</tr>\n</thead>\n");
        self.plain.end_block(1);
    }

    pub(super) fn open_table_row(&mut self, offset: usize) {
        self.table.column = 0;
        if !self.table.has_body {
            self.table.has_body = true;
            self.html.push_str("<tbody>\n");
        }
        self.open_row(offset);
    }

    fn open_row(&mut self, offset: usize) {
        let tag = self.html.len();
        self.html.push_str("<tr>\n");
        self.mark_line(tag, offset);
    }

    pub(super) fn close_table_row(&mut self) {
        self.html.push_str("</tr>\n");
        self.plain.end_block(1);
    }

    pub(super) fn open_cell(&mut self) {
        if self.table.column > 0 {
            self.plain.push("\t");
        }
        self.html
            .push_str(if self.table.in_head { "<th" } else { "<td" });
        // A class, because the content security policy forbids inline styles.
        self.html
            .push_str(match self.table.alignments.get(self.table.column) {
                Some(Alignment::Left) => " class=\"align-left\">",
                Some(Alignment::Center) => " class=\"align-center\">",
                Some(Alignment::Right) => " class=\"align-right\">",
                Some(Alignment::None) | None => ">",
            });
    }

    pub(super) fn close_cell(&mut self) {
        self.table.column += 1;
        self.html.push_str(if self.table.in_head {
            "</th>\n"
        } else {
            "</td>\n"
        });
    }
}
