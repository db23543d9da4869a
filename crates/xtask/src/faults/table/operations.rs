//! Faults of large installations: failover, upgrades, backups, several nodes.

use super::Fault;
use super::Test::{Rust, Scene as Played};
use crate::ha::Scene;

const DOWNLOADS: &str = "crates/local-postgres/src/programs/tests/failures.rs";

/// F25 and after.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "F25",
        what: "the database's leader is killed under saves",
        holds: "no acknowledged save is lost, and no site's read fails",
        tests: &[Played(Scene::Killed)],
    },
    Fault {
        id: "F26",
        what: "no standby receives anything",
        holds: "no save is acknowledged, reads go on",
        tests: &[Played(Scene::Frozen)],
    },
    Fault {
        id: "F27",
        what: "the lead of the database is handed over",
        holds: "no acknowledged save is lost, and no site's read fails",
        tests: &[Played(Scene::Switchover)],
    },
    Fault {
        id: "F28",
        what: "an old leader of the database lives beside the new one",
        holds: "the old one acknowledges nothing",
        tests: &[Played(Scene::Split)],
    },
    Fault {
        id: "F29",
        what: "old and new versions serve one database during an upgrade",
        holds: "both serve; nothing is contracted before the old ones have gone",
        tests: &[
            Rust(
                "crates/storage/src/migrate/tests.rs",
                "a_program_works_beside_a_newer_one_that_only_added",
            ),
            Rust(
                "crates/storage/src/migrate/tests.rs",
                "a_contract_migration_waits_for_the_operator_and_for_older_nodes",
            ),
            Rust(
                "crates/server/tests/binary/nodes.rs",
                "a_program_that_the_tables_no_longer_serve_does_not_start",
            ),
        ],
    },
    Fault {
        id: "F30",
        what: "a restart by socket activation under load",
        holds: "no connection is refused",
        tests: &[Rust(
            "crates/server/tests/binary/restarting.rs",
            "a_restart_behind_an_inherited_socket_refuses_nobody",
        )],
    },
    Fault {
        id: "F31",
        what: "the machine is lost: backup, fresh machine, restore",
        holds: "exports, hash chains and blobs are equal",
        tests: &[],
    },
    Fault {
        id: "F32",
        what: "a table is dropped: recovery to the moment before",
        holds: "everything before that moment is there",
        tests: &[],
    },
    Fault {
        id: "F33",
        what: "a transaction pooler stands before the database",
        holds: "the start is refused with a hint",
        tests: &[Rust(
            "crates/storage/tests/storage/away.rs",
            "a_pooler_that_shares_connections_is_told_from_a_server",
        )],
    },
    Fault {
        id: "F34",
        what: "getting PostgreSQL is cut off, changed, slow or without room",
        holds: "nothing half got counts as whole",
        tests: &[
            Rust(DOWNLOADS, "a_cut_file_is_refused"),
            Rust(
                DOWNLOADS,
                "a_file_with_another_hash_is_refused_and_the_next_client_is_tried",
            ),
            Rust(DOWNLOADS, "a_client_that_hangs_is_ended_after_its_time"),
            Rust(DOWNLOADS, "a_disk_that_becomes_full_leaves_nothing"),
            Rust(
                "crates/local-postgres/src/programs/tests/kills.rs",
                "a_kill_between_two_steps_leaves_nothing_that_counts_as_whole",
            ),
        ],
    },
    Fault {
        id: "F35",
        what: "the object store is away for a minute",
        holds: "pictures that are kept are served; uploads get 503",
        tests: &[],
    },
    Fault {
        id: "F36",
        what: "two nodes have different schemas",
        holds: "the second is refused with a hint",
        tests: &[Rust(
            "crates/server/tests/binary/nodes.rs",
            "a_node_with_another_schema_needs_the_operators_word",
        )],
    },
    Fault {
        id: "F37",
        what: "the disk is full during a backup or an upload",
        holds: "nothing half written counts as whole",
        tests: &[],
    },
    Fault {
        id: "F38",
        what: "several nodes start together on an empty database",
        holds: "all of them start",
        tests: &[
            Rust(
                "crates/server/tests/binary/nodes.rs",
                "programs_that_start_together_on_an_empty_database_all_succeed",
            ),
            Rust(
                "crates/storage/tests/storage/migrating.rs",
                "four_nodes_that_start_together_make_the_tables_once",
            ),
        ],
    },
];
