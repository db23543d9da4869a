-- The outbox holds every event once, whether or not anybody is told of it. An outbox delivery says
-- who is: it is the sending of one event through one channel and, where a channel leads to several
-- targets, to one of them. The webhook is the first channel; its targets are the endpoints. So
-- webhook_deliveries becomes outbox_deliveries, row by row the same.
ALTER TABLE webhook_deliveries RENAME TO outbox_deliveries;
ALTER TABLE outbox_deliveries RENAME COLUMN webhook_delivery_id TO outbox_delivery_id;

-- The default is for rows that the version before this one adds while both run.
ALTER TABLE outbox_deliveries
    ADD COLUMN channel text NOT NULL DEFAULT 'webhook',
    ALTER COLUMN webhook_endpoint_id DROP NOT NULL,
    -- A channel is added here by the migration that comes with its worker.
    ADD CONSTRAINT outbox_deliveries_channel_check CHECK (channel IN ('webhook')),
    -- A webhook goes to an endpoint, and nothing else does.
    ADD CONSTRAINT outbox_deliveries_webhook_endpoint_id_check
        CHECK ((channel = 'webhook') = (webhook_endpoint_id IS NOT NULL));

-- Every name says which table it is of: the program tells errors apart by it.
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_pkey TO outbox_deliveries_pkey;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_webhook_endpoint_id_fkey TO outbox_deliveries_webhook_endpoint_id_fkey;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_event_id_fkey TO outbox_deliveries_event_id_fkey;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_state_check TO outbox_deliveries_state_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_due_at_check TO outbox_deliveries_due_at_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_claim_id_check TO outbox_deliveries_claim_id_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_attempts_check TO outbox_deliveries_attempts_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_last_result_check TO outbox_deliveries_last_result_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_attempted_check TO outbox_deliveries_attempted_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_delivered_check TO outbox_deliveries_delivered_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_failed_check TO outbox_deliveries_failed_check;
ALTER TABLE outbox_deliveries RENAME CONSTRAINT webhook_deliveries_last_answer_check TO outbox_deliveries_last_answer_check;
ALTER INDEX webhook_deliveries_one_pending_key RENAME TO outbox_deliveries_one_pending_key;
ALTER INDEX webhook_deliveries_due_at_idx RENAME TO outbox_deliveries_due_at_idx;
ALTER INDEX webhook_deliveries_log_idx RENAME TO outbox_deliveries_log_idx;
ALTER INDEX webhook_deliveries_event_id_idx RENAME TO outbox_deliveries_event_id_idx;
ALTER TRIGGER webhook_deliveries_immutable ON outbox_deliveries RENAME TO outbox_deliveries_immutable;
ALTER TRIGGER webhook_deliveries_ring ON outbox_deliveries RENAME TO outbox_deliveries_ring;

-- The table as the version before this one knows it, so that both can run side by side. Postgres
-- passes what is written to a view as simple as this on to its table. The version after this one
-- drops it.
CREATE VIEW webhook_deliveries AS
    SELECT outbox_delivery_id AS webhook_delivery_id, webhook_endpoint_id, event_id, state, due_at, claim_id,
           attempts, last_attempt_at, last_result, last_status, last_answer, created_at
      FROM outbox_deliveries
     WHERE channel = 'webhook';

CREATE OR REPLACE PROCEDURE grant_roles()
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'annai_app') THEN
        GRANT USAGE ON SCHEMA public TO annai_app;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO annai_app;
        -- Written once.
        GRANT INSERT ON contents, guides, revisions, schemas, reviews, decisions, threads, comments,
                        comment_mentions, thread_events, publications, audit_entries TO annai_app;
        -- The pointers of a guide are the triggers' to move.
        GRANT UPDATE (owner_id, path, archived_at) ON guides TO annai_app;
        GRANT UPDATE (state, closed_at) ON reviews TO annai_app;
        GRANT INSERT, UPDATE (to_ref) ON published_versions TO annai_app;
        GRANT INSERT, DELETE, UPDATE (claimed_at) ON slugs TO annai_app;
        GRANT INSERT, UPDATE, DELETE ON working_copies, sessions, idempotency_keys TO annai_app;
        GRANT INSERT ON users, user_tokens, api_keys TO annai_app;
        GRANT UPDATE (email, display_name, password_hash, roles, locale, session_epoch, disabled_at)
            ON users TO annai_app;
        GRANT UPDATE (used_at) ON user_tokens TO annai_app;
        GRANT UPDATE (name, last_used_at, revoked_at) ON api_keys TO annai_app;
        GRANT INSERT, UPDATE (revoked_at) ON preview_links TO annai_app;
        GRANT INSERT, DELETE, UPDATE (name, named_by, named_at) ON revision_names TO annai_app;
        -- What is sent is never changed, only whether and when.
        GRANT INSERT, DELETE ON outbox, outbox_deliveries, webhook_deliveries TO annai_app;
        GRANT INSERT ON webhook_endpoints TO annai_app;
        GRANT UPDATE (name, url, event_types, secret, previous_secret, previous_secret_until,
                      disabled_at, disabled_reason) ON webhook_endpoints TO annai_app;
        GRANT UPDATE (state, due_at, claim_id, attempts, last_attempt_at, last_result, last_status,
                      last_answer) ON outbox_deliveries TO annai_app;
        GRANT UPDATE (state, due_at, claim_id, attempts, last_attempt_at, last_result, last_status,
                      last_answer) ON webhook_deliveries TO annai_app;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'annai_delivery') THEN
        GRANT USAGE ON SCHEMA public TO annai_delivery;
        GRANT SELECT ON published_versions, delivery_ledger, delivery_genesis, delivery_slugs,
                        delivery_api_keys TO annai_delivery;
    END IF;
END
$$;

CALL grant_roles();
