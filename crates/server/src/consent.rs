//! The question whether PostgreSQL may be got.

use std::io::IsTerminal as _;

use annai_local_postgres::Offer;

use crate::output;

/// Asks the person at the terminal whether PostgreSQL may be got; Enter means yes.
///
/// Without a terminal the first start of a data folder gets it, because one command must do.
pub(crate) fn agrees(offer: &Offer) -> bool {
    if !(output::is_watched() && std::io::stdin().is_terminal()) {
        return offer.is_first;
    }
    let Offer {
        client,
        package,
        licence,
        ..
    } = offer;
    let release = offer.release.unwrap_or("of this distribution");
    let size = offer
        .megabytes
        .map(|size| format!(", {size} MB"))
        .unwrap_or_default();
    output::note(&format!(
        "Annai needs PostgreSQL and this machine has none.\n\
         Get PostgreSQL {release} with {client} (package {package}{size}, licence {licence})? [Y/n]"
    ));
    let mut answer = String::new();
    let was_read = std::io::stdin().read_line(&mut answer).is_ok();
    was_read && matches!(answer.trim(), "" | "y" | "Y" | "yes")
}
