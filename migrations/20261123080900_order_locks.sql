-- Whoever appends to the ledger writes to the audit log in the same transaction, and an import
-- has written to it before. The log's head is therefore always locked first: two transactions
-- that took the two heads in different orders would wait for each other.
CREATE OR REPLACE FUNCTION append_to_ledger() RETURNS trigger
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
