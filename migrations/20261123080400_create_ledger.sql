-- The head of the ledger: the one row that a publication locks. It gives out refs without
-- gaps and in commit order, and carries the hash that the next entry is chained to. The first
-- hash is random, so that refs of two databases never look alike.
CREATE TABLE ledger_head (
    only_row boolean PRIMARY KEY DEFAULT true,
    ref      bigint  NOT NULL,
    hash     bytea   NOT NULL,

    CONSTRAINT ledger_head_only_row_check CHECK (only_row)
);
INSERT INTO ledger_head (ref, hash)
VALUES (0, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

-- The ledger: what became public, or ceased to be, and by whose right. Append-only. `ref` has
-- no gaps, because it is also the sync cursor and the name of a snapshot of the whole site.
CREATE TABLE publications (
    ref                bigint      PRIMARY KEY, -- given by the trigger
    guide_id           uuid        NOT NULL REFERENCES guides,
    revision_id        uuid,       -- NULL: a tombstone; not public from here on
    action             text        NOT NULL,
    slug               text        NOT NULL REFERENCES slugs,
    authority          text        NOT NULL,
    review_id          uuid,
    break_glass_reason text,
    restored_ref       bigint,
    published_by       uuid        NOT NULL REFERENCES users,
    published_at       timestamptz NOT NULL,
    previous_hash      bytea       NOT NULL,
    hash               bytea       NOT NULL,

    CONSTRAINT publications_guide_id_ref_key UNIQUE (guide_id, ref),
    -- A guide can only publish a revision of its own.
    CONSTRAINT publications_own_revision_fkey
        FOREIGN KEY (guide_id, revision_id) REFERENCES revisions (guide_id, revision_id),
    -- An approval only publishes the revision it judged.
    CONSTRAINT publications_reviewed_revision_fkey
        FOREIGN KEY (guide_id, review_id, revision_id)
        REFERENCES reviews (guide_id, review_id, revision_id),
    -- A rollback brings back what this very guide had published.
    CONSTRAINT publications_own_restored_ref_fkey
        FOREIGN KEY (guide_id, restored_ref) REFERENCES publications (guide_id, ref),
    CONSTRAINT publications_action_check
        CHECK (action IN ('publish', 'rollback', 'unpublish', 'expire', 'archive')),
    CONSTRAINT publications_tombstone_check
        CHECK ((action IN ('publish', 'rollback')) = (revision_id IS NOT NULL)),
    -- A CHECK lets through what it cannot tell, and the length of no reason at all is unknown.
    CONSTRAINT publications_break_glass_reason_check
        CHECK (authority <> 'break_glass' OR break_glass_reason IS NOT NULL),
    -- Exactly one authority, and the particulars of that one only.
    CONSTRAINT publications_one_authority_check CHECK (
        CASE authority
            WHEN 'review'      THEN action = 'publish' AND num_nonnulls(break_glass_reason, restored_ref) = 0
                                    AND review_id IS NOT NULL
            WHEN 'break_glass' THEN action = 'publish' AND num_nonnulls(review_id, restored_ref) = 0
                                    AND length(break_glass_reason) >= 10
            WHEN 'import'      THEN action = 'publish' AND num_nonnulls(review_id, break_glass_reason, restored_ref) = 0
            WHEN 'rollback'    THEN action = 'rollback' AND num_nonnulls(review_id, break_glass_reason) = 0
                                    AND restored_ref IS NOT NULL
            WHEN 'role'        THEN action IN ('unpublish', 'archive')
                                    AND num_nonnulls(review_id, break_glass_reason, restored_ref) = 0
            WHEN 'system'      THEN action = 'expire'
                                    AND num_nonnulls(review_id, break_glass_reason, restored_ref) = 0
            ELSE false
        END)
);

ALTER TABLE guides ADD CONSTRAINT guides_own_latest_publication_fkey
    FOREIGN KEY (guide_id, latest_publication_ref) REFERENCES publications (guide_id, ref);
ALTER TABLE slugs ADD CONSTRAINT slugs_first_public_ref_fkey
    FOREIGN KEY (first_public_ref) REFERENCES publications (ref);

CREATE TRIGGER publications_immutable BEFORE UPDATE OR DELETE ON publications
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER publications_not_truncated BEFORE TRUNCATE ON publications
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The hash of an entry: SHA-256 over the previous hash and everything the entry says, the
-- content it makes public included. `annai doctor` recomputes the chain with it.
CREATE FUNCTION publication_hash(entry publications) RETURNS bytea
LANGUAGE sql STABLE AS $$
    SELECT sha256(entry.previous_hash || convert_to(json_build_array(
        entry.ref, entry.guide_id, entry.revision_id,
        (SELECT encode(content_hash, 'hex') FROM revisions WHERE revision_id = entry.revision_id),
        entry.action, entry.slug, entry.authority, entry.review_id, entry.break_glass_reason,
        entry.restored_ref, entry.published_by,
        to_char(entry.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
    )::text, 'UTF8'))
$$;

-- Numbers and chains a new entry. The head row stays locked until commit: that is what makes
-- the order of refs the order of commits. An entry that claims a review needs its approval.
-- The audit log's head is locked first, because an import has written to the log before it
-- publishes: transactions that took the two heads in different orders would deadlock.
CREATE FUNCTION append_to_ledger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.authority = 'review' AND NOT EXISTS (
        SELECT FROM reviews WHERE review_id = NEW.review_id AND state = 'approved'
    ) THEN
        RAISE EXCEPTION 'review % is not approved', NEW.review_id
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'publications_review_is_approved', TABLE = 'publications';
    END IF;
    IF NEW.authority = 'rollback' AND NOT EXISTS (
        SELECT FROM publications
         WHERE guide_id = NEW.guide_id AND ref = NEW.restored_ref AND revision_id = NEW.revision_id
    ) THEN
        RAISE EXCEPTION 'a rollback brings back the revision of the entry it names'
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'publications_rollback_was_public', TABLE = 'publications';
    END IF;
    PERFORM FROM audit_head FOR UPDATE;
    UPDATE ledger_head SET ref = ref + 1 RETURNING ref, hash INTO NEW.ref, NEW.previous_hash;
    NEW.hash := publication_hash(NEW);
    UPDATE ledger_head SET hash = NEW.hash;
    RETURN NEW;
END
$$;
CREATE TRIGGER publications_append BEFORE INSERT ON publications
    FOR EACH ROW EXECUTE FUNCTION append_to_ledger();

CREATE FUNCTION point_to_latest_publication() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE guides SET latest_publication_ref = NEW.ref WHERE guide_id = NEW.guide_id;
    IF NEW.revision_id IS NOT NULL THEN
        UPDATE slugs SET first_public_ref = NEW.ref
         WHERE slug = NEW.slug AND guide_id = NEW.guide_id AND first_public_ref IS NULL;
    END IF;
    -- A doorbell only: nodes follow the ledger by ref.
    PERFORM pg_notify('annai_ledger', NEW.ref::text);
    RETURN NULL;
END
$$;
CREATE TRIGGER publications_latest AFTER INSERT ON publications
    FOR EACH ROW EXECUTE FUNCTION point_to_latest_publication();

-- What readers get, as ready bytes: the projection of the ledger, written in the transaction
-- of the publication. A row holds from `from_ref` until `to_ref`; now is `to_ref IS NULL`, and
-- the site at any ref ever is `from_ref <= ref < to_ref`. A publication that changes a card in
-- another guide's answer writes a new version of that one too. With the views below this is
-- all that delivery can read.
CREATE TABLE published_versions (
    guide_id           uuid        NOT NULL REFERENCES guides,
    from_ref           bigint      NOT NULL REFERENCES publications,
    to_ref             bigint      REFERENCES publications,
    publication_ref    bigint      NOT NULL, -- the entry that made this revision public
    revision_id        uuid        NOT NULL,
    revision_number    integer     NOT NULL,
    content_hash       bytea       NOT NULL,
    slug               text        NOT NULL REFERENCES slugs,
    title              text        NOT NULL,
    category           text        NOT NULL,
    meta_description   text        NOT NULL,
    thumbnail          text,
    keywords           text[]      NOT NULL,
    tags               text[]      NOT NULL,
    related_jobs       text[]      NOT NULL, -- slugs as the front matter lists them
    first_published_at timestamptz NOT NULL,
    published_at       timestamptz NOT NULL, -- of `publication_ref`
    updated_at         timestamptz NOT NULL, -- of `from_ref`: when these bytes appeared
    source             bytea       NOT NULL,
    answer             bytea       NOT NULL, -- the JSON of GET /v1/guides/{slug}
    answer_hash        bytea       NOT NULL GENERATED ALWAYS AS (sha256(answer)) STORED, -- the entity tag
    answer_brotli      bytea       NOT NULL, -- the same bytes, ready to be sent
    answer_zstd        bytea       NOT NULL,
    answer_gzip        bytea       NOT NULL,
    listing            bytea       NOT NULL, -- `data` of the answer without its body, for lists
    plain_text         text        NOT NULL,

    PRIMARY KEY (guide_id, from_ref),
    CONSTRAINT published_versions_own_publication_fkey
        FOREIGN KEY (guide_id, publication_ref) REFERENCES publications (guide_id, ref),
    CONSTRAINT published_versions_revision_fkey
        FOREIGN KEY (guide_id, revision_id, content_hash)
        REFERENCES revisions (guide_id, revision_id, content_hash),
    CONSTRAINT published_versions_span_check CHECK (from_ref < to_ref)
);
-- What is compressed already is not worth the server's trying again.
ALTER TABLE published_versions
    ALTER COLUMN answer_brotli SET STORAGE EXTERNAL,
    ALTER COLUMN answer_zstd   SET STORAGE EXTERNAL,
    ALTER COLUMN answer_gzip   SET STORAGE EXTERNAL;
-- One public version of a guide, and one guide under a slug, at a time.
CREATE UNIQUE INDEX published_versions_one_current_key ON published_versions (guide_id) WHERE to_ref IS NULL;
CREATE UNIQUE INDEX published_versions_current_slug_key ON published_versions (slug) WHERE to_ref IS NULL;
CREATE INDEX published_versions_slug_idx ON published_versions (slug, from_ref);
-- What a node that follows the ledger has missed.
CREATE INDEX published_versions_from_ref_idx ON published_versions (from_ref);
CREATE INDEX published_versions_to_ref_idx ON published_versions (to_ref);
CREATE INDEX published_versions_published_at_idx ON published_versions (published_at DESC, guide_id);
CREATE INDEX published_versions_related_jobs_idx ON published_versions USING gin (related_jobs) WHERE to_ref IS NULL;

-- A version ends once, and nothing else about it ever changes.
CREATE FUNCTION end_version_once() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.to_ref IS NOT NULL OR NEW.to_ref IS NULL
       OR ROW(NEW.guide_id, NEW.from_ref, NEW.publication_ref, NEW.revision_id, NEW.revision_number,
              NEW.content_hash, NEW.slug, NEW.title, NEW.category, NEW.meta_description, NEW.thumbnail,
              NEW.keywords, NEW.tags, NEW.related_jobs, NEW.first_published_at, NEW.published_at,
              NEW.updated_at, NEW.source, NEW.answer, NEW.answer_brotli, NEW.answer_zstd,
              NEW.answer_gzip, NEW.listing, NEW.plain_text)
          IS DISTINCT FROM
          ROW(OLD.guide_id, OLD.from_ref, OLD.publication_ref, OLD.revision_id, OLD.revision_number,
              OLD.content_hash, OLD.slug, OLD.title, OLD.category, OLD.meta_description, OLD.thumbnail,
              OLD.keywords, OLD.tags, OLD.related_jobs, OLD.first_published_at, OLD.published_at,
              OLD.updated_at, OLD.source, OLD.answer, OLD.answer_brotli, OLD.answer_zstd,
              OLD.answer_gzip, OLD.listing, OLD.plain_text) THEN
        RAISE EXCEPTION 'what was published is never changed'
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'published_versions_immutable', TABLE = 'published_versions';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER published_versions_immutable BEFORE UPDATE ON published_versions
    FOR EACH ROW EXECUTE FUNCTION end_version_once();
CREATE TRIGGER published_versions_not_deleted BEFORE DELETE ON published_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER published_versions_not_truncated BEFORE TRUNCATE ON published_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who wrote a part of the change that `judged_revision` brings: the authors of every revision
-- after the public one, up to it, and of its very bytes wherever they came from. The public one
-- is that of now or that of `public_then`, the ledger entry that held when the judgement was
-- asked for, whichever is older: what became public meanwhile takes nobody out of the change.
-- A merge brings back what its older parent had: from there on, too, everybody wrote a part, down
-- to what was public at or before that parent.
CREATE FUNCTION change_writers(judged_revision uuid, public_then bigint) RETURNS SETOF uuid
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE change (guide_id, upto, content_hash, above) AS (
        SELECT judged.guide_id, judged.revision_number, judged.content_hash,
               LEAST(COALESCE(public.revision_number, 0), COALESCE(earlier.revision_number, 0))
          FROM revisions judged
          LEFT JOIN published_versions public
            ON public.guide_id = judged.guide_id AND public.to_ref IS NULL
          LEFT JOIN publications entry ON entry.ref = public_then
          LEFT JOIN revisions earlier ON earlier.revision_id = entry.revision_id
         WHERE judged.revision_id = judged_revision
         UNION
        SELECT change.guide_id, change.upto, change.content_hash,
               COALESCE((SELECT max(was_public.revision_number)
                           FROM publications
                           JOIN revisions was_public USING (guide_id, revision_id)
                          WHERE publications.guide_id = change.guide_id
                            AND was_public.revision_number <= begun_on.revision_number), 0)
          FROM change
          JOIN revisions merged
            ON merged.guide_id = change.guide_id
           AND merged.revision_number > change.above AND merged.revision_number <= change.upto
          JOIN revisions begun_on ON begun_on.revision_id = merged.merge_parent_revision_id
    )
    SELECT DISTINCT written.created_by
      FROM change
      JOIN revisions written
        ON written.guide_id = change.guide_id
       AND (written.content_hash = change.content_hash
            OR written.revision_number > change.above AND written.revision_number <= change.upto)
$$;

-- The ledger as consumers may know it: no people, no reasons, no revisions.
CREATE VIEW delivery_ledger AS
    SELECT ref, guide_id, action, slug, published_at, hash FROM publications;
-- Ref 0, before anything was published, has a name too.
CREATE VIEW delivery_genesis AS
    SELECT COALESCE((SELECT previous_hash FROM publications WHERE ref = 1),
                    (SELECT hash FROM ledger_head WHERE ref = 0)) AS hash;
-- Slugs that were public once, for redirects and "gone". Claims of drafts are not among them.
CREATE VIEW delivery_slugs AS
    SELECT slug, guide_id, first_public_ref FROM slugs WHERE first_public_ref IS NOT NULL;
