-- What was written, addressed by its SHA-256. The source bytes are the truth; everything else
-- in this row is derived from them once, for lists and filters (jsonb reorders keys, so the
-- front matter here is for questions, never for writing back).
CREATE TABLE contents (
    content_hash bytea       PRIMARY KEY,
    source       bytea       NOT NULL,
    front_matter jsonb       NOT NULL,
    slug         text,
    title        text,
    category     text,
    search_text  text        NOT NULL, -- title and slug, folded as a search query is folded
    created_at   timestamptz NOT NULL,

    CONSTRAINT contents_hash_check         CHECK (content_hash = sha256(source)),
    CONSTRAINT contents_source_check       CHECK (octet_length(source) <= 524288),
    CONSTRAINT contents_front_matter_check CHECK (jsonb_typeof(front_matter) = 'object')
);
CREATE TRIGGER contents_immutable BEFORE UPDATE OR DELETE ON contents
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contents_not_truncated BEFORE TRUNCATE ON contents
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A guide's identity: what lasts while its text, slug and publication change. There is no
-- status column: what a guide is, is derived from its newest revision, its live review and
-- the ledger. The three pointers are kept by triggers, never by the program.
CREATE TABLE guides (
    guide_id               uuid        PRIMARY KEY,
    owner_id               uuid        NOT NULL REFERENCES users,
    path                   text,       -- the file it came from; NULL: {slug}.md
    revision_count         integer     NOT NULL DEFAULT 0,
    latest_revision_id     uuid,
    latest_publication_ref bigint,
    created_by             uuid        NOT NULL REFERENCES users,
    created_at             timestamptz NOT NULL,
    archived_at            timestamptz,

    CONSTRAINT guides_path_key UNIQUE (path),
    -- A relative path inside the export folder, whatever the file system.
    CONSTRAINT guides_path_check CHECK (
        path ~ '^[^/\\\u0001-\u001f]+(/[^/\\\u0001-\u001f]+)*$' AND path !~ '(^|/)\.\.?(/|$)'
    )
);

-- One saved state of a guide. Rows are written once and never changed: history, reviews,
-- preview links and the ledger all point here.
CREATE TABLE revisions (
    revision_id              uuid        PRIMARY KEY,
    guide_id                 uuid        NOT NULL REFERENCES guides,
    revision_number          integer     NOT NULL, -- given by the trigger: 1, 2, 3 … without gaps
    parent_revision_id       uuid,
    merge_parent_revision_id uuid,     -- of a merge: what its other text was begun on
    content_hash             bytea       NOT NULL REFERENCES contents,
    kind                     text        NOT NULL,
    message                  text        NOT NULL DEFAULT '',
    created_by               uuid        NOT NULL REFERENCES users,
    created_at               timestamptz NOT NULL,

    CONSTRAINT revisions_guide_id_revision_number_key UNIQUE (guide_id, revision_number),
    CONSTRAINT revisions_guide_id_revision_id_key     UNIQUE (guide_id, revision_id),
    -- What a review pins: this revision with exactly this content.
    CONSTRAINT revisions_guide_id_revision_id_content_hash_key
        UNIQUE (guide_id, revision_id, content_hash),
    CONSTRAINT revisions_own_parent_fkey
        FOREIGN KEY (guide_id, parent_revision_id) REFERENCES revisions (guide_id, revision_id),
    CONSTRAINT revisions_own_merge_parent_fkey
        FOREIGN KEY (guide_id, merge_parent_revision_id) REFERENCES revisions (guide_id, revision_id),
    CONSTRAINT revisions_first_has_no_parent_check
        CHECK ((revision_number = 1) = (parent_revision_id IS NULL)),
    CONSTRAINT revisions_kind_check    CHECK (kind IN ('create', 'save', 'restore', 'import', 'merge')),
    CONSTRAINT revisions_message_check CHECK (length(message) <= 500),
    CONSTRAINT revisions_merge_parent_check
        CHECK ((kind = 'merge') = (merge_parent_revision_id IS NOT NULL)),
    CONSTRAINT revisions_two_parents_check CHECK (merge_parent_revision_id <> parent_revision_id)
);
CREATE INDEX revisions_content_hash_idx ON revisions (content_hash);

ALTER TABLE guides ADD CONSTRAINT guides_own_latest_revision_fkey
    FOREIGN KEY (guide_id, latest_revision_id) REFERENCES revisions (guide_id, revision_id);

CREATE TRIGGER revisions_immutable BEFORE UPDATE OR DELETE ON revisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revisions_not_truncated BEFORE TRUNCATE ON revisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Numbers a new revision from its guide's counter, which the update also locks. A sequence
-- would leave gaps at a crash. The parent must be the newest revision: history is a line.
CREATE FUNCTION number_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    newest uuid;
BEGIN
    UPDATE guides SET revision_count = revision_count + 1
     WHERE guide_id = NEW.guide_id
    RETURNING revision_count, latest_revision_id INTO NEW.revision_number, newest;
    IF newest IS DISTINCT FROM NEW.parent_revision_id THEN
        RAISE EXCEPTION 'the parent of a new revision is the newest one'
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'revisions_parent_is_latest', TABLE = 'revisions';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER revisions_number BEFORE INSERT ON revisions
    FOR EACH ROW EXECUTE FUNCTION number_revision();

CREATE FUNCTION point_to_latest_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE guides SET latest_revision_id = NEW.revision_id WHERE guide_id = NEW.guide_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER revisions_latest AFTER INSERT ON revisions
    FOR EACH ROW EXECUTE FUNCTION point_to_latest_revision();

-- Every slug ever claimed, and whose it is. Saving a draft claims its slug; a claim that never
-- became public is let go when the draft takes another. One that was public is the guide's for
-- ever and redirects: so there are no chains, and A → B → A is no loop.
CREATE TABLE slugs (
    slug             text        PRIMARY KEY,
    guide_id         uuid        NOT NULL REFERENCES guides,
    claimed_at       timestamptz NOT NULL,
    first_public_ref bigint, -- set by the ledger's trigger

    CONSTRAINT slugs_slug_check CHECK (slug ~ '^[a-z0-9]+(_[a-z0-9]+)*$' AND length(slug) <= 80)
);
CREATE INDEX slugs_guide_id_idx ON slugs (guide_id);

CREATE FUNCTION keep_public_slug() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_public_ref IS NOT NULL THEN
        RAISE EXCEPTION 'slug % was public and stays with its guide', OLD.slug
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'slugs_public_is_kept', TABLE = 'slugs';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER slugs_public_is_kept BEFORE DELETE ON slugs
    FOR EACH ROW EXECUTE FUNCTION keep_public_slug();

-- One person's private, autosaved text. The only mutable text there is. It may be anything,
-- malformed front matter included: nothing a person typed is thrown away.
CREATE TABLE working_copies (
    guide_id         uuid        NOT NULL REFERENCES guides,
    user_id          uuid        NOT NULL REFERENCES users,
    base_revision_id uuid        NOT NULL,
    source           bytea       NOT NULL,
    client_sequence  bigint      NOT NULL,
    updated_at       timestamptz NOT NULL,

    PRIMARY KEY (guide_id, user_id),
    CONSTRAINT working_copies_own_base_fkey
        FOREIGN KEY (guide_id, base_revision_id) REFERENCES revisions (guide_id, revision_id),
    CONSTRAINT working_copies_source_check CHECK (octet_length(source) <= 524288)
);
CREATE INDEX working_copies_user_id_idx ON working_copies (user_id);

-- The versions of content/schema.json that this database has known.
CREATE TABLE schemas (
    schema_hash bytea       PRIMARY KEY,
    document    bytea       NOT NULL,
    created_at  timestamptz NOT NULL,

    CONSTRAINT schemas_hash_check CHECK (schema_hash = sha256(document))
);
CREATE TRIGGER schemas_immutable BEFORE UPDATE OR DELETE ON schemas
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER schemas_not_truncated BEFORE TRUNCATE ON schemas
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
