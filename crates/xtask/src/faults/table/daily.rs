//! Faults of every installation: processes, the database, clients.

use super::Fault;
use super::Test::{Browser, Rust};

const AWAY: &str = "crates/server/tests/binary/away.rs";
const CRASHES: &str = "crates/local-postgres/tests/private_postgres/crashes.rs";
const DELIVERY_MEMORY: &str = "crates/delivery/tests/http/memory.rs";
const EDITOR: &str = "editor.test.mjs";
const FIRST_START: &str = "crates/server/tests/binary/first_start.rs";
const IDEMPOTENCY: &str = "tests/http/idempotency.rs";
const JOBS: &str = "crates/jobs/src/tests.rs";
const LAYERS: &str = "crates/web/src/layers/tests.rs";
const PACED: &str = "crates/server/src/serve/http/paced.rs";
const SENDING: &str = "crates/webhooks/tests/webhooks/sending.rs";
const STOPPING: &str = "crates/server/tests/binary/stopping.rs";
const WEBHOOK_QUEUE: &str = "crates/storage/tests/storage/webhooks/mod.rs";
const WEBHOOK_STOPS: &str = "crates/webhooks/tests/webhooks/stopping.rs";

/// F1 to F24.
pub(super) const FAULTS: &[Fault] = &[
    Fault {
        id: "F1",
        what: "the server is killed while people write",
        holds: "no acknowledged text is lost, and nothing needs repair",
        tests: &[
            Rust(
                FIRST_START,
                "a_newcomer_gets_a_server_that_survives_kill_nine_and_stops_cleanly",
            ),
            Browser(
                EDITOR,
                "the server killed in the middle of typing loses nothing",
            ),
            Browser(
                "presence.test.mjs",
                "after the server was killed people find each other again",
            ),
        ],
    },
    Fault {
        id: "F2",
        what: "server, network, tab or browser dies at a random moment",
        holds: "every sentence that the page had taken comes back",
        tests: &[Browser("loss.test.mjs", "nothing typed is lost in ")],
    },
    Fault {
        id: "F3",
        what: "the private Postgres, its owner, or both are killed",
        holds: "the next start recovers by itself",
        tests: &[
            Rust(CRASHES, "a_killed_server_recovers_at_the_next_start"),
            Rust(CRASHES, "the_server_of_a_killed_owner_is_adopted"),
            Rust(
                CRASHES,
                "everything_killed_at_once_recovers_at_the_next_start",
            ),
            Rust(
                CRASHES,
                "an_owner_killed_while_it_creates_the_cluster_leaves_nothing_to_repair",
            ),
        ],
    },
    Fault {
        id: "F4",
        what: "the database goes away and comes back",
        holds: "sites get the same responses; the node heals by itself",
        tests: &[
            Rust(
                AWAY,
                "sites_are_answered_while_the_database_is_away_and_after_a_restart_without_it",
            ),
            Rust(AWAY, "an_outage_is_one_line_and_its_end_another"),
            Rust(
                FIRST_START,
                "a_server_whose_database_went_away_says_so_and_heals_by_itself",
            ),
            Rust(
                DELIVERY_MEMORY,
                "while_postgres_is_away_everything_that_was_public_is_answered",
            ),
        ],
    },
    Fault {
        id: "F5",
        what: "the database is away while people write",
        holds: "503 with Retry-After; the text stays in the browser",
        tests: &[
            Rust(
                "tests/http/database_away.rs",
                "writes_are_told_to_come_back_when_the_database_is_away",
            ),
            Browser(
                EDITOR,
                "with the database away the text stays on this device",
            ),
            Browser(EDITOR, "a revision saved while the database is away"),
        ],
    },
    Fault {
        id: "F6",
        what: "a node starts while the database is away, or its site file is damaged",
        holds: "it serves its file or nothing, never a damaged one",
        tests: &[
            Rust(
                DELIVERY_MEMORY,
                "a_node_starts_from_its_file_while_postgres_is_away",
            ),
            Rust(DELIVERY_MEMORY, "a_damaged_file_is_never_served"),
            Rust(
                "crates/server/tests/binary/configured.rs",
                "a_database_that_is_away_at_the_start_is_waited_for",
            ),
        ],
    },
    Fault {
        id: "F7",
        what: "people sign in while the database is away",
        holds: "our outage counts as nobody's wrong password",
        tests: &[Rust(
            "tests/http/database_away.rs",
            "sign_ins_that_our_outage_refuses_count_against_nobody",
        )],
    },
    Fault {
        id: "F8",
        what: "a consumer uses its key while the database is away",
        holds: "a known key opens for an hour, an unknown one gets 503",
        tests: &[Rust(
            "crates/delivery/src/consumers/tests.rs",
            "while_the_database_is_away_a_known_key_opens_for_a_while",
        )],
    },
    Fault {
        id: "F9",
        what: "the read replica is away or behind",
        holds: "the primary is read instead",
        tests: &[
            Rust(
                "crates/storage/tests/storage/replica.rs",
                "the_primary_is_read_while_the_replica_is_away",
            ),
            Rust(
                "crates/storage/tests/storage/replica.rs",
                "a_replica_is_read_where_it_has_the_version",
            ),
        ],
    },
    Fault {
        id: "F10",
        what: "all database connections are busy",
        holds: "writers wait a second, then get 503 with Retry-After; sites notice nothing",
        tests: &[Rust(
            "tests/http/database_away.rs",
            "sites_are_served_while_editors_wait_for_busy_connections",
        )],
    },
    Fault {
        id: "F11",
        what: "a response is lost after its commit",
        holds: "the repeat has one effect and gets the first response",
        tests: &[
            Rust(
                IDEMPOTENCY,
                "a_repeated_request_has_one_effect_and_gets_the_first_answer",
            ),
            Rust(
                IDEMPOTENCY,
                "two_requests_with_one_key_at_once_have_one_effect",
            ),
            Rust(
                "crates/editorial/tests/editorial/writing.rs",
                "a_save_whose_answer_was_lost_can_be_repeated",
            ),
        ],
    },
    Fault {
        id: "F12",
        what: "twenty writers save on one base, sixteen publish at once",
        holds: "one wins, no text is lost; refs have no gaps",
        tests: &[
            Rust(
                "tests/http/concurrency.rs",
                "of_twenty_writers_on_one_base_one_wins_and_no_text_is_lost",
            ),
            Rust(
                "tests/http/concurrency.rs",
                "revisions_are_numbered_without_gaps_whoever_saves",
            ),
            Rust(
                "crates/editorial/tests/editorial/concurrency.rs",
                "sixteen_guides_that_show_each_other_are_published_at_once_without_gaps",
            ),
        ],
    },
    Fault {
        id: "F13",
        what: "two nodes race for one job, or one dies in the middle of it",
        holds: "each event is sent, by one node at a time",
        tests: &[
            Rust(WEBHOOK_QUEUE, "two_workers_never_take_the_same_delivery"),
            Rust(
                WEBHOOK_QUEUE,
                "a_worker_that_dies_in_the_middle_loses_nothing_and_says_nothing_afterwards",
            ),
            Rust(WEBHOOK_STOPS, "several_workers_send_every_event_once"),
            Rust(
                WEBHOOK_STOPS,
                "a_worker_that_is_killed_in_the_middle_loses_nothing",
            ),
        ],
    },
    Fault {
        id: "F14",
        what: "the database swallows packets while somebody saves",
        holds: "503 with Retry-After within 10 s; the repeat tells what became of the save",
        tests: &[Rust(
            "crates/server/tests/binary/failover.rs",
            "a_save_that_the_network_swallows_is_answered_in_time_and_its_repeat_goes_through",
        )],
    },
    Fault {
        id: "F15",
        what: "a webhook receiver is down, slow, endless or redirects",
        holds: "it is tried again by the schedule, and holds up nobody else",
        tests: &[
            Rust(
                SENDING,
                "a_receiver_that_fails_is_tried_again_by_the_schedule_with_the_same_message",
            ),
            Rust(SENDING, "a_receiver_that_comes_back_gets_what_it_missed"),
            Rust(
                SENDING,
                "a_receiver_that_hangs_is_given_up_after_five_seconds_and_holds_up_nobody_else",
            ),
            Rust(SENDING, "a_redirect_is_a_failure_and_is_not_followed"),
            Rust(SENDING, "an_answer_without_end_is_read_to_its_limit"),
        ],
    },
    Fault {
        id: "F16",
        what: "background work panics or hangs",
        holds: "it is counted and runs again; a stop waits for nobody for ever",
        tests: &[
            Rust(
                JOBS,
                "a_periodic_run_that_panics_is_counted_and_the_next_one_comes_in_its_time",
            ),
            Rust(
                JOBS,
                "a_lasting_job_that_panics_or_ends_runs_again_after_ever_longer_pauses",
            ),
            Rust(
                JOBS,
                "a_run_at_the_start_comes_at_once_and_a_hanging_run_holds_no_stop_up",
            ),
            Rust(LAYERS, "a_panic_becomes_a_problem_without_its_message"),
        ],
    },
    Fault {
        id: "F17",
        what: "the clocks of node and database differ",
        holds: "the database's clock decides",
        tests: &[Rust(
            WEBHOOK_QUEUE,
            "a_failed_attempt_is_due_after_its_wait_by_the_clock_of_the_database",
        )],
    },
    Fault {
        id: "F18",
        what: "SIGTERM under load",
        holds: "every accepted connection is answered",
        tests: &[
            Rust(
                STOPPING,
                "a_stop_answers_every_connection_that_was_accepted",
            ),
            Rust(STOPPING, "a_draining_server_says_so_and_goes_on_answering"),
        ],
    },
    Fault {
        id: "F19",
        what: "clients read slowly or not at all",
        holds: "their connections end; slow ones that read get everything",
        tests: &[
            Rust(
                PACED,
                "a_client_that_reads_nothing_is_left_sooner_when_others_wait",
            ),
            Rust(PACED, "a_client_that_reads_drop_by_drop_is_left_too"),
            Rust(PACED, "a_slow_client_that_goes_on_reading_gets_everything"),
        ],
    },
    Fault {
        id: "F20",
        what: "huge requests and hostile Markdown",
        holds: "refused in bounded time, others are served",
        tests: &[
            Rust(LAYERS, "a_body_beyond_the_limit_is_too_large"),
            Rust(LAYERS, "headers_over_32_kib_are_refused"),
            Rust(
                "crates/content/src/markdown/tests/hostile.rs",
                "html_that_grows_beyond_its_bound_is_refused",
            ),
            Rust(
                "crates/content/src/diff/tests/mod.rs",
                "hostile_pairs_are_compared_in_bounded_time",
            ),
            Rust(
                "crates/checks/src/tests/mod.rs",
                "a_page_full_of_faults_is_checked_in_bounded_time",
            ),
        ],
    },
    Fault {
        id: "F21",
        what: "a key or session ends while its stream is open",
        holds: "the stream sends nothing more",
        tests: &[
            Rust(
                "crates/delivery/tests/http/changes.rs",
                "an_expired_key_gets_nothing_more_from_what_it_opened",
            ),
            Rust(
                "crates/delivery/src/consumers/tests.rs",
                "a_revoked_key_dies_although_it_is_used_all_the_time",
            ),
            Rust(
                "tests/http/presence.rs",
                "a_stream_ends_with_the_session_and_does_not_keep_it_awake",
            ),
        ],
    },
    Fault {
        id: "F22",
        what: "the session ends while somebody types",
        holds: "the text stays and goes on after signing in",
        tests: &[
            Browser(
                EDITOR,
                "when the session ends in the middle, signing in where one is goes on saving",
            ),
            Browser(
                EDITOR,
                "pressing save after the session ended keeps the text too",
            ),
        ],
    },
    Fault {
        id: "F23",
        what: "a node dies after a take-down and starts without the database",
        holds: "the guide that was taken down does not come back",
        tests: &[Rust(
            "crates/server/tests/binary/taken_down.rs",
            "a_guide_that_was_taken_down_stays_away_when_the_node_dies_at_once",
        )],
    },
    Fault {
        id: "F24",
        what: "the database's disk is full",
        holds: "503 with Retry-After, and readiness says so",
        tests: &[
            Rust(
                "tests/http/database_away.rs",
                "saves_on_a_full_disk_are_told_to_come_back",
            ),
            Rust(
                "crates/storage/tests/storage/away.rs",
                "the_check_of_the_disk_needs_a_megabyte",
            ),
        ],
    },
];
