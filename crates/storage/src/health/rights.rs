use crate::{Database, StorageError};

/// The rights that the connections of both sides really have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The user of the editors' side.
    pub app_user: String,
    /// Whether that user can save a revision, and cannot change one.
    pub app_fits: bool,
    /// The user of delivery.
    pub delivery_user: String,
    /// Whether that user can read publications.
    pub delivery_reads: bool,
    /// The tables that delivery can read but must not.
    pub leaks: Vec<String>,
}

/// Reads the rights of the connections, whatever gave them.
pub async fn rights(db: &Database) -> Result<Rights, StorageError> {
    let mut app = db.begin_unnamed().await?;
    let app = sqlx::query!(
        r#"
        SELECT current_user::text AS "user!",
               has_table_privilege('revisions', 'INSERT')
               AND NOT has_any_column_privilege('revisions', 'UPDATE') AS "fits!"
        "#
    )
    .fetch_one(app.conn())
    .await?;
    let delivery = sqlx::query!(
        r#"
        SELECT current_user::text AS "user!",
               has_table_privilege('published_versions', 'SELECT') AS "reads!",
               ARRAY(SELECT relname::text FROM pg_class
                      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
                        AND relname <> 'published_versions' AND relname NOT LIKE 'delivery\_%'
                        AND has_table_privilege(oid, 'SELECT')
                      ORDER BY relname) AS "leaks!"
        "#
    )
    .fetch_one(&mut *db.delivery().conn().await?)
    .await?;
    Ok(Rights {
        app_user: app.user,
        app_fits: app.fits,
        delivery_user: delivery.user,
        delivery_reads: delivery.reads,
        leaks: delivery.leaks,
    })
}
