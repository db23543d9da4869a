use crate::{Connections, Database, StorageError};

/// The rights that the connections of one side really have, against those of its role.
///
/// A right reads as in GRANT and REVOKE: `UPDATE (to_ref) ON published_versions`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rights {
    /// The role whose rights the connections should have.
    pub role: &'static str,
    /// The user of the connections.
    pub user: String,
    /// The rights of the role that the user lacks.
    pub missing: Vec<String>,
    /// The rights of the user that the role does not have.
    pub excess: Vec<String>,
}

/// Reads the rights of the editors' side and of delivery, whatever gave them.
pub async fn rights(db: &Database) -> Result<[Rights; 2], StorageError> {
    let mut app = db.begin_unnamed().await?;
    let app = sqlx::query_scalar!(r#"SELECT current_user::text AS "user!""#)
        .fetch_one(app.conn())
        .await?;
    let delivery = sqlx::query_scalar!(r#"SELECT current_user::text AS "user!""#)
        .fetch_one(&mut *db.delivery().conn().await?)
        .await?;
    Ok([
        compare(db, Connections::APP, app).await?,
        compare(db, Connections::DELIVERY, delivery).await?,
    ])
}

/// Compares the rights of `user` with those of `role`, as the owner.
async fn compare(db: &Database, role: &'static str, user: String) -> Result<Rights, StorageError> {
    let mut owner = db.owner().await?;
    let found = sqlx::query!(
        r#"
        SELECT is_missing AS "is_missing!", named_right AS "named_right!"
          FROM compare_rights($1, $2) ORDER BY named_right
        "#,
        user,
        role,
    )
    .fetch_all(&mut owner)
    .await?;
    let of = |is_missing| {
        let rights = found.iter().filter(|row| row.is_missing == is_missing);
        rights.map(|row| row.named_right.clone()).collect()
    };
    Ok(Rights {
        role,
        user,
        missing: of(true),
        excess: of(false),
    })
}
