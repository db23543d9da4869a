-- People, and the two actors that are not people: the operator at the command line and the
-- program itself. Users are never deleted, because history names them; they are disabled.
CREATE TABLE users (
    user_id       uuid        PRIMARY KEY,
    kind          text        NOT NULL,
    email         text,       -- lower case; what a person signs in with
    display_name  text        NOT NULL,
    password_hash text,       -- argon2id, PHC string; NULL until the invitation is taken up
    roles         text[]      NOT NULL DEFAULT '{}',
    locale        text        NOT NULL DEFAULT 'ja',
    session_epoch integer     NOT NULL DEFAULT 0, -- rises when every session must end
    created_at    timestamptz NOT NULL,
    disabled_at   timestamptz,

    CONSTRAINT users_email_key          UNIQUE (email),
    CONSTRAINT users_kind_check         CHECK (kind IN ('person', 'operator', 'system')),
    CONSTRAINT users_email_check        CHECK ((kind = 'person') = (email IS NOT NULL)),
    CONSTRAINT users_email_lower_check  CHECK (email = lower(email)),
    CONSTRAINT users_locale_check       CHECK (locale IN ('ja', 'en')),
    CONSTRAINT users_display_name_check CHECK (display_name <> '' AND length(display_name) <= 100),
    CONSTRAINT users_roles_check
        CHECK (roles <@ ARRAY['author', 'editor', 'reviewer', 'publisher', 'admin']),
    -- The built-in actors can never be signed in as.
    CONSTRAINT users_password_check     CHECK (kind = 'person' OR password_hash IS NULL)
);

INSERT INTO users (user_id, kind, display_name, created_at) VALUES
    ('00000000-0000-0000-0000-000000000001', 'operator', 'operator', now()),
    ('00000000-0000-0000-0000-000000000002', 'system',   'system',   now());

-- The last administrator cannot go: somebody has to be able to let people in.
-- Checked at the end of the statement, so that two administrators cannot remove each other
-- at once: the rows are locked first.
CREATE FUNCTION keep_one_admin() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF 'admin' = ANY (OLD.roles) AND OLD.disabled_at IS NULL AND OLD.password_hash IS NOT NULL
       AND ('admin' <> ALL (NEW.roles) OR NEW.disabled_at IS NOT NULL) THEN
        PERFORM FROM users WHERE 'admin' = ANY (roles) ORDER BY user_id FOR UPDATE;
        IF NOT EXISTS (
            SELECT FROM users
             WHERE 'admin' = ANY (roles) AND disabled_at IS NULL
               AND password_hash IS NOT NULL AND user_id <> NEW.user_id
        ) THEN
            RAISE EXCEPTION 'the last administrator cannot be removed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'users_last_admin', TABLE = 'users';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER users_last_admin BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION keep_one_admin();

-- One-time links: the first set-up, an invitation, a new password. Only the SHA-256 is kept.
CREATE TABLE user_tokens (
    token_hash bytea       PRIMARY KEY,
    kind       text        NOT NULL,
    user_id    uuid        REFERENCES users, -- NULL: the set-up link, which makes its user
    created_by uuid        NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,

    CONSTRAINT user_tokens_kind_check  CHECK (kind IN ('setup', 'invite', 'reset')),
    CONSTRAINT user_tokens_user_check  CHECK ((kind = 'setup') = (user_id IS NULL)),
    CONSTRAINT user_tokens_hash_check  CHECK (octet_length(token_hash) = 32)
);

-- Signed-in browsers. The cookie holds the id; only its SHA-256 is kept here.
CREATE TABLE sessions (
    session_hash        bytea       PRIMARY KEY,
    user_id             uuid        NOT NULL REFERENCES users,
    session_epoch       integer     NOT NULL, -- the user's, when this session began
    data                jsonb       NOT NULL,
    user_agent          text        NOT NULL DEFAULT '',
    created_at          timestamptz NOT NULL,
    last_seen_at        timestamptz NOT NULL,
    reauthenticated_at  timestamptz NOT NULL, -- when the password was last given
    expires_at          timestamptz NOT NULL,

    CONSTRAINT sessions_hash_check CHECK (octet_length(session_hash) = 32)
);
CREATE INDEX sessions_user_id_idx    ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
