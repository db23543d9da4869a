-- expand
-- All browsers that an account is known to use count together too: otherwise n stolen cookies would
-- give n times the guesses. An attempt has a subject and perhaps a wider counter. Older programs
-- give an account's network as the wider one and none for a browser, which stays right.
ALTER TABLE sign_in_failures
    DROP CONSTRAINT sign_in_failures_kind_check,
    ADD CONSTRAINT sign_in_failures_kind_check
        CHECK (kind IN ('account', 'browser', 'browsers', 'network', 'session'));

-- Returns the kind of the wider counter of a subject, or NULL.
CREATE FUNCTION wider_sign_in_kind(subject_kind text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE subject_kind WHEN 'account' THEN 'network' WHEN 'browser' THEN 'browsers' END
$$;

-- Makes and locks a counter, and starts it again at zero when its time is over. Returns the end of
-- the wait that it asks for, or NULL.
CREATE OR REPLACE FUNCTION lock_sign_in_counter(counted_kind text, counted_key bytea, attempted_at timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
    -- A wider counter has `most` failures within its time, beginning with the first one.
    most CONSTANT integer := CASE counted_kind WHEN 'network' THEN 20 WHEN 'browsers' THEN 30 END;
    lasts CONSTANT interval :=
        CASE counted_kind WHEN 'network' THEN interval '5 minutes'
                          WHEN 'browsers' THEN interval '15 minutes'
                          ELSE interval '30 minutes' END;
    free_at timestamptz;
BEGIN
    INSERT INTO sign_in_failures (kind, key, failures, at)
    VALUES (counted_kind, counted_key, 0, attempted_at)
        ON CONFLICT DO NOTHING;
    PERFORM FROM sign_in_failures WHERE kind = counted_kind AND key = counted_key FOR UPDATE;
    UPDATE sign_in_failures
       SET failures = 0
     WHERE kind = counted_kind AND key = counted_key AND at <= attempted_at - lasts;
    SELECT CASE
               WHEN failures >= most THEN at + lasts
               WHEN most IS NULL AND failures >= 5
               THEN at + make_interval(secs => LEAST(2 ^ LEAST(failures - 5, 10), 900))
           END
      INTO free_at
      FROM sign_in_failures
     WHERE kind = counted_kind AND key = counted_key;
    RETURN CASE WHEN free_at > attempted_at THEN free_at END;
END
$$;

-- Counts an attempt as a failure of its subject and of its wider counter, or returns the seconds to
-- wait; then it counts nothing. A subject (an account, a known browser or a session) has 5 free
-- failures and then waits 1, 2, 4 … seconds, up to 15 minutes; after 30 minutes without a failure it
-- starts again at zero. A network has 20 failures in 5 minutes, and all known browsers of an account
-- have 30 in 15 minutes.
DROP FUNCTION admit_sign_in;
CREATE FUNCTION admit_sign_in(subject_kind text, subject_key bytea, wider_key bytea, attempted_at timestamptz)
RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    wider_kind CONSTANT text := wider_sign_in_kind(subject_kind);
    free_at timestamptz;
BEGIN
    -- A count that a crash forgets costs less than an attempt that waits for a standby.
    PERFORM set_config('synchronous_commit', 'off', true);
    -- Every transaction takes the subject first, so that none waits for the other. The wider counter
    -- gets a row only with an attempt that the subject admits: refusals cost nothing and write nothing.
    free_at := lock_sign_in_counter(subject_kind, subject_key, attempted_at);
    IF free_at IS NULL AND wider_key IS NOT NULL THEN
        free_at := lock_sign_in_counter(wider_kind, wider_key, attempted_at);
    END IF;
    IF free_at IS NOT NULL THEN
        RETURN ceil(extract(epoch FROM free_at - attempted_at));
    END IF;

    UPDATE sign_in_failures
       SET failures = failures + 1,
           at = CASE WHEN kind = wider_kind AND failures > 0 THEN at ELSE attempted_at END
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = wider_kind AND key = wider_key);
    RETURN 0;
END
$$;

-- Locks the rows of an attempt, the subject first.
DROP FUNCTION lock_sign_in_failures;
CREATE FUNCTION lock_sign_in_failures(subject_kind text, subject_key bytea, wider_key bytea)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM sign_in_failures WHERE kind = subject_kind AND key = subject_key FOR UPDATE;
    PERFORM FROM sign_in_failures
      WHERE kind = wider_sign_in_kind(subject_kind) AND key = wider_key FOR UPDATE;
END
$$;

-- Takes a counted attempt back. After a success the subject starts again at zero; the wider counter
-- loses this attempt alone.
DROP FUNCTION take_back_sign_in;
CREATE FUNCTION take_back_sign_in(subject_kind text, subject_key bytea, wider_key bytea, is_success boolean)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    wider_kind CONSTANT text := wider_sign_in_kind(subject_kind);
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM lock_sign_in_failures(subject_kind, subject_key, wider_key);
    UPDATE sign_in_failures
       SET failures = CASE WHEN is_success AND kind = subject_kind THEN 0 ELSE greatest(failures - 1, 0) END
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = wider_kind AND key = wider_key);
END
$$;
