-- Webhooks: sites are told by us when something changed, instead of asking. Three tables: what
-- happened (outbox), who wants to know (webhook_endpoints), and the sending of one to the other
-- (webhook_deliveries). Event and deliveries are written in the transaction of the change, so
-- that what was committed is told and what was undone is not.

-- What happened, as the very bytes that are signed and sent: every attempt sends the same. Only
-- events that somebody wants to know of are written.
CREATE TABLE outbox (
    event_id   uuid        PRIMARY KEY, -- the webhook-id: receivers tell a repeat by it
    event_type text        NOT NULL,
    body       text        NOT NULL,
    created_at timestamptz NOT NULL,

    CONSTRAINT outbox_event_type_check CHECK (event_type IN (
        'guide.published', 'guide.unpublished', 'guide.moved', 'release.published',
        'guide.submitted', 'guide.approved', 'guide.changes_requested', 'webhook.test'))
);
CREATE INDEX outbox_created_at_idx ON outbox (created_at);
-- Not DELETE: what was told long ago is swept out.
CREATE TRIGGER outbox_immutable BEFORE UPDATE ON outbox
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Who wants to know, and of what. Never deleted, only disabled, because the audit log names them.
-- Unlike every other secret of ours these are kept as they are: signing needs the key itself.
CREATE TABLE webhook_endpoints (
    webhook_endpoint_id   uuid        PRIMARY KEY,
    name                  text        NOT NULL,
    url                   text        NOT NULL,
    event_types           text[]      NOT NULL,
    secret                bytea       NOT NULL,
    previous_secret       bytea,      -- also signs until the receiver has changed over
    previous_secret_until timestamptz,
    created_by            uuid        NOT NULL REFERENCES users,
    created_at            timestamptz NOT NULL,
    disabled_at           timestamptz,
    disabled_reason       text,

    CONSTRAINT webhook_endpoints_name_check CHECK (name <> '' AND length(name) <= 100),
    CONSTRAINT webhook_endpoints_url_check  CHECK (url ~ '^https?://' AND octet_length(url) <= 2000),
    -- A test is sent to whom it is for, whatever they asked for.
    CONSTRAINT webhook_endpoints_event_types_check CHECK (
        cardinality(event_types) > 0
        AND event_types <@ ARRAY['guide.published', 'guide.unpublished', 'guide.moved', 'release.published',
                                 'guide.submitted', 'guide.approved', 'guide.changes_requested']),
    CONSTRAINT webhook_endpoints_secret_check
        CHECK (octet_length(secret) = 32 AND octet_length(previous_secret) = 32),
    CONSTRAINT webhook_endpoints_previous_secret_check
        CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL)),
    -- By a person, or because the receiver answered 410: it wants no more.
    CONSTRAINT webhook_endpoints_disabled_reason_check CHECK (disabled_reason IN ('person', 'gone')),
    CONSTRAINT webhook_endpoints_disabled_check
        CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
);

-- The sending of one event to one endpoint: a queue and, once it is over, the log of it. A worker
-- that takes a row moves `due_at` past the longest time an attempt can take and writes its claim:
-- if it is killed in the middle, the row falls due again by itself, and what a worker finds out
-- after it has lost its claim is not written down.
CREATE TABLE webhook_deliveries (
    webhook_delivery_id uuid        PRIMARY KEY,
    webhook_endpoint_id uuid        NOT NULL REFERENCES webhook_endpoints,
    event_id            uuid        NOT NULL REFERENCES outbox,
    state               text        NOT NULL DEFAULT 'pending',
    due_at              timestamptz DEFAULT now(), -- by the database's clock, as every node sees it
    claim_id            uuid,
    attempts            smallint    NOT NULL DEFAULT 0,
    last_attempt_at     timestamptz,
    last_result         text,
    last_status         smallint,   -- of the HTTP answer, where there was one
    last_answer         text,       -- the beginning of it
    created_at          timestamptz NOT NULL,

    CONSTRAINT webhook_deliveries_state_check    CHECK (state IN ('pending', 'delivered', 'failed')),
    CONSTRAINT webhook_deliveries_due_at_check   CHECK ((state = 'pending') = (due_at IS NOT NULL)),
    CONSTRAINT webhook_deliveries_claim_id_check CHECK (claim_id IS NULL OR state = 'pending'),
    CONSTRAINT webhook_deliveries_attempts_check CHECK (attempts BETWEEN 0 AND 10),
    CONSTRAINT webhook_deliveries_last_result_check CHECK (last_result IN (
        'accepted', 'refused', 'redirected', 'gone', 'timed_out', 'unreachable', 'not_found',
        'not_allowed')),
    -- An attempt leaves its result; the last one of a row that is over was accepted or it failed.
    CONSTRAINT webhook_deliveries_attempted_check
        CHECK ((attempts = 0) = (last_result IS NULL) AND (attempts = 0) = (last_attempt_at IS NULL)),
    CONSTRAINT webhook_deliveries_delivered_check
        CHECK ((state = 'delivered') = (last_result IS NOT DISTINCT FROM 'accepted')),
    CONSTRAINT webhook_deliveries_failed_check CHECK (state <> 'failed' OR attempts > 0),
    CONSTRAINT webhook_deliveries_last_answer_check CHECK (length(last_answer) <= 1000)
);
-- An event is on its way to an endpoint once. After that it can be sent again, as another row.
CREATE UNIQUE INDEX webhook_deliveries_one_pending_key
    ON webhook_deliveries (webhook_endpoint_id, event_id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_due_at_idx
    ON webhook_deliveries (webhook_endpoint_id, due_at, webhook_delivery_id) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_log_idx ON webhook_deliveries (webhook_endpoint_id, webhook_delivery_id);
CREATE INDEX webhook_deliveries_event_id_idx ON webhook_deliveries (event_id);

-- What is over stays as it was written, so that the log can be believed.
CREATE TRIGGER webhook_deliveries_immutable BEFORE UPDATE ON webhook_deliveries
    FOR EACH ROW WHEN (OLD.state <> 'pending') EXECUTE FUNCTION refuse_change();

-- A doorbell only: the workers look at the table themselves, now and then even without it.
CREATE FUNCTION ring_for_webhooks() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('annai_webhooks', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER webhook_deliveries_ring AFTER INSERT ON webhook_deliveries
    FOR EACH STATEMENT EXECUTE FUNCTION ring_for_webhooks();
