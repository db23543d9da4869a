-- What the two roles may do. A procedure, because it is called again by `annai migrate` where
-- an operator made the roles later; a migration that adds a table replaces it.
CREATE PROCEDURE grant_roles()
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
        GRANT INSERT, DELETE ON outbox, webhook_deliveries TO annai_app;
        GRANT INSERT ON webhook_endpoints TO annai_app;
        GRANT UPDATE (name, url, event_types, secret, previous_secret, previous_secret_until,
                      disabled_at, disabled_reason) ON webhook_endpoints TO annai_app;
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
