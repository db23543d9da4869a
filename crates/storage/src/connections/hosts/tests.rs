use proptest::prelude::*;
use sqlx::ConnectOptions as _;

use super::*;

fn names(url: &str) -> Result<Vec<String>, HostsError> {
    let hosts = url.parse::<Hosts>()?;
    Ok(hosts.all().iter().map(name).collect())
}

#[test]
fn each_host_has_its_own_port() {
    let several = "postgres://annai:p%40ss@db1,db2:5433,[::1]:5434,10.0.0.1/annai?sslmode=disable&target_session_attrs=primary";
    let expected = ["db1:5432", "db2:5433", "[::1]:5434", "10.0.0.1:5432"];
    assert_eq!(names(several).unwrap(), expected);
    assert_eq!(names("postgres://db1:7/annai").unwrap(), ["db1:7"]);
    let sockets = "postgres://annai@%2Frun%2Fone,%2Frun%2Fother:5433/annai";
    let expected = ["/run/one:5432", "/run/other:5433"];
    assert_eq!(names(sockets).unwrap(), expected);
    assert_eq!(
        names("postgres://db1,db2").unwrap(),
        ["db1:5432", "db2:5432"]
    );
}

#[test]
fn every_host_has_the_login_and_the_database_of_the_url() {
    let hosts: Hosts = "postgres://annai:a,b@db1,db2/guides".parse().unwrap();
    assert_eq!(hosts.all().len(), 2);
    for host in hosts.all() {
        assert_eq!(host.get_username(), "annai");
        assert_eq!(host.get_database(), Some("guides"));
    }
}

#[test]
fn a_list_with_a_fault_is_refused_without_its_password() {
    for (url, expected) in [
        (
            "postgres://annai:hunter2@db1,,db2/annai",
            HostsError::EmptyHost,
        ),
        ("postgres://annai:hunter2@db1,/annai", HostsError::EmptyHost),
        (
            "postgres://annai:hunter2@db1,:5433/annai",
            HostsError::EmptyHost,
        ),
        (
            "postgres://annai:hunter2@db1,db1:5432/annai",
            HostsError::RepeatedHost,
        ),
        (
            "postgres://annai:hunter2@db1,db2:x/annai",
            HostsError::Malformed,
        ),
    ] {
        let error = names(url).unwrap_err();
        assert_eq!(error, expected, "{url}");
        let said = format!("{error} {}", error.hint());
        assert!(!said.contains("hunter2"), "{said}");
    }
}

/// Returns the passwords of the servers, as a URL has them.
fn passwords(hosts: &Hosts) -> Vec<Option<String>> {
    let hosts = hosts.all().iter();
    hosts
        .map(|host| host.to_url_lossy().password().map(str::to_owned))
        .collect()
}

fn encoded(password: &str) -> String {
    let bytes: Vec<_> = password
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    bytes.concat()
}

#[test]
fn a_password_is_never_taken_for_hosts() {
    for password in ["1,2#3", "1,2?3", "1,2/3", "1,x@y/z", "a@b:1,c?d=e"] {
        for hosts in ["db1", "db1,db2:5433"] {
            let url = format!("postgres://annai:{password}@{hosts}/annai");
            assert_eq!(names(&url), Err(HostsError::Malformed), "{url}");
        }
    }
    let comma = "postgres://annai:1,2@db1,db2:5433/annai";
    assert_eq!(names(comma).unwrap(), ["db1:5432", "db2:5433"]);
}

proptest! {
    #[test]
    fn a_password_stays_a_password(password in "[ -$&-~あ漢é]{1,12}", hosts in 1..3_usize) {
        let all = ["db1:5432", "db2:5433"];
        let login = PgConnectOptions::new_without_pgpass().username("annai").password(&password);
        let expected = passwords(&login.into()).remove(0);

        let url = format!("postgres://annai:{}@{}/annai", encoded(&password), all[..hosts].join(","));
        let parsed: Hosts = url.parse().unwrap();
        prop_assert_eq!(parsed.all().iter().map(name).collect::<Vec<_>>(), &all[..hosts]);
        prop_assert_eq!(passwords(&parsed), vec![expected.clone(); hosts]);

        // Raw, it is either the same or refused.
        let url = format!("postgres://annai:{password}@{}/annai", all[..hosts].join(","));
        match url.parse::<Hosts>() {
            Ok(parsed) => {
                prop_assert_eq!(parsed.all().iter().map(name).collect::<Vec<_>>(), &all[..hosts]);
                prop_assert_eq!(passwords(&parsed), vec![expected; hosts]);
            }
            Err(error) => prop_assert_eq!(error, HostsError::Malformed),
        }
    }
}
