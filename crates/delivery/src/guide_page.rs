//! A guide as a whole page, for people who open its address in a browser.

use crate::feeds::escape;

/// The address of the stylesheet.
pub(crate) const STYLESHEET: &str = "/v1/guide.css";

/// The stylesheet. Previews of editors use the same file.
pub(crate) const STYLE: &str = include_str!("../../../admin-ui/static/preview.css");

/// Puts the rendered `body` into a page that links the stylesheet.
pub(crate) fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"{STYLESHEET}\">\n</head>\n\
         <body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}
