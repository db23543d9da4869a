//! Verbs and mistakes that need no database.

use std::fs;
use std::net::TcpListener;

use crate::home::Home;

#[test]
fn an_unknown_setting_is_an_error_wherever_it_stands() {
    let home = Home::new();
    fs::write(home.path().join("annai.toml"), "data_dri = \"x\"\n").unwrap();
    let said = home.fail(78, &["config", "print"]);
    assert!(
        said.contains("annai.toml:1: `data_dri`") && said.contains("did you mean `data_dir`?"),
        "{said}"
    );

    fs::remove_file(home.path().join("annai.toml")).unwrap();
    let output = home
        .command(&["config", "print"])
        .env("ANNAI_COLOUR", "blue")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(78), "{}", crate::said(&output));
    home.fail(2, &["serve", "--colour", "blue"]);
}

#[test]
fn the_database_url_of_other_programs_is_not_read() {
    let home = Home::new();
    let output = home
        .command(&["config", "print"])
        .env(
            "DATABASE_URL",
            "postgres://somebody:secret@elsewhere/theirs",
        )
        .env("ANNAI_TEST_PAGES", "../seed")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", crate::said(&output));
    assert!(
        printed.contains("a private Postgres in data_dir"),
        "{printed}"
    );
    assert!(!printed.contains("secret"), "{printed}");
}

#[test]
fn front_matter_is_parsed_to_json_or_refused_with_line_and_column() {
    let home = Home::new();
    let good = b"---json\n{\"title\": \"\xe6\xa1\x88\xe5\x86\x85\"}\n---\n# A\n";
    let output = home.run_with_input(&["fm", "parse", "--json"], good);
    assert!(output.status.success(), "{}", crate::said(&output));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap().trim_end(),
        r##"{"language":"json","data":{"title":"案内"},"content":"# A\n"}"##
    );

    let output = home.run_with_input(&["fm", "parse", "--json"], b"---json\n{\"a\": 1,}\n---\n");
    assert_eq!(output.status.code(), Some(65), "{}", crate::said(&output));
    assert!(output.stdout.is_empty());
    assert!(
        crate::said(&output).contains("line 2, column 9"),
        "{}",
        crate::said(&output)
    );
}

#[test]
fn markdown_is_rendered_by_either_profile() {
    let home = Home::new();
    let text = "**案内（あんない）**です\n".as_bytes();
    let guide = home.run_with_input(&["md", "render"], text);
    assert_eq!(
        String::from_utf8(guide.stdout).unwrap(),
        "<p><strong>案内（あんない）</strong>です</p>\n"
    );
    let plain = home.run_with_input(&["md", "render", "--profile", "commonmark"], text);
    assert_eq!(
        String::from_utf8(plain.stdout).unwrap(),
        "<p>**案内（あんない）**です</p>\n"
    );
}

#[test]
fn a_port_in_use_is_named_with_the_remedy() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let said = home.fail(69, &["serve", "--listen", &address]);

    assert!(
        said.contains(&address) && said.contains("ANNAI_LISTEN"),
        "{said}"
    );
    assert!(!home.path().join("data").exists(), "nothing was begun");
}

#[test]
fn both_openapi_documents_can_be_printed() {
    let home = Home::new();
    for face in ["editorial", "delivery"] {
        let document: serde_json::Value =
            serde_json::from_str(&home.succeed(&["openapi", face])).unwrap();
        assert_eq!(document["openapi"], "3.1.0", "{face}");
        assert!(!document["paths"].as_object().unwrap().is_empty(), "{face}");
    }
}

#[test]
fn a_health_check_without_a_server_fails() {
    let said = Home::new().fail(69, &["healthcheck"]);
    assert!(said.contains("no response from"), "{said}");
}
