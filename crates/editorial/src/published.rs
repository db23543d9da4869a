use annai_domain::{GuideId, RefName, Slug};

/// A ledger entry that stands once the transaction is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The name of the entry.
    pub publication_ref: RefName,
    /// The guide it is about.
    pub guide_id: GuideId,
    /// The slug it is about.
    pub slug: Slug,
    /// The slug under which readers saw the guide until now, where that was another one.
    pub previous_slug: Option<Slug>,
    /// The slugs of other guides whose answers changed with it.
    pub affects: Vec<Slug>,
    /// The surrogate keys of every answer that changed with it.
    pub purge: Vec<String>,
}
