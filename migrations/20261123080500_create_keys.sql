-- The secrets of consumers. Only the SHA-256 is kept; `hint` is what lists show of it.
CREATE TABLE api_keys (
    api_key_id   uuid        PRIMARY KEY,
    name         text        NOT NULL,
    scope        text        NOT NULL,
    key_hash     bytea       NOT NULL,
    hint         text        NOT NULL,
    created_by   uuid        NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,

    CONSTRAINT api_keys_key_hash_key    UNIQUE (key_hash),
    CONSTRAINT api_keys_key_hash_check  CHECK (octet_length(key_hash) = 32),
    CONSTRAINT api_keys_scope_check     CHECK (scope IN ('reader', 'preview')),
    CONSTRAINT api_keys_name_check      CHECK (name <> '' AND length(name) <= 100)
);

-- What delivery needs to recognise a key, and no more.
CREATE VIEW delivery_api_keys AS
    SELECT api_key_id, scope, key_hash, expires_at FROM api_keys WHERE revoked_at IS NULL;

-- Answers given to requests that named an Idempotency-Key: a repeat gets the same answer and
-- has no second effect. Written in the transaction of the change. Never holds a secret.
CREATE TABLE idempotency_keys (
    user_id      uuid        NOT NULL REFERENCES users,
    key          text        NOT NULL,
    operation    text        NOT NULL, -- method and path
    request_hash bytea       NOT NULL,
    status       smallint    NOT NULL,
    answer       bytea       NOT NULL,
    created_at   timestamptz NOT NULL,

    PRIMARY KEY (user_id, key),
    CONSTRAINT idempotency_keys_key_check CHECK (length(key) BETWEEN 1 AND 200)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);
