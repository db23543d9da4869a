-- The states in which people can still act upon a review. Queries, triggers and the index that
-- keeps one live review per guide ask here, and Postgres puts the body in place of the call.
CREATE FUNCTION is_live_review(state text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT state IN ('open', 'approved', 'changes_requested')
$$;

DROP INDEX reviews_one_live_key;
-- At most one live review per guide.
CREATE UNIQUE INDEX reviews_one_live_key ON reviews (guide_id) WHERE is_live_review(state);

CREATE OR REPLACE FUNCTION pin_review() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'state' - 'closed_at') <> (to_jsonb(OLD) - 'state' - 'closed_at') THEN
        RAISE EXCEPTION 'a review never moves'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reviews_immutable', TABLE = 'reviews';
    END IF;
    IF NOT is_live_review(OLD.state) THEN
        RAISE EXCEPTION 'review % is over', OLD.review_id
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reviews_over', TABLE = 'reviews';
    END IF;
    RETURN NEW;
END
$$;

-- The facts behind every label that lists show, one row per guide. The program derives judgement
-- and label from them, in the same place as for a page. The text is joined from outside, although
-- every revision has one, so that queries without it do not read it.
CREATE OR REPLACE VIEW guide_overview AS
    SELECT guides.guide_id,
           guides.owner_id,
           guides.archived_at IS NOT NULL AS archived,
           latest.revision_id             AS latest_revision_id,
           latest.revision_number         AS latest_revision_number,
           latest.created_by              AS updated_by,
           latest.created_at              AS updated_at,
           contents.title,
           contents.slug,
           contents.category,
           contents.search_text,
           contents.front_matter,
           public.publication_ref,
           public.published_at,
           CASE
               WHEN public.guide_id IS NOT NULL THEN 'published'
               WHEN ledger.action = 'expire'    THEN 'expired'
               WHEN ledger.ref IS NOT NULL      THEN 'unpublished'
               ELSE 'never_published'
           END AS visibility,
           CASE WHEN public.content_hash = latest.content_hash THEN 'clean' ELSE 'ahead' END AS work,
           COALESCE(reviews.state, 'none') AS judgement -- the state of the newest text's review
      FROM guides
      JOIN revisions latest
        ON latest.guide_id = guides.guide_id AND latest.revision_id = guides.latest_revision_id
      LEFT JOIN contents ON contents.content_hash = latest.content_hash
      LEFT JOIN published_versions public
        ON public.guide_id = guides.guide_id AND public.to_ref IS NULL
      LEFT JOIN publications ledger
        ON ledger.guide_id = guides.guide_id AND ledger.ref = guides.latest_publication_ref
      LEFT JOIN reviews
        ON reviews.guide_id = guides.guide_id AND reviews.content_hash = latest.content_hash
       AND is_live_review(reviews.state);
