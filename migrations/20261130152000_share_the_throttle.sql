-- expand
-- The key of the throttle's hashes and of the cookies of known browsers. It is made here, once, so
-- that every node has the same. The program reads it and never writes it.
CREATE TABLE sign_in_secret (
    secret  bytea   NOT NULL,
    is_only boolean NOT NULL DEFAULT true,

    CONSTRAINT sign_in_secret_is_only_key   UNIQUE (is_only),
    CONSTRAINT sign_in_secret_is_only_check CHECK (is_only),
    CONSTRAINT sign_in_secret_secret_check  CHECK (octet_length(secret) = 32)
);
-- Two random UUIDs hold 244 random bits.
INSERT INTO sign_in_secret (secret)
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
CREATE TRIGGER sign_in_secret_immutable BEFORE UPDATE OR DELETE ON sign_in_secret
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Failures at sign-in, which slow down guesses. All nodes count here. A key is a keyed hash: the
-- table names no account, no address, no browser and no session.
CREATE TABLE sign_in_failures (
    kind     text        NOT NULL,
    key      bytea       NOT NULL,
    failures integer     NOT NULL,
    at       timestamptz NOT NULL, -- of a network: the first failure, else the last

    PRIMARY KEY (kind, key),
    CONSTRAINT sign_in_failures_kind_check     CHECK (kind IN ('account', 'browser', 'network', 'session')),
    CONSTRAINT sign_in_failures_key_check
        CHECK (octet_length(key) = CASE kind WHEN 'account' THEN 2 ELSE 8 END),
    CONSTRAINT sign_in_failures_failures_check CHECK (failures >= 0)
);
CREATE INDEX sign_in_failures_at_idx ON sign_in_failures (at);

-- Counts an attempt as a failure of its subject and of its network, or returns the seconds to wait;
-- then it counts nothing. A subject (an account, a known browser or a session) has 5 free failures
-- and then waits 1, 2, 4 … seconds, up to 15 minutes; after 30 minutes without a failure it starts
-- again at zero. A network has 20 failures in 5 minutes.
CREATE FUNCTION admit_sign_in(subject_kind text, subject_key bytea, network_key bytea, attempted_at timestamptz)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    free_at timestamptz;
BEGIN
    -- A count that a crash forgets costs less than an attempt that waits for a standby.
    PERFORM set_config('synchronous_commit', 'off', true);
    -- Every transaction takes the subject first, so that none waits for the other.
    INSERT INTO sign_in_failures (kind, key, failures, at)
    SELECT kind, key, 0, attempted_at
      FROM (VALUES (1, subject_kind, subject_key), (2, 'network', network_key)) AS counted (place, kind, key)
     WHERE key IS NOT NULL
     ORDER BY place
        ON CONFLICT DO NOTHING;
    PERFORM lock_sign_in_failures(subject_kind, subject_key, network_key);

    UPDATE sign_in_failures
       SET failures = 0
     WHERE (kind = subject_kind AND key = subject_key AND at <= attempted_at - interval '30 minutes')
        OR (kind = 'network' AND key = network_key AND at <= attempted_at - interval '5 minutes');
    SELECT max(CASE
                   WHEN kind = 'network' AND failures >= 20 THEN at + interval '5 minutes'
                   WHEN kind <> 'network' AND failures >= 5
                   THEN at + make_interval(secs => LEAST(2 ^ LEAST(failures - 5, 10), 900))
               END)
      INTO free_at
      FROM sign_in_failures
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = 'network' AND key = network_key);
    IF free_at > attempted_at THEN
        RETURN ceil(extract(epoch FROM free_at - attempted_at));
    END IF;

    UPDATE sign_in_failures
       SET failures = failures + 1,
           at = CASE WHEN kind = 'network' AND failures > 0 THEN at ELSE attempted_at END
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = 'network' AND key = network_key);
    RETURN 0;
END
$$;

-- Locks the rows of an attempt, the subject first.
CREATE FUNCTION lock_sign_in_failures(subject_kind text, subject_key bytea, network_key bytea)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sign_in_failures WHERE kind = subject_kind AND key = subject_key FOR UPDATE;
    PERFORM FROM sign_in_failures WHERE kind = 'network' AND key = network_key FOR UPDATE;
END
$$;

-- Takes a counted attempt back. After a success the subject starts again at zero.
CREATE FUNCTION take_back_sign_in(subject_kind text, subject_key bytea, network_key bytea, is_success boolean)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM lock_sign_in_failures(subject_kind, subject_key, network_key);
    UPDATE sign_in_failures
       SET failures = CASE WHEN is_success AND kind <> 'network' THEN 0 ELSE greatest(failures - 1, 0) END
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = 'network' AND key = network_key);
END
$$;

-- The program counts.
INSERT INTO role_grants (role, relation, privilege, columns) VALUES
    ('annai_app', 'sign_in_failures', 'INSERT', NULL),
    ('annai_app', 'sign_in_failures', 'DELETE', NULL),
    ('annai_app', 'sign_in_failures', 'UPDATE', '{failures,at}');
CALL grant_roles();
