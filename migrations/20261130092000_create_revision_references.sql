-- The places that a revision names: related guides, links and images. They are derived from its
-- text by the schema of the day, written with it and never changed: "which texts show this image"
-- is a question to this table and not to every text. Published relations have a home of their own,
-- `published_versions.related_jobs`: delivery may read that column and nothing here.
CREATE TABLE revision_references (
    revision_id uuid    NOT NULL REFERENCES revisions,
    kind        text    NOT NULL,
    place       integer NOT NULL, -- from 0, among the references of the revision
    target      text    NOT NULL, -- the slug of a relation, else an address as the text spells it
    field       text,             -- the front matter key; NULL: the body

    PRIMARY KEY (revision_id, place),
    CONSTRAINT revision_references_kind_check   CHECK (kind IN ('relation', 'link', 'image')),
    CONSTRAINT revision_references_place_check  CHECK (place >= 0),
    CONSTRAINT revision_references_target_check CHECK (octet_length(target) BETWEEN 1 AND 2000)
);
CREATE INDEX revision_references_target_idx ON revision_references (target, kind);
CREATE TRIGGER revision_references_immutable BEFORE UPDATE OR DELETE ON revision_references
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revision_references_not_truncated BEFORE TRUNCATE ON revision_references
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The revisions whose references were written. A text that names nothing has no reference to show
-- for it, and the texts of the version before this one have none yet.
CREATE TABLE referenced_revisions (
    revision_id uuid PRIMARY KEY REFERENCES revisions
);
CREATE TRIGGER referenced_revisions_immutable BEFORE UPDATE OR DELETE ON referenced_revisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER referenced_revisions_not_truncated BEFORE TRUNCATE ON referenced_revisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- As before, and the program may write references. Delivery may not even read them: they name what
-- drafts name.
CREATE OR REPLACE PROCEDURE grant_roles()
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'annai_app') THEN
        GRANT USAGE ON SCHEMA public TO annai_app;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO annai_app;
        -- Written once.
        GRANT INSERT ON contents, guides, revisions, schemas, reviews, decisions, threads, comments,
                        comment_mentions, thread_events, publications, audit_entries,
                        revision_references, referenced_revisions TO annai_app;
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
