use serde_json::json;

use crate::Client;

/// A guide created through the API.
#[derive(Debug, Clone)]
pub struct CreatedGuide {
    /// The id, as the API writes it.
    pub guide_id: String,
    /// The first revision, as the API writes it.
    pub revision_id: String,
    /// The hash of the first content, as the API writes it.
    pub content_hash: String,
}

impl CreatedGuide {
    /// Returns the address of the editor's page.
    #[must_use]
    pub fn page(&self) -> String {
        format!("/admin/guides/{}", self.guide_id)
    }

    /// Returns the address in the API.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/api/v1/guides/{}", self.guide_id)
    }
}

impl Client {
    /// Creates a guide through the API.
    pub async fn create_guide(&self, source: &str) -> CreatedGuide {
        let body = json!({ "source": source });
        let created = self.post("/api/v1/guides").json(&body).await;
        assert_eq!(created.status, 201, "{created}");
        CreatedGuide {
            guide_id: created.string("/guide_id"),
            revision_id: created.string("/revision_id"),
            content_hash: created.string("/content_hash"),
        }
    }
}
