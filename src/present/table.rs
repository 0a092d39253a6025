//! Tables for the terminal, with Chinese widths right.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, TableComponent, presets};

use crate::present::Style;
use crate::present::names::on_screen;

/// Which side a column leans to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lean {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table under construction: a heading with a rule below, columns set apart by two spaces.
pub(crate) struct Grid {
    table: Table,
    leans: Vec<Lean>,
}

impl Grid {
    /// A table with these headings.
    pub(crate) fn new(style: &Style, columns: &[(&str, Lean)]) -> Self {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_style(TableComponent::HeaderLines, '-');
        table.set_style(TableComponent::MiddleHeaderIntersections, ' ');
        match style.width {
            Some(width) => {
                table.set_content_arrangement(ContentArrangement::Dynamic);
                table.set_width(width);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        let leans: Vec<Lean> = columns.iter().map(|&(_, lean)| lean).collect();
        // Headings of our own may have two lines.
        let heading = |name: &str| {
            name.split('\n')
                .map(on_screen)
                .collect::<Vec<_>>()
                .join("\n")
        };
        table.set_header((columns.iter()).map(|&(name, lean)| aligned(&heading(name), lean)));
        Self { table, leans }
    }

    /// Adds a row; missing cells stay empty.
    pub(crate) fn row(&mut self, cells: &[String]) {
        let cells = cells
            .iter()
            .zip(&self.leans)
            .map(|(text, &lean)| cell(text, lean));
        self.table.add_row(cells);
    }

    /// The text, one line a row, no blanks at the ends of lines, a newline after the last.
    pub(crate) fn finish(mut self) -> String {
        let last = self.leans.len().saturating_sub(1);
        for (i, column) in self.table.column_iter_mut().enumerate() {
            column.set_padding((0, u16::from(i != last)));
        }
        let mut text = String::new();
        for line in self.table.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

fn cell(text: &str, lean: Lean) -> Cell {
    aligned(&on_screen(text), lean)
}

fn aligned(text: &str, lean: Lean) -> Cell {
    Cell::new(text).set_alignment(match lean {
        Lean::Left => CellAlignment::Left,
        Lean::Right => CellAlignment::Right,
    })
}
