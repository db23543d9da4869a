//! The file names of an export; the caller writes the files.
//!
//! Every read returns [`StorageError::Unavailable`] while the database is away and
//! [`StorageError::Database`] when a statement fails.

use std::collections::{BTreeMap, HashMap, HashSet};

use annai_domain::GuideId;
use annai_storage::history::list_export;
use annai_storage::{Reads, StorageError};

/// The number of guides that an export reads at once; their texts are in memory meanwhile.
pub const EXPORT_PAGE: i64 = 100;

/// Returns the file of every guide that an export writes: a relative path with `/` between the
/// parts.
///
/// A guide goes to the file it came from; one without such a file goes to `{slug}.md`. If that name
/// belongs to another guide, or the guide has no slug yet, its id is in the name. The same database
/// always gives the same names. `latest` exports the newest revisions instead of the public ones.
/// Archived guides are left out.
pub async fn export_names(
    db: &dyn Reads,
    latest: bool,
) -> Result<BTreeMap<GuideId, String>, StorageError> {
    let mut named = BTreeMap::new();
    let mut nameless = Vec::new();
    let mut after = None;
    loop {
        let page = list_export(db, latest, after, EXPORT_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.guide_id);
        for row in page {
            match row.path {
                Some(path) => {
                    named.insert(row.guide_id, path);
                }
                None => nameless.push((row.guide_id, row.slug)),
            }
        }
    }
    give_names(&mut named, nameless);
    Ok(named)
}

fn give_names(named: &mut BTreeMap<GuideId, String>, nameless: Vec<(GuideId, Option<String>)>) {
    let taken: HashSet<String> = named.values().map(|path| path.to_lowercase()).collect();
    let mut wanted: HashMap<String, usize> = HashMap::new();
    for slug in nameless.iter().filter_map(|(_, slug)| slug.clone()) {
        *wanted.entry(slug).or_default() += 1;
    }
    for (guide_id, slug) in nameless {
        let name = match slug {
            // Front matter may hold anything while it is a draft.
            Some(slug) if slug.parse::<annai_domain::Slug>().is_err() => format!("{guide_id}.md"),
            Some(slug) if wanted[&slug] > 1 || taken.contains(&format!("{slug}.md")) => {
                format!("{slug}.{guide_id}.md")
            }
            Some(slug) => format!("{slug}.md"),
            None => format!("{guide_id}.md"),
        };
        named.insert(guide_id, name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_goes_where_it_came_from_and_names_never_collide() {
        let [first, second, third, fourth, fifth] = std::array::from_fn(|_| GuideId::new());
        let mut named =
            BTreeMap::from([(first, "jobs/a.md".to_owned()), (second, "b.md".to_owned())]);
        let slug = |text: &str| Some(text.to_owned());

        give_names(
            &mut named,
            vec![
                (third, slug("b")),
                (fourth, slug("c")),
                (fifth, slug("../x")),
            ],
        );

        assert_eq!(named[&first], "jobs/a.md");
        assert_eq!(named[&second], "b.md");
        assert_eq!(named[&third], format!("b.{third}.md"));
        assert_eq!(named[&fourth], "c.md");
        assert_eq!(named[&fifth], format!("{fifth}.md"));
    }
}
