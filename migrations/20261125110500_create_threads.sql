-- A conversation about a guide; with a review, it belongs to that review. It may have an anchor:
-- a field of the front matter, or a quotation from the body with what stood around it and the
-- revision it was made on. Where an anchor stands in another text is worked out when somebody
-- asks and never stored, so no edit can lose or move a thread.
CREATE TABLE threads (
    thread_id    uuid        PRIMARY KEY,
    guide_id     uuid        NOT NULL REFERENCES guides,
    review_id    uuid,
    field        text,       -- a key of the front matter
    quote        text,
    quote_prefix text,
    quote_suffix text,
    revision_id  uuid,       -- what the quotation was made on
    is_blocking  boolean     NOT NULL,
    created_by   uuid        NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL,

    CONSTRAINT threads_own_review_fkey
        FOREIGN KEY (guide_id, review_id) REFERENCES reviews (guide_id, review_id),
    CONSTRAINT threads_own_revision_fkey
        FOREIGN KEY (guide_id, revision_id) REFERENCES revisions (guide_id, revision_id),
    CONSTRAINT threads_one_anchor_check CHECK (num_nonnulls(field, quote) <= 1),
    CONSTRAINT threads_quotation_check
        CHECK (num_nonnulls(quote, quote_prefix, quote_suffix, revision_id) IN (0, 4)),
    CONSTRAINT threads_field_check  CHECK (field <> '' AND length(field) <= 200),
    CONSTRAINT threads_quote_check  CHECK (quote <> '' AND length(quote) <= 2000),
    CONSTRAINT threads_prefix_check CHECK (length(quote_prefix) <= 1000),
    CONSTRAINT threads_suffix_check CHECK (length(quote_suffix) <= 1000)
);
CREATE INDEX threads_guide_id_idx ON threads (guide_id);
CREATE TRIGGER threads_immutable BEFORE UPDATE OR DELETE ON threads
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER threads_not_truncated BEFORE TRUNCATE ON threads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE comments (
    comment_id uuid        PRIMARY KEY,
    thread_id  uuid        NOT NULL REFERENCES threads,
    body       text        NOT NULL,
    created_by uuid        NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,

    CONSTRAINT comments_body_check CHECK (body <> '' AND length(body) <= 4000)
);
CREATE INDEX comments_thread_id_idx ON comments (thread_id);
CREATE TRIGGER comments_immutable BEFORE UPDATE OR DELETE ON comments
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comments_not_truncated BEFORE TRUNCATE ON comments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Whom a comment calls by name, as they were called when it was written.
CREATE TABLE comment_mentions (
    comment_id uuid NOT NULL REFERENCES comments,
    user_id    uuid NOT NULL REFERENCES users,
    name       text NOT NULL,

    CONSTRAINT comment_mentions_pkey PRIMARY KEY (comment_id, user_id),
    CONSTRAINT comment_mentions_name_check CHECK (name <> '')
);
CREATE INDEX comment_mentions_user_id_idx ON comment_mentions (user_id);
CREATE TRIGGER comment_mentions_immutable BEFORE UPDATE OR DELETE ON comment_mentions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comment_mentions_not_truncated BEFORE TRUNCATE ON comment_mentions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A thread is open until it is resolved, and again once it is reopened. The events of a thread
-- are numbered 1, 2, 3 … without gaps, so the odd ones resolve it and the even ones reopen it.
CREATE TABLE thread_events (
    thread_id    uuid        NOT NULL REFERENCES threads,
    event_number integer     NOT NULL,
    action       text        NOT NULL,
    created_by   uuid        NOT NULL REFERENCES users,
    created_at   timestamptz NOT NULL,

    CONSTRAINT thread_events_pkey PRIMARY KEY (thread_id, event_number),
    CONSTRAINT thread_events_action_check
        CHECK (action = CASE event_number % 2 WHEN 1 THEN 'resolve' ELSE 'reopen' END)
);
CREATE TRIGGER thread_events_immutable BEFORE UPDATE OR DELETE ON thread_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER thread_events_not_truncated BEFORE TRUNCATE ON thread_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION number_thread_event() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.event_number := 1 + (SELECT count(*) FROM thread_events WHERE thread_id = NEW.thread_id);
    RETURN NEW;
END
$$;
CREATE TRIGGER thread_events_numbered BEFORE INSERT ON thread_events
    FOR EACH ROW EXECUTE FUNCTION number_thread_event();

CREATE FUNCTION is_open_thread(uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT count(*) % 2 = 0 FROM thread_events WHERE thread_id = $1
$$;

-- An open thread that blocks holds approval back, kept by the schema.
CREATE FUNCTION refuse_blocked_approval() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.verdict = 'approve' AND EXISTS (
        SELECT FROM reviews JOIN threads USING (guide_id)
         WHERE reviews.review_id = NEW.review_id AND is_blocking AND is_open_thread(thread_id)
    ) THEN
        RAISE EXCEPTION 'a thread that blocks approval is open'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'decisions_not_blocked', TABLE = 'decisions';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER decisions_not_blocked BEFORE INSERT ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_blocked_approval();
