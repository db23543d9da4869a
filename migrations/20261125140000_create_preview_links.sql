-- Secret addresses under which a guide can be read before it is public, by people who cannot sign
-- in: one revision, or whatever the newest one is. Only the SHA-256 is kept; `hint` is what lists
-- show of it. A link lives a week at most, so that one which went astray is no hole for long.
CREATE TABLE preview_links (
    preview_link_id uuid        PRIMARY KEY,
    guide_id        uuid        NOT NULL REFERENCES guides,
    revision_id     uuid,       -- the one revision it shows; NULL: it follows the draft
    token_hash      bytea       NOT NULL,
    hint            text        NOT NULL,
    created_by      uuid        NOT NULL REFERENCES users,
    created_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz,

    CONSTRAINT preview_links_token_hash_key   UNIQUE (token_hash),
    CONSTRAINT preview_links_token_hash_check CHECK (octet_length(token_hash) = 32),
    -- A link shows a revision of its own guide.
    CONSTRAINT preview_links_own_revision_fkey
        FOREIGN KEY (guide_id, revision_id) REFERENCES revisions (guide_id, revision_id),
    CONSTRAINT preview_links_expires_at_check CHECK (
        expires_at > created_at AND expires_at - created_at <= interval '7 days'
    )
);
CREATE INDEX preview_links_guide_id_idx ON preview_links (guide_id);

-- What a link shows, whose it is and when it ends is fixed when it is handed out; all that can
-- happen to it is that somebody ends it early, once.
CREATE TRIGGER preview_links_immutable BEFORE UPDATE ON preview_links
    FOR EACH ROW
    WHEN (OLD.revoked_at IS NOT NULL
          OR (OLD.preview_link_id, OLD.guide_id, OLD.revision_id, OLD.token_hash, OLD.hint,
              OLD.created_by, OLD.created_at, OLD.expires_at)
             IS DISTINCT FROM
             (NEW.preview_link_id, NEW.guide_id, NEW.revision_id, NEW.token_hash, NEW.hint,
              NEW.created_by, NEW.created_at, NEW.expires_at))
    EXECUTE FUNCTION refuse_change();
-- The audit log names them.
CREATE TRIGGER preview_links_not_deleted BEFORE DELETE ON preview_links
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER preview_links_not_truncated BEFORE TRUNCATE ON preview_links
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
