use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _};

/// The number of other connections that begin a transaction. Each takes one connection to the server
/// away from a pooler, until the one that was set is left to somebody else.
const OTHERS: usize = 3;

/// Returns whether a value set on one connection stays there, and only there.
///
/// Every statement is a simple query: prepared ones fail behind older poolers.
pub(super) async fn are_kept(connect: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut first = connect.connect().await?;
    let set = "SELECT set_config('annai.session', gen_random_uuid()::text, false)";
    let token = text(&mut first, set).await?;
    let mut others = Vec::new();
    let mut kept = true;
    for _ in 0..OTHERS {
        let mut other = connect.connect().await?;
        if let Err(error) = other.execute(sqlx::raw_sql("BEGIN")).await {
            return refuses_transactions(error);
        }
        let get = "SELECT current_setting('annai.session', true)";
        let is_elsewhere = text(&mut other, get).await? == token;
        kept = !is_elsewhere && text(&mut first, get).await? == token;
        others.push(other);
        if !kept {
            break;
        }
    }
    for other in others {
        other.close().await?;
    }
    first.close().await?;
    Ok(kept)
}

/// Returns `false` for the error of a pooler that shares connections between statements.
fn refuses_transactions(error: sqlx::Error) -> Result<bool, sqlx::Error> {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    if code.as_deref() == Some("08P01") {
        return Ok(false);
    }
    Err(error)
}

async fn text(
    connection: &mut PgConnection,
    select: &'static str,
) -> Result<Option<String>, sqlx::Error> {
    let row = connection.fetch_one(sqlx::raw_sql(select)).await?;
    row.try_get(0)
}
