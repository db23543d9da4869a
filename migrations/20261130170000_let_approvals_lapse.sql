-- expand
-- Four eyes hold against what is public at the publication, not only at the approval. Undoing or
-- rolling back the text below an approved change brings that text's writers into the change. An
-- approval by one of them has lapsed: it publishes nothing any longer.
CREATE FUNCTION has_lapsed_approval(judged_review uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM reviews
          JOIN decisions ON decisions.review_id = reviews.review_id AND verdict = 'approve'
         WHERE reviews.review_id = judged_review AND reviews.state IN ('open', 'approved')
           AND decided_by IN (SELECT change_writers(reviews.revision_id, reviews.public_ref)))
$$;

-- The name sorts behind `publications_append`, which locks the ledger's head. So nothing else can
-- become public or cease to be between this check and the commit.
CREATE FUNCTION refuse_lapsed_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF has_lapsed_approval(NEW.review_id) THEN
        RAISE EXCEPTION 'an approver wrote a part of the change that this would make public'
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'publications_four_eyes', TABLE = 'publications';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER publications_four_eyes BEFORE INSERT ON publications
    FOR EACH ROW WHEN (NEW.authority = 'review')
    EXECUTE FUNCTION refuse_lapsed_approval();
