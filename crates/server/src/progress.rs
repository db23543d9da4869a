//! Progress messages while the program waits or works.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::output;

/// A progress line: moving on a terminal, otherwise one line per step.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// The moving line, from the first message on. Before that a question may be asked.
    bar: Option<ProgressBar>,
    last: String,
}

impl Waiting {
    pub(crate) fn show(&mut self, text: Option<String>) {
        let Some(text) = text.filter(|text| *text != self.last) else {
            return;
        };
        if self.bar.is_none() && output::is_watched() {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            self.bar = Some(bar);
        }
        match &self.bar {
            Some(bar) => bar.set_message(text.clone()),
            // A counter of seconds would flood a log.
            None if without_digits(&text) == without_digits(&self.last) => {}
            None => output::note(&text),
        }
        self.last = text;
    }

    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Creates a progress bar, which is hidden outside a terminal.
pub(crate) fn bar(label: &'static str, length: u64) -> ProgressBar {
    if !output::is_watched() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg:10} [{bar:40}] {pos}/{len} {per_sec} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(length)
        .with_style(style)
        .with_message(label)
}
