-- expand
-- A site that is built from its guides wants one call for many changes, and often a call without a
-- body: a build hook. So an endpoint says what its calls are, and for how many seconds they gather.
ALTER TABLE webhook_endpoints
    ADD COLUMN kind           text     NOT NULL DEFAULT 'message',
    ADD COLUMN window_seconds smallint NOT NULL DEFAULT 0,
    ADD CONSTRAINT webhook_endpoints_kind_check           CHECK (kind IN ('message', 'build_hook')),
    ADD CONSTRAINT webhook_endpoints_window_seconds_check CHECK (window_seconds BETWEEN 0 AND 3600);

-- The event of a call that stands for several events. Its body holds theirs, so that it too is kept as the
-- very bytes that are sent, and has a webhook-id of its own.
ALTER TABLE outbox
    DROP CONSTRAINT outbox_event_type_check,
    ADD CONSTRAINT outbox_event_type_check CHECK (event_type IN (
        'guide.published', 'guide.unpublished', 'guide.moved', 'release.published',
        'guide.submitted', 'guide.approved', 'guide.changes_requested', 'events.gathered', 'webhook.test'));

-- A delivery that `gathers` waits for the end of its endpoint's window. If others wait with it, one
-- transaction ends them all as 'gathered' and adds the delivery that stands for them. Nothing that was ever
-- claimed is gathered: its receiver may know it by its own id.
ALTER TABLE outbox_deliveries
    ADD COLUMN gathers boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT outbox_deliveries_state_check,
    ADD CONSTRAINT outbox_deliveries_state_check
        CHECK (state IN ('pending', 'delivered', 'failed', 'gathered')),
    ADD CONSTRAINT outbox_deliveries_gathered_check CHECK (state <> 'gathered' OR (gathers AND attempts = 0));
CREATE INDEX outbox_deliveries_gathers_idx ON outbox_deliveries (webhook_endpoint_id, due_at)
    WHERE gathers AND state = 'pending' AND attempts = 0 AND claim_id IS NULL;

UPDATE role_grants SET columns = columns || '{kind,window_seconds}'
 WHERE (role, relation, privilege) = ('annai_app', 'webhook_endpoints', 'UPDATE');
CALL grant_roles();
