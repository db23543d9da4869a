use std::path::PathBuf;

use super::{PostmasterFile, Status};

#[test]
fn a_server_that_accepts_connections_is_ready() {
    let text = "4711\n/data/postgres/cluster\n1732340000\n5432\n/data/postgres/socket\n\n  1234567   89\nready   \n";

    let file = PostmasterFile::parse(text).unwrap();

    let socket_folder = Some(PathBuf::from("/data/postgres/socket"));
    assert_eq!(
        file,
        PostmasterFile {
            pid: 4711,
            socket_folder,
            status: Status::Ready
        }
    );
}

#[test]
fn the_first_lines_alone_mean_that_the_server_is_starting() {
    let file = PostmasterFile::parse("4711\n/data/postgres/cluster\n1732340000\n5432\n").unwrap();

    assert_eq!(
        file,
        PostmasterFile {
            pid: 4711,
            socket_folder: None,
            status: Status::Starting
        }
    );
}

#[test]
fn a_stopping_server_is_not_taken_for_a_starting_one() {
    let text = "4711\n/d\n1\n5432\n/d/socket\n\n1 2\nstopping\n";

    assert_eq!(
        PostmasterFile::parse(text).unwrap().status,
        Status::Stopping
    );
}

#[test]
fn an_empty_file_and_a_single_user_process_name_no_server() {
    assert_eq!(PostmasterFile::parse(""), None);
    assert_eq!(PostmasterFile::parse("-4711\n/d\n"), None);
}
