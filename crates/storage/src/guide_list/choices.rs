use annai_domain::UserId;

use crate::{ReadDb, StorageError};

/// The categories and owners that occur, for the filters.
#[derive(Debug, Clone, serde::Serialize)]
pub struct GuideListChoices {
    /// Categories, in order.
    pub categories: Vec<String>,
    /// Owners' ids and names, by name.
    pub owners: Vec<(UserId, String)>,
    /// The 200 most used tags, in order.
    pub tags: Vec<String>,
}

/// What the filters can offer.
///
/// # Errors
///
/// [`StorageError::Database`] when Postgres cannot answer.
pub async fn list_choices(db: &ReadDb) -> Result<GuideListChoices, StorageError> {
    let mut conn = db.conn().await?;
    let categories = sqlx::query_scalar!(
        r#"
        SELECT DISTINCT category AS "category!" FROM guide_overview
         WHERE category IS NOT NULL ORDER BY 1
        "#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let owners = sqlx::query!(
        r#"
        SELECT user_id, display_name FROM users
         WHERE user_id IN (SELECT owner_id FROM guides) ORDER BY display_name, user_id
        "#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let tags = sqlx::query_scalar!(
        r#"
        SELECT tag AS "tag!" FROM (
            SELECT tag, count(*) AS used
              FROM guide_overview,
                   jsonb_array_elements_text(CASE jsonb_typeof(front_matter -> 'tags')
                       WHEN 'array' THEN front_matter -> 'tags' ELSE '[]' END) AS tag
             GROUP BY tag ORDER BY used DESC, tag LIMIT 200
        ) most ORDER BY tag
        "#,
    )
    .fetch_all(&mut *conn)
    .await?;
    let owners = owners
        .into_iter()
        .map(|row| (UserId(row.user_id), row.display_name))
        .collect();
    Ok(GuideListChoices {
        categories,
        owners,
        tags,
    })
}

/// The words that the newest texts have in the list `key` of their front matter, the most used
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
