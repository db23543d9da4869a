use annai_domain::{GuideId, RefName, Slug};

/// A ledger entry that exists once the transaction is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The name of the entry.
    pub publication_ref: RefName,
    /// The guide of the entry.
    pub guide_id: GuideId,
    /// The slug of the guide at that entry.
    pub slug: Slug,
    /// The slug under which readers saw the guide before, if it was another one.
    pub previous_slug: Option<Slug>,
    /// The slugs of other guides whose responses changed with it.
    pub affects: Vec<Slug>,
    /// The surrogate keys of every response that changed with it.
    pub purge: Vec<String>,
}

/// A slug that leads to a guide once the transaction is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirected {
    /// The name of the ledger entry.
    pub publication_ref: RefName,
    /// The guide to which the slug leads.
    pub guide_id: GuideId,
    /// The slug.
    pub slug: Slug,
    /// The address of that guide; `None` while it is not public.
    pub to: Option<Slug>,
    /// The slugs of guides whose responses changed with it.
    pub affects: Vec<Slug>,
    /// The surrogate keys of every response that changed with it.
    pub purge: Vec<String>,
}
