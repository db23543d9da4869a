-- Who did what, when: one entry per transition, in the transition's own transaction.
-- Append-only and chained like the ledger, so that a missing or altered entry shows.
CREATE TABLE audit_head (
    only_row     boolean PRIMARY KEY DEFAULT true,
    audit_number bigint  NOT NULL,
    hash         bytea   NOT NULL,

    CONSTRAINT audit_head_only_row_check CHECK (only_row)
);
INSERT INTO audit_head (audit_number, hash)
VALUES (0, sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')));

CREATE TABLE audit_entries (
    audit_number  bigint      PRIMARY KEY, -- given by the trigger: 1, 2, 3 …
    action        text        NOT NULL,    -- such as guide.publish
    actor_id      uuid        NOT NULL REFERENCES users,
    guide_id      uuid        REFERENCES guides,
    subject_id    uuid,       -- the revision, review, user or key it is about
    details       jsonb       NOT NULL DEFAULT '{}',
    at            timestamptz NOT NULL,
    previous_hash bytea       NOT NULL,
    hash          bytea       NOT NULL,

    CONSTRAINT audit_entries_action_check CHECK (action ~ '^[a-z_]+\.[a-z_]+$')
);
CREATE INDEX audit_entries_guide_id_idx ON audit_entries (guide_id, audit_number);
CREATE INDEX audit_entries_actor_id_idx ON audit_entries (actor_id, audit_number);

CREATE FUNCTION audit_entry_hash(entry audit_entries) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(entry.previous_hash || convert_to(json_build_array(
        entry.audit_number, entry.action, entry.actor_id, entry.guide_id, entry.subject_id,
        entry.details,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
    )::text, 'UTF8'))
$$;

CREATE FUNCTION append_to_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE audit_head SET audit_number = audit_number + 1
    RETURNING audit_number, hash INTO NEW.audit_number, NEW.previous_hash;
    NEW.hash := audit_entry_hash(NEW);
    UPDATE audit_head SET hash = NEW.hash;
    RETURN NEW;
END
$$;
CREATE TRIGGER audit_entries_append BEFORE INSERT ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION append_to_audit();
CREATE TRIGGER audit_entries_immutable BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_not_truncated BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
