-- expand
-- The running servers. Each adds its row as it starts, renews it every ten seconds and deletes it when
-- it stops. Nodes that start compare their schema with these rows, `annai doctor` lists them, and
-- contract migrations wait until no older version is among them. Every instant is by the clock of the
-- database, because the clocks of machines differ.
CREATE TABLE nodes (
    node_id      uuid        PRIMARY KEY, -- a new one for each start
    version      text        NOT NULL,    -- of the program
    schema_hash  bytea       NOT NULL,
    served_ref   bigint      NOT NULL,    -- 0 until the node has loaded the site
    started_at   timestamptz NOT NULL,
    last_beat_at timestamptz NOT NULL,

    CONSTRAINT nodes_version_check     CHECK (version <> ''),
    CONSTRAINT nodes_schema_hash_check CHECK (octet_length(schema_hash) = 32),
    CONSTRAINT nodes_served_ref_check  CHECK (served_ref >= 0)
);

INSERT INTO role_grants (role, relation, privilege, columns) VALUES
    ('annai_app', 'nodes', 'INSERT', NULL),
    ('annai_app', 'nodes', 'DELETE', NULL),
    ('annai_app', 'nodes', 'UPDATE', '{served_ref,last_beat_at}');

-- The versions that brought the tables up to date, and the oldest program that may use them since
-- then. Only contract migrations raise it. The program compares versions; Postgres cannot.
CREATE TABLE annai_versions (
    version     text        NOT NULL,
    min_program text        NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),

    PRIMARY KEY (version, min_program)
);

CALL grant_roles();
