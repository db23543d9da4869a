use annai_domain::UserId;

use crate::{ReadDb, StorageError};

/// Lists the words that the newest texts have in the list `key` of their front matter, the most used
/// first. `owner_id` narrows to the guides of one owner.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list_words(
    db: &ReadDb,
    key: &str,
    owner_id: Option<UserId>,
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
        owner_id.map(|owner| owner.0),
        limit,
    )
    .fetch_all(&mut *db.conn().await?)
    .await?;
    Ok(words)
}
