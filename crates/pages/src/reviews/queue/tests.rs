use super::*;

#[test]
fn waiting_is_told_in_the_largest_whole_unit() {
    let since: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
    let age_after = |minutes| {
        let message = age(since, since + jiff::SignedDuration::from_mins(minutes));
        (message.key, message.arguments["count"].as_i64().unwrap())
    };
    assert_eq!(age_after(0), ("age.now".to_owned(), 0));
    assert_eq!(age_after(1), ("age.minutes".to_owned(), 1));
    assert_eq!(age_after(59), ("age.minutes".to_owned(), 59));
    assert_eq!(age_after(60), ("age.hours".to_owned(), 1));
    assert_eq!(age_after(1_439), ("age.hours".to_owned(), 23));
    assert_eq!(age_after(2_880), ("age.days".to_owned(), 2));
    assert_eq!(age_after(-5), ("age.now".to_owned(), 0));
}

#[test]
fn what_was_just_judged_is_followed_by_the_oldest_that_waits() {
    let guides: Vec<GuideId> = (0..3).map(|_| GuideId::new()).collect();
    let of = |at: usize| neighbours(&guides, guides[at]);
    assert_eq!(of(0), (Some(1), None, Some(guides[1])));
    assert_eq!(of(1), (Some(2), Some(guides[0]), Some(guides[2])));
    assert_eq!(of(2), (Some(3), Some(guides[1]), None));
    assert_eq!(
        neighbours(&guides, GuideId::new()),
        (None, None, Some(guides[0]))
    );
    assert_eq!(neighbours(&[], guides[0]), (None, None, None));
}

#[test]
fn an_address_names_only_the_filters_that_are_given() {
    let filter = QueueFilter {
        category: "data & ai".to_owned(),
        ..QueueFilter::default()
    };
    assert_eq!(
        filter.on("/admin/reviews", &[]),
        "/admin/reviews?category=data%20%26%20ai"
    );
    assert_eq!(QueueFilter::default().on("/x", &[]), "/x");
}
