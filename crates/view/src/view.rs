use serde::Serialize;

/// The data of one template.
///
/// A template shows one view and decides nothing; whatever it names must be there, or
/// rendering fails.
pub trait View: Serialize + Sized {
    /// The template's path below `admin-ui/templates`.
    const TEMPLATE: &'static str;

    /// One value per distinct look; a test renders them all in both languages.
    #[cfg(test)]
    fn samples() -> Vec<Self>;
}
