//! The database servers that the settings name: the primary, and its replicas with their lag.

use annai_storage::{ServerReport, ServerState};

use super::Check;
use crate::database::OpenDatabase;
use crate::failure::with_causes;

const NAME: &str = "servers";

/// Checks every named server. The private one has no choice.
pub(super) async fn check(open: &OpenDatabase) -> Option<Check> {
    if open.is_private() {
        return None;
    }
    Some(judge(&open.database.list_servers().await))
}

fn judge(reports: &[ServerReport]) -> Check {
    let lines: Vec<_> = reports.iter().map(describe).collect();
    let found = lines.join("\n      ");
    let is_lost = |report: &&ServerReport| {
        matches!(
            report.state,
            ServerState::Unusable(_) | ServerState::OtherCluster
        )
    };
    let lost: Vec<_> = reports.iter().filter(is_lost).map(name).collect();
    if lost.is_empty() {
        return Check::ok(NAME, found);
    }
    let advice = format!(
        "Annai cannot use {} when it has to: mend it, or take it out of the setting",
        lost.join(" and ")
    );
    Check::warn(NAME, found, advice)
}

fn name(report: &ServerReport) -> String {
    format!("{} of {}", report.host, report.setting)
}

/// Returns a line such as `db2:5432 of database_url: standby, 16384 bytes behind, …`.
fn describe(report: &ServerReport) -> String {
    let state = match &report.state {
        ServerState::Primary => "primary".to_owned(),
        ServerState::Standby {
            behind,
            since_replay,
        } => {
            let behind = match behind {
                Some(0) => "standby, up to date".to_owned(),
                Some(bytes) => format!("standby, {bytes} bytes behind"),
                None => "standby, and no primary to compare with".to_owned(),
            };
            match since_replay {
                Some(time) => format!("{behind}, last change {} s ago", time.as_secs()),
                None => behind,
            }
        }
        ServerState::OtherCluster => "belongs to another cluster".to_owned(),
        ServerState::Unusable(error) => with_causes(error),
    };
    let used = if report.is_in_use { ", in use" } else { "" };
    format!("{}: {state}{used}", name(report))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use annai_storage::{AwayState, StorageError};

    use super::super::Verdict;
    use super::*;

    fn report(host: &str, is_in_use: bool, state: ServerState) -> ServerReport {
        ServerReport {
            setting: "database_url",
            host: host.to_owned(),
            is_in_use,
            state,
        }
    }

    fn standby(behind: Option<u64>) -> ServerState {
        ServerState::Standby {
            behind,
            since_replay: Some(Duration::from_secs(4)),
        }
    }

    #[test]
    fn the_primary_and_the_lag_of_its_replicas_are_named() {
        let check = judge(&[
            report("db1:5432", true, ServerState::Primary),
            report("db2:5432", false, standby(Some(0))),
            report("db3:5432", false, standby(Some(16384))),
        ]);
        assert_eq!(check.verdict, Verdict::Ok);
        assert_eq!(
            check.found,
            "db1:5432 of database_url: primary, in use
      db2:5432 of database_url: standby, up to date, last change 4 s ago
      db3:5432 of database_url: standby, 16384 bytes behind, last change 4 s ago"
        );
    }

    #[test]
    fn a_server_that_cannot_be_used_is_named_with_its_reason() {
        let refused = StorageError::away(AwayState::LoginRefused);
        let check = judge(&[
            report("db1:5432", true, ServerState::Primary),
            report("db2:5432", false, ServerState::Unusable(refused)),
        ]);
        assert_eq!(check.verdict, Verdict::Warn);
        let line = "db2:5432 of database_url: the database refuses the login";
        assert!(check.found.ends_with(line), "{}", check.found);
        let advice = check.advice.unwrap();
        assert!(advice.contains("db2:5432 of database_url"), "{advice}");
    }
}
