use super::*;

#[test]
fn every_kind_has_a_name_and_a_status_of_its_own_kind() {
    let mut names: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ProblemKind::ALL.len());
    assert!(
        ProblemKind::ALL
            .iter()
            .is_sorted_by_key(|kind| kind.status())
    );
}

#[test]
fn an_unknown_parameter_is_answered_with_a_suggestion() {
    let problem = Problem::unknown_parameter("categroy", &["category", "tag"]);

    let document = serde_json::to_value(problem.document()).unwrap();

    assert_eq!(
        document,
        serde_json::json!({
            "type": "/problems/unknown-parameter",
            "title": "Unknown parameter",
            "status": 400,
            "detail": "there is no parameter `categroy`; did you mean `category`?",
            "errors": [{"parameter": "categroy", "code": "unknown", "suggestion": "category"}],
            "suggestion": "category",
        })
    );
}

#[test]
fn an_internal_problem_tells_nothing_of_its_cause() {
    let cause = std::io::Error::other("the password is hunter2");

    let document = serde_json::to_string(&Problem::internal(&cause).document()).unwrap();

    assert!(!document.contains("hunter2"), "{document}");
}

#[test]
fn a_wait_is_rounded_up_to_seconds() {
    let problem = Problem::unavailable(Duration::from_millis(1200));
    assert_eq!(problem.headers()[header::RETRY_AFTER], "2");
}
