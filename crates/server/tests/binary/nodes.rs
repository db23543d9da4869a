//! Several programs on one database.

use std::process::Stdio;

use annai_test_macros::annai_test;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection as _, Row as _};

use crate::home::Home;

const ROUNDS: usize = 3;

/// The guides of the content folder.
const GUIDES: i64 = 5;

#[annai_test(empty)]
async fn programs_that_start_together_on_an_empty_database_all_succeed(connect: PgConnectOptions) {
    let mut owner = PgConnection::connect_with(&connect).await.unwrap();
    for round in 1..=ROUNDS {
        let homes = [(); 7].map(|()| Home::with_database(&connect));
        let (migrate, serve) = homes.split_at(4);
        let migrating: Vec<_> = migrate
            .iter()
            .map(|home| {
                let mut command = home.command(&["migrate"]);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        let mut servers: Vec<_> = serve
            .iter()
            .map(|home| home.spawn(&["serve", "--seed"]))
            .collect();

        for program in migrating {
            let output = program.wait_with_output().unwrap();
            let said = crate::said(&output);
            assert!(output.status.success(), "round {round}: {said}");
        }
        for server in &mut servers {
            server.wait_until_ready();
            assert_eq!(server.get("/v1/guides/sre_engineer").0, 200);
        }
        let loaded: usize = servers
            .iter()
            .map(|server| {
                server
                    .stderr()
                    .matches("the first guides were loaded")
                    .count()
            })
            .sum();
        assert_eq!(loaded, 1, "round {round}");
        let counts = "SELECT count(*), (SELECT count(*) FROM publications) FROM guides";
        let row = sqlx::raw_sql(counts).fetch_one(&mut owner).await.unwrap();
        assert_eq!((row.get(0), row.get(1)), (GUIDES, GUIDES), "round {round}");
        servers.into_iter().for_each(crate::home::Server::stop);
        let empty = "DROP SCHEMA public CASCADE; CREATE SCHEMA public";
        sqlx::raw_sql(empty).execute(&mut owner).await.unwrap();
    }
}
