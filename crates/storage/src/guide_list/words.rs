use annai_domain::decide::GuideScope;

use crate::{Reads, StorageError};

/// Lists the words under the front matter key `key`, the most used first.
///
/// It reads the newest texts of the guides in `scope`, without archived ones.
pub async fn list_words(
    db: &dyn Reads,
    scope: GuideScope,
    key: &str,
    limit: i64,
) -> Result<Vec<String>, StorageError> {
    let words = sqlx::query_scalar!(
        r#"
        SELECT word AS "word!"
          FROM guide_overview,
               jsonb_array_elements_text(CASE jsonb_typeof(front_matter -> $1)
                   WHEN 'array' THEN front_matter -> $1 ELSE '[]' END) AS word
         WHERE NOT archived AND ($2::uuid IS NULL OR owner_id = $2)
         GROUP BY word
         ORDER BY count(*) DESC, word
         LIMIT $3
        "#,
        key,
        scope.owner().map(|owner| owner.0),
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(words)
}
