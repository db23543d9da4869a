use annai_domain::closed_set;

closed_set! {
    /// A site generator whose mapping is built in.
    pub enum MappingPreset: "a preset" {
        /// Zenn's articles.
        Zenn = "zenn",
        /// Hugo.
        Hugo = "hugo",
        /// Jekyll.
        Jekyll = "jekyll",
        /// Astro's content collections.
        Astro = "astro",
        /// Docusaurus.
        Docusaurus = "docusaurus",
        /// Any other program that reads files with gray-matter.
        GrayMatter = "gray-matter",
    }
}

impl MappingPreset {
    /// Returns the mapping file.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Zenn => include_str!("presets/zenn.toml"),
            Self::Hugo => include_str!("presets/hugo.toml"),
            Self::Jekyll => include_str!("presets/jekyll.toml"),
            Self::Astro => include_str!("presets/astro.toml"),
            Self::Docusaurus => include_str!("presets/docusaurus.toml"),
            Self::GrayMatter => include_str!("presets/gray_matter.toml"),
        }
    }
}
