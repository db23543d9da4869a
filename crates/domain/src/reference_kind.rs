use crate::closed_set;

closed_set! {
    /// The kind of a place outside its own text that a guide names.
    pub enum ReferenceKind: "a kind of reference" {
        /// A related guide, named by its slug.
        Relation = "relation",
        /// A link in the body.
        Link = "link",
        /// An image, in the body or in a field.
        Image = "image",
    }
}
