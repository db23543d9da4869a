use rstest::rstest;

use super::*;

const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn read(values: &[&str]) -> Option<TraceParent> {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(TRACEPARENT, HeaderValue::from_str(value).unwrap());
    }
    TraceParent::from_headers(&headers)
}

#[test]
fn a_traceparent_is_read() {
    let trace = read(&[GOOD]).unwrap();
    assert_eq!(trace.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
    assert_eq!(trace.parent_id, 0x00f0_67aa_0ba9_02b7);
    assert!(trace.is_sampled());
    assert!(!read(&[&GOOD.replace("-01", "-02")]).unwrap().is_sampled());
}

#[rstest]
#[case::upper_case("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01")]
#[case::no_trace("00-00000000000000000000000000000000-00f067aa0ba902b7-01")]
#[case::no_parent("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01")]
#[case::version_ff("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
#[case::more_than_version_00_has("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x")]
#[case::later_but_glued("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x")]
#[case::short("00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01")]
#[case::other_dashes("00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01")]
#[case::a_sign("00-4bf92f3577b34da6a3ce929d0e0e4736-+0f067aa0ba902b7-01")]
#[case::blanks(" 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")]
#[case::nothing("")]
fn a_malformed_traceparent_begins_no_trace(#[case] value: &str) {
    assert_eq!(read(&[value]), None);
}

#[test]
fn a_later_version_is_read_as_far_as_it_is_known() {
    let later = GOOD.replacen("00", "cc", 1) + "-what-the-future-brings";
    assert_eq!(read(&[&later]), read(&[GOOD]));
}

#[test]
fn two_headers_are_none() {
    assert_eq!(read(&[GOOD, GOOD]), None);
}
