//! Checks of the database.

use annai_local_postgres::MINIMUM_VERSION;
use annai_storage::health::{
    ChainReport, Rights, ServerFacts, check_audit, check_disk, check_ledger, ping, rights,
    server_facts,
};
use annai_storage::nodes::{self, NodeRecord};
use annai_storage::{StorageError, users};

use super::{Check, servers};
use crate::database::OpenDatabase;
use crate::failure::{Code, Failure};
use crate::roles;
use crate::settings::Settings;

/// The largest clock difference that does not distort expiries and log lines.
const CLOCK_TOLERANCE_SECONDS: i64 = 5;

pub(super) async fn checks(open: &OpenDatabase, settings: &Settings) -> Vec<Check> {
    let before = open.database.clock().now();
    let facts = match facts(open).await {
        Ok(facts) => facts,
        Err(failure) => {
            let advice = match failure.code {
                Code::Configuration | Code::Unavailable => failure.advice().unwrap_or_default(),
                _ => "check that the server runs, and check user and password",
            };
            let mut checks = vec![Check::fail("database", failure.text(), advice)];
            if open.database.has_several_servers() {
                checks.extend(servers::check(open).await);
            }
            return checks;
        }
    };
    let after = open.database.clock().now();
    let mut checks = vec![server(open, &facts)];
    checks.extend(servers::check(open).await);
    checks.extend([migrations(&facts), roles_of(open, &facts, settings).await]);
    // Midway between query and response.
    let here = i64::midpoint(before.as_millisecond(), after.as_millisecond());
    checks.push(clock(facts.now.as_millisecond() - here));
    if facts.applied_migrations == facts.known_migrations {
        checks.push(chain("ledger", check_ledger(&open.database).await));
        checks.push(chain("audit log", check_audit(&open.database).await));
    }
    if facts.applied_migrations == facts.known_migrations && facts.has_app_role {
        checks.push(writes(open).await);
        checks.push(nodes_of(open).await);
        checks.push(administrator(open).await);
    }
    checks
}

async fn facts(open: &OpenDatabase) -> Result<ServerFacts, Failure> {
    open.check_connections().await?;
    Ok(server_facts(&open.database).await?)
}

fn server(open: &OpenDatabase, facts: &ServerFacts) -> Check {
    let whose = if open.is_private() {
        "private"
    } else {
        "configured"
    };
    let found = format!("{whose}, PostgreSQL {}", facts.version);
    let major = facts
        .version
        .split(['.', ' '])
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    if major.is_some_and(|major| major < MINIMUM_VERSION) {
        return Check::fail(
            "database",
            found,
            format!("use PostgreSQL {MINIMUM_VERSION} or newer"),
        );
    }
    if facts.fsync_is_off {
        return Check::warn(
            "database",
            format!("{found}, fsync is off"),
            "a crash of the machine can lose saved data: set fsync = on",
        );
    }
    Check::ok("database", found)
}

fn migrations(facts: &ServerFacts) -> Check {
    let found = format!(
        "{} of {} applied",
        facts.applied_migrations, facts.known_migrations
    );
    if facts.applied_migrations < facts.known_migrations {
        return Check::fail(
            "migrations",
            found,
            "run `annai migrate`; `annai serve` migrates too",
        );
    }
    if facts.waiting_migrations > 0 {
        let found = format!("{found}, {} wait", facts.waiting_migrations);
        let advice = "once no older version runs: `annai migrate --contract`";
        return Check::warn("migrations", found, advice);
    }
    Check::ok("migrations", found)
}

async fn writes(open: &OpenDatabase) -> Check {
    const NAME: &str = "writes";
    let database = &open.database;
    let checked = match ping(&database.reader()).await {
        Ok(()) => check_disk(database).await,
        Err(error) => Err(error),
    };
    match checked.map_err(Failure::from) {
        Ok(()) => Check::ok(NAME, "the server takes them, and its disk has room"),
        Err(failure) => {
            let advice = failure.advice().unwrap_or_default().to_owned();
            Check::fail(NAME, failure.text(), advice)
        }
    }
}

async fn nodes_of(open: &OpenDatabase) -> Check {
    const NAME: &str = "nodes";
    let listed = nodes::list(&open.database.reader(), nodes::FORGOTTEN).await;
    let nodes = match listed {
        Ok(nodes) if nodes.is_empty() => return Check::ok(NAME, "none is running"),
        Ok(nodes) => nodes,
        Err(error) => {
            let found = Failure::from(error).text();
            return Check::fail(NAME, found, "check that the role annai_app exists");
        }
    };
    let found = nodes
        .iter()
        .map(describe)
        .collect::<Vec<_>>()
        .join("\n      ");
    let mut running = nodes.iter().filter(|node| node.silence < nodes::SILENT);
    let first = running.next().map(|node| node.schema_hash);
    if running.any(|node| Some(node.schema_hash) != first) {
        let advice = "the nodes use different schemas: give all the same schema.json and restart the older ones";
        return Check::warn(NAME, found, advice);
    }
    if nodes.iter().any(|node| node.silence >= nodes::SILENT) {
        let advice =
            "a node ended without saying so, or is cut off; it is forgotten after 10 minutes";
        return Check::warn(NAME, found, advice);
    }
    Check::ok(NAME, found)
}

fn describe(node: &NodeRecord) -> String {
    format!(
        "{}: version {}, schema {}, ref {}, last beat {} s ago",
        node.label,
        node.version,
        &node.schema_hash.to_string()[..8],
        node.served_ref,
        node.silence.as_secs()
    )
}

async fn roles_of(open: &OpenDatabase, facts: &ServerFacts, settings: &Settings) -> Check {
    const NAME: &str = "roles";
    let missing = roles::missing(facts, settings);
    if !missing.is_empty() {
        let found = format!(
            "missing, or not granted to this login: {}",
            missing.join(", ")
        );
        return Check::fail(NAME, found, roles::advice(&missing));
    }
    if facts.applied_migrations < facts.known_migrations {
        return Check::ok(NAME, "annai_app and annai_delivery");
    }
    match rights(&open.database).await {
        Ok(sides) => rights_of(&sides),
        Err(error) => Check::fail(
            NAME,
            Failure::from(error).text(),
            "check that both logins can connect",
        ),
    }
}

/// Holds the rights of both sides to those of their roles.
fn rights_of(sides: &[Rights]) -> Check {
    const NAME: &str = "roles";
    let wrong: Vec<_> = sides
        .iter()
        .filter(|side| !roles::misfits(side).is_empty())
        .collect();
    if wrong.is_empty() {
        let found = "annai_app and annai_delivery have their rights and no others; delivery reads published pages only";
        return Check::ok(NAME, found);
    }
    let found = wrong
        .iter()
        .map(|side| format!("{} {}", side.user, roles::misfits(side)));
    let advice = wrong.iter().map(|side| roles::correction(side));
    let joined = |texts: Vec<String>| texts.join("; ");
    Check::fail(NAME, joined(found.collect()), joined(advice.collect()))
}

fn clock(ahead_milliseconds: i64) -> Check {
    let found = format!(
        "the database's is {:+.1} s from this machine's",
        milliseconds_as_seconds(ahead_milliseconds)
    );
    if ahead_milliseconds.abs() > CLOCK_TOLERANCE_SECONDS * 1000 {
        return Check::warn("clock", found, "let both machines keep time with NTP");
    }
    Check::ok("clock", found)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "clocks never differ by 2^52 milliseconds"
)]
fn milliseconds_as_seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}

fn chain(name: &'static str, walked: Result<ChainReport, StorageError>) -> Check {
    match walked {
        Ok(ChainReport {
            entries,
            first_bad: None,
        }) => Check::ok(name, format!("{entries} entries, every hash correct")),
        Ok(ChainReport {
            entries,
            first_bad: Some(number),
        }) => Check::fail(
            name,
            format!("{entries} entries; entry {number} is missing, altered or out of order"),
            "somebody changed the tables by hand: compare with a backup before you write anything else",
        ),
        Err(error) => Check::fail(
            name,
            Failure::from(error).text(),
            "the hashes could not be walked",
        ),
    }
}

async fn administrator(open: &OpenDatabase) -> Check {
    match users::admin_exists(&open.database.reader()).await {
        Ok(true) => Check::ok("administrator", "at least one administrator can sign in"),
        Ok(false) => Check::warn(
            "administrator",
            "nobody can sign in yet",
            "open the link that `annai setup-link` prints",
        ),
        Err(error) => Check::fail(
            "administrator",
            Failure::from(error).text(),
            "check that the role annai_app exists",
        ),
    }
}
