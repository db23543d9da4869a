use super::{major_of, parse_version};

#[test]
fn versions_are_read_from_the_output_of_the_programs() {
    let release = parse_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n");
    assert_eq!(release.as_deref(), Some("15.18"));
    assert_eq!(major_of("15.18"), Some(15));
    let release = parse_version("initdb (PostgreSQL) 18beta2\n");
    assert_eq!(release.as_deref(), Some("18beta2"));
    assert_eq!(major_of("18beta2"), Some(18));
    assert_eq!(parse_version("something else 15.1\n"), None);
}
