use annai_domain::{Actor, GuideId};
use annai_editorial::{
    ImportOutcome, ImportedFile, Published, archive, import_revision, unarchive, unpublish,
};
use annai_test_support::{TestApp, guide_source};

/// A guide as an operator writes it.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) category: &'static str,
    pub(crate) related: Vec<String>,
    pub(crate) body: String,
}

impl Written {
    pub(crate) fn new(slug: &str, related: &[&str]) -> Self {
        Self {
            slug: slug.to_owned(),
            title: format!("{slug}とは"),
            category: "cloud-infra",
            related: related.iter().map(|&slug| slug.to_owned()).collect(),
            body: "本文。".to_owned(),
        }
    }

    fn source(&self) -> Vec<u8> {
        let related = serde_json::to_string(&self.related).unwrap();
        guide_source(&self.slug, &self.title, &self.body)
            .replace(
                "\"related_jobs\": []",
                &format!("\"related_jobs\": {related}"),
            )
            .replace("cloud-infra", self.category)
            .into_bytes()
    }
}

/// Publishes as the operator: the guide `guide_id` again, or a new one.
pub(crate) async fn publish(
    app: &TestApp,
    guide_id: Option<GuideId>,
    written: &Written,
) -> (GuideId, Published) {
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    let file = ImportedFile {
        guide_id,
        path: format!("{}.md", written.slug),
        source: written.source(),
        publish: true,
    };
    let outcome = import_revision(&mut tx, &app.schema, file).await.unwrap();
    tx.commit().await.unwrap();
    match outcome {
        ImportOutcome::New(guide_id, published)
        | ImportOutcome::Changed(guide_id, published)
        | ImportOutcome::Same(guide_id, published) => (guide_id, published.unwrap()),
    }
}

/// Unpublishes a guide; with `away` it archives and unarchives the guide.
pub(crate) async fn take_down(app: &TestApp, guide_id: GuideId, away: bool) -> Published {
    let mut tx = app.database.begin(Actor::operator()).await.unwrap();
    let published = if away {
        let published = archive(&mut tx, guide_id, true).await.unwrap().unwrap();
        unarchive(&mut tx, guide_id).await.unwrap();
        published
    } else {
        unpublish(&mut tx, guide_id, true).await.unwrap()
    };
    tx.commit().await.unwrap();
    published
}
