use annai_domain::closed_set;

closed_set! {
    /// Checks that make sense for one kind of guide only. The schema names them by
    /// `"x-annai": {"rules": "job_guide"}` beside its `properties`.
    pub enum RuleSet: "a set of rules" {
        /// Guides to one job. Keycaps number the chapters, and guides of one category have the
        /// same sections.
        JobGuide = "job_guide",
    }
}

closed_set! {
    /// The place of the top heading of a page, which decides what a `# …` in a body means.
    ///
    /// The schema names it by `"x-annai": {"top_heading": "is_title"}` beside its `properties`.
    pub enum TopHeading: "a place of the top heading" {
        /// The body has one `# …`, in words of its own.
        InBody = "in_body",
        /// The body has one `# …`, and the title is part of it.
        HoldsTitle = "holds_title",
        /// The site shows the title as the top heading, so the body has no `# …`.
        IsTitle = "is_title",
    }
}

impl TopHeading {
    /// Returns the place that a schema means if it names none.
    pub(super) fn usual(rules: Option<RuleSet>) -> Self {
        match rules {
            Some(RuleSet::JobGuide) => Self::HoldsTitle,
            None => Self::InBody,
        }
    }
}
