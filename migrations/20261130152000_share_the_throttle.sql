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

-- Makes and locks a counter, and starts it again at zero when its time is over. Returns the end of
-- the wait that it asks for, or NULL.
CREATE FUNCTION lock_sign_in_counter(counted_kind text, counted_key bytea, attempted_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
    free_at timestamptz;
BEGIN
    INSERT INTO sign_in_failures (kind, key, failures, at)
    VALUES (counted_kind, counted_key, 0, attempted_at)
        ON CONFLICT DO NOTHING;
    PERFORM FROM sign_in_failures WHERE kind = counted_kind AND key = counted_key FOR UPDATE;
    UPDATE sign_in_failures
       SET failures = 0
     WHERE kind = counted_kind AND key = counted_key
       AND at <= attempted_at - CASE kind WHEN 'network' THEN interval '5 minutes' ELSE interval '30 minutes' END;
    SELECT CASE
               WHEN kind = 'network' AND failures >= 20 THEN at + interval '5 minutes'
               WHEN kind <> 'network' AND failures >= 5
               THEN at + make_interval(secs => LEAST(2 ^ LEAST(failures - 5, 10), 900))
           END
      INTO free_at
      FROM sign_in_failures
     WHERE kind = counted_kind AND key = counted_key;
    RETURN CASE WHEN free_at > attempted_at THEN free_at END;
END
$$;

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
    -- Every transaction takes the subject first, so that none waits for the other. The network gets
    -- a row only with an attempt that the subject admits: refusals cost nothing and write nothing.
    free_at := lock_sign_in_counter(subject_kind, subject_key, attempted_at);
    IF free_at IS NULL AND network_key IS NOT NULL THEN
        free_at := lock_sign_in_counter('network', network_key, attempted_at);
    END IF;
    IF free_at IS NOT NULL THEN
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
