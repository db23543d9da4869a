-- The facts behind every label that lists show, one row per guide. It holds facts only: which
-- label they add up to is decided in one place of the program, for lists and pages alike.
-- The text is joined from outside, although every revision has one: who does not ask for it does
-- not pay for it.
CREATE VIEW guide_overview AS
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
           COALESCE(reviews.state, 'none') AS judgement -- of the newest text only
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
       AND reviews.state IN ('open', 'approved', 'changes_requested');

-- The list begins with what was saved last and stops after a page.
CREATE INDEX revisions_created_at_idx ON revisions (created_at DESC, guide_id DESC);
-- What is public, without the wide rows that hold it: for counts.
CREATE INDEX published_versions_current_content_idx
    ON published_versions (guide_id) INCLUDE (content_hash) WHERE to_ref IS NULL;
