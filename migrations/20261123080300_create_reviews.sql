-- What a review is held to: steps in order, each with the approvals it needs.
CREATE TABLE review_policies (
    review_policy_id uuid        PRIMARY KEY,
    name             text        NOT NULL,
    policy           jsonb       NOT NULL,
    is_default       boolean     NOT NULL,
    created_at       timestamptz NOT NULL,

    CONSTRAINT review_policies_name_key    UNIQUE (name),
    -- The number of steps of a policy without steps is unknown, and a CHECK lets that through.
    CONSTRAINT review_policies_policy_check
        CHECK (jsonb_typeof(policy -> 'steps') IS NOT DISTINCT FROM 'array'),
    CONSTRAINT review_policies_steps_check CHECK (jsonb_array_length(policy -> 'steps') > 0)
);
CREATE UNIQUE INDEX review_policies_one_default_key ON review_policies (is_default) WHERE is_default;

-- One step, any reviewer, one approval.
INSERT INTO review_policies (review_policy_id, name, policy, is_default, created_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'default',
        '{"steps": [{"approvals_needed": 1}]}', true, now());

-- A request to judge one exact revision: its id and its content. It pins both, the rule as it
-- was, and what was public then, and never moves: a later save leaves it where it is, a new
-- submission supersedes it. Only its state changes.
CREATE TABLE reviews (
    review_id          uuid        PRIMARY KEY,
    guide_id           uuid        NOT NULL REFERENCES guides,
    revision_id        uuid        NOT NULL,
    content_hash       bytea       NOT NULL,
    policy             jsonb       NOT NULL,
    public_ref         bigint,     -- what readers saw at submission
    previous_review_id uuid,       -- the one this supersedes
    state              text        NOT NULL DEFAULT 'open',
    message            text        NOT NULL DEFAULT '',
    submitted_by       uuid        NOT NULL REFERENCES users,
    submitted_at       timestamptz NOT NULL,
    closed_at          timestamptz,

    CONSTRAINT reviews_pinned_revision_fkey
        FOREIGN KEY (guide_id, revision_id, content_hash)
        REFERENCES revisions (guide_id, revision_id, content_hash),
    CONSTRAINT reviews_guide_id_review_id_key UNIQUE (guide_id, review_id),
    CONSTRAINT reviews_guide_id_review_id_revision_id_key UNIQUE (guide_id, review_id, revision_id),
    CONSTRAINT reviews_review_id_content_hash_key UNIQUE (review_id, content_hash),
    CONSTRAINT reviews_own_previous_fkey
        FOREIGN KEY (guide_id, previous_review_id) REFERENCES reviews (guide_id, review_id),
    CONSTRAINT reviews_state_check CHECK (
        state IN ('open', 'approved', 'changes_requested', 'published', 'withdrawn', 'superseded')),
    CONSTRAINT reviews_message_check CHECK (length(message) <= 2000)
);
-- At most one live review per guide.
CREATE UNIQUE INDEX reviews_one_live_key ON reviews (guide_id)
    WHERE state IN ('open', 'approved', 'changes_requested');
CREATE INDEX reviews_open_idx ON reviews (submitted_at) WHERE state = 'open';

CREATE FUNCTION pin_review() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'state' - 'closed_at') <> (to_jsonb(OLD) - 'state' - 'closed_at') THEN
        RAISE EXCEPTION 'a review never moves'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reviews_immutable', TABLE = 'reviews';
    END IF;
    IF OLD.state IN ('published', 'withdrawn', 'superseded') THEN
        RAISE EXCEPTION 'review % is over', OLD.review_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reviews_over', TABLE = 'reviews';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER reviews_immutable BEFORE UPDATE ON reviews
    FOR EACH ROW EXECUTE FUNCTION pin_review();
CREATE TRIGGER reviews_not_deleted BEFORE DELETE ON reviews
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reviews_not_truncated BEFORE TRUNCATE ON reviews
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One reviewer's judgement of that content. Append-only; the content is part of the key, so
-- that an approval can never be read as one of something else.
CREATE TABLE decisions (
    decision_id  uuid        PRIMARY KEY,
    review_id    uuid        NOT NULL,
    content_hash bytea       NOT NULL,
    step         integer     NOT NULL,
    verdict      text        NOT NULL,
    comment      text        NOT NULL DEFAULT '',
    decided_by   uuid        NOT NULL REFERENCES users,
    decided_at   timestamptz NOT NULL,

    CONSTRAINT decisions_judged_content_fkey
        FOREIGN KEY (review_id, content_hash) REFERENCES reviews (review_id, content_hash),
    CONSTRAINT decisions_verdict_check CHECK (verdict IN ('approve', 'request_changes')),
    CONSTRAINT decisions_reason_check  CHECK (verdict = 'approve' OR comment <> ''),
    CONSTRAINT decisions_comment_check CHECK (length(comment) <= 2000)
);
-- Nobody approves twice in one review.
CREATE UNIQUE INDEX decisions_one_approval_key ON decisions (review_id, decided_by)
    WHERE verdict = 'approve';
CREATE INDEX decisions_review_id_idx ON decisions (review_id);

-- Four eyes, kept by the schema: whoever wrote a part of the change under review, or asked for
-- the review, may not decide on it. `change_writers` says who wrote a part.
CREATE FUNCTION refuse_own_decision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews
         WHERE review_id = NEW.review_id
           AND (submitted_by = NEW.decided_by
                OR NEW.decided_by IN (SELECT change_writers(revision_id, public_ref)))
    ) THEN
        RAISE EXCEPTION 'nobody decides on a change they wrote a part of'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'decisions_four_eyes', TABLE = 'decisions';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER decisions_four_eyes BEFORE INSERT ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_own_decision();
CREATE TRIGGER decisions_immutable BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_not_truncated BEFORE TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
