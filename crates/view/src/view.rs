use serde::Serialize;

/// The data of one template.
///
/// A template shows one view and decides nothing. Rendering fails where it names something that
/// does not exist.
pub trait View: Serialize + Sized {
    /// The path of the template below `admin-ui/templates`.
    const TEMPLATE: &'static str;

    /// Returns one value per distinct look. A test renders them all in both languages.
    #[cfg(test)]
    fn samples() -> Vec<Self>;
}
