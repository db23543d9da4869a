//! Data folders at unusual paths.

use std::fs;

use crate::home::{Home, ask, user_of};

#[tokio::test]
async fn a_path_too_long_for_a_socket_gets_a_short_private_one() {
    let below = format!("{}/{}/data", "案内".repeat(12), "x".repeat(60));
    let home = Home::new().with_data_below(below);

    let postgres = home.start().await;

    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    let folder = fs::read_to_string(home.path("socket-folder")).unwrap();
    assert!(folder.starts_with("/tmp/annai-"), "{folder}");
    let guest = home.join().await;
    assert_eq!(guest.url(), postgres.url());
    guest.stop().await.unwrap();
    postgres.stop().await.unwrap();
    assert!(!fs::exists(folder).unwrap());
}

#[tokio::test]
async fn the_path_may_contain_spaces_commas_and_kanji() {
    let home = Home::new().with_data_below("案内, my data/%41");

    let postgres = home.start().await;

    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn root_can_keep_its_data_where_no_other_user_can_look() {
    if !nix::unistd::geteuid().is_root() {
        return; // only root runs the server as another user
    }
    let home = Home::with_mode(0o700);

    let postgres = home.start().await;

    assert_eq!(
        ask(postgres.url(), "SELECT current_user::text").await,
        "annai"
    );
    // Outside the namespace the server belongs to root; inside it does not, or Postgres would
    // refuse to run.
    assert_eq!(user_of(home.server_pid().unwrap()), 0);
    postgres.stop().await.unwrap();
    home.start().await.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_keeps_working_when_it_becomes_reachable_or_unreachable() {
    use std::os::unix::fs::PermissionsExt;
    if !nix::unistd::geteuid().is_root() {
        return; // only root runs the server as another user
    }
    let home = Home::new();
    for mode in [0o755, 0o700, 0o755] {
        fs::set_permissions(home.folder(), fs::Permissions::from_mode(mode)).unwrap();

        let postgres = home.start().await;

        assert_eq!(
            ask(postgres.url(), "SELECT current_user::text").await,
            "annai",
            "mode {mode:o}"
        );
        assert_eq!(user_of(home.server_pid().unwrap()) == 0, mode == 0o700);
        postgres.stop().await.unwrap();
    }
}
