use crate::closed_set;

closed_set! {
    /// The dialect in which a file states its front matter.
    pub enum FileDialect: "a dialect of front matter" {
        /// A JSON object between `---json` and `---`, as guides are kept.
        Json = "json",
        /// YAML between lines of `---`.
        Yaml = "yaml",
        /// TOML between lines of `+++`, or between `---toml` and `---`.
        Toml = "toml",
        /// A bare JSON object before the body, as Hugo reads it.
        HugoJson = "hugo-json",
        /// No front matter: the whole file is the body.
        None = "none",
    }
}
