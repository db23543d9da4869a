use crate::limits;

/// The seconds for which an endpoint gathers events into one call; 0 sends each at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct WebhookWindow(u16);

impl WebhookWindow {
    /// The window that sends each event at once.
    pub const NONE: Self = Self(0);
    /// One minute.
    pub const MINUTE: Self = Self(60);
    /// The windows that a form offers.
    pub const CHOICES: [Self; 6] = [
        Self::NONE,
        Self(10),
        Self::MINUTE,
        Self(300),
        Self(900),
        Self(3600),
    ];

    /// Returns the window of that many seconds; `None` above the limit.
    #[must_use]
    pub fn new(seconds: u16) -> Option<Self> {
        (usize::from(seconds) <= limits::WEBHOOK_WINDOW).then_some(Self(seconds))
    }

    /// Returns the number of seconds.
    #[must_use]
    pub const fn seconds(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lasts_an_hour_at_most_as_every_choice_does() {
        assert_eq!(WebhookWindow::new(0), Some(WebhookWindow::NONE));
        assert_eq!(WebhookWindow::new(3600), Some(WebhookWindow(3600)));
        assert_eq!(WebhookWindow::new(3601), None);
        for choice in WebhookWindow::CHOICES {
            assert_eq!(WebhookWindow::new(choice.seconds()), Some(choice));
        }
    }
}
