//! The authorisation matrix as data: every row of `fixtures/authz_matrix.csv` is one request.
//!
//! `fixtures/authz_matrix.md` gives the reason where a row differs from the matrix that we were
//! given.

mod administering;
mod calls;
mod cast;
mod coverage;
mod delivering;
mod own_account;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write as _;

use annai_test_macros::annai_test;
use annai_test_support::{BuiltGuide, GuideState, TestApp};
use sqlx::postgres::PgConnectOptions;

use cast::{Cast, Owner};
use coverage::Coverage;

const MATRIX: &str = include_str!("../../fixtures/authz_matrix.csv");

/// One row: a role, an operation, a guide, and the expected status.
#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    operation: &'a str,
    role: &'a str,
    state: &'a str,
    own: &'a str,
    status: u16,
}

fn rows() -> Vec<Row<'static>> {
    let rows = MATRIX.lines().skip(1).map(|line| {
        let cells: Vec<_> = line.split(',').collect();
        let [operation, role, state, own, status] = cells[..] else {
            panic!("not five cells: {line}");
        };
        Row {
            operation,
            role,
            state,
            own,
            status: status.parse().unwrap(),
        }
    });
    rows.collect()
}

/// The guides that are ready; a fresh one replaces each changed guide.
#[derive(Default)]
struct Guides(HashMap<(GuideState, Owner), BuiltGuide>);

impl Guides {
    async fn get(
        &mut self,
        app: &TestApp,
        cast: &Cast,
        state: GuideState,
        owner: Owner,
    ) -> BuiltGuide {
        if let Some(guide) = self.0.get(&(state, owner)) {
            return guide.clone();
        }
        let guide = app.guide_in(state, cast.owner(owner), &cast.judge).await;
        self.0.insert((state, owner), guide.clone());
        guide
    }

    fn used_up(&mut self, state: GuideState, owner: Owner) {
        self.0.remove(&(state, owner));
    }
}

/// Runs the rows of the operations that `wanted` selects, and returns their number.
async fn run(connect: PgConnectOptions, wanted: impl Fn(&str) -> bool) -> usize {
    let app = TestApp::new(connect);
    let cast = Cast::new(&app).await;
    let coverage = Coverage::of(&app).await;
    let mut guides = Guides::default();
    let (mut wrong, mut skipped, mut count) = (Vec::new(), BTreeMap::<_, usize>::new(), 0);
    for row in rows().into_iter().filter(|row| wanted(row.operation)) {
        let client = cast.client(row.role);
        let (call, target) = if row.state.is_empty() {
            (calls::without_guide(&cast, client, row).await, None)
        } else {
            let state = GuideState::find(row.state).unwrap();
            let owner = Owner::of(row.role, row.own);
            let guide = guides.get(&app, &cast, state, owner).await;
            (
                calls::with_guide(&cast, client, row, &guide).await,
                Some((state, owner)),
            )
        };
        let Some(call) = call else {
            *skipped.entry(row.operation).or_default() += 1;
            continue;
        };
        count += 1;
        if !coverage.agrees(row.operation, &call) {
            let sent = format!("{} {}", call.method(), call.path());
            wrong.push(format!(
                "authz_operations.csv does not say that {row:?} sends {sent}"
            ));
        }
        let answer = call.await;
        if answer.status != row.status {
            wrong.push(format!("{row:?} was answered {answer}"));
        }
        if answer.status < 300
            && calls::changes_the_guide(row.operation)
            && let Some((state, owner)) = target
        {
            guides.used_up(state, owner);
        }
    }
    for (operation, rows) in &skipped {
        // The test harness swallows `eprintln!` in a successful test.
        let line = format!("not built yet, {rows} rows skipped: {operation}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    assert!(
        wrong.is_empty(),
        "{} rows are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    count
}

/// Returns whether an operation belongs to the half about judging and publishing. The two halves
/// run in parallel.
fn is_about_publishing(operation: &str) -> bool {
    operation.starts_with("delivery.")
        || matches!(
            operation,
            "guide.publish"
                | "guide.break_glass"
                | "guide.join"
                | "slug.redirect"
                | "guide.unpublish"
                | "guide.rollback"
                | "guide.archive"
                | "guide.unarchive"
                | "guide.schedule"
                | "guide.approve"
                | "guide.request_changes"
        )
}

#[annai_test]
async fn everybody_may_do_to_texts_what_the_matrix_says_and_nothing_else(
    connect: PgConnectOptions,
) {
    let count = run(connect, |operation| !is_about_publishing(operation)).await;
    assert_eq!(count, 3_360, "rows that were asked for");
}

#[annai_test]
async fn everybody_may_judge_and_publish_what_the_matrix_says_and_nothing_else(
    connect: PgConnectOptions,
) {
    let count = run(connect, is_about_publishing).await;
    assert_eq!(count, 2_010, "rows that were asked for");
}

#[annai_test]
async fn every_operation_of_both_documents_has_rows(connect: PgConnectOptions) {
    let coverage = Coverage::of(&TestApp::new(connect)).await;
    let operations: BTreeSet<_> = rows().iter().map(|row| row.operation).collect();
    assert_eq!(
        coverage.untried(|operation| operations.contains(operation)),
        Vec::<String>::new(),
        "give each a line in authz_operations.csv and rows in authz_matrix.csv"
    );
    assert!(coverage.unknown().is_empty(), "{:?}", coverage.unknown());
}
