-- expand
-- The queue shows the size of each change and leaves out the changes of the person who reads it.
-- Both are stored with the review, because a page of the queue cannot compare forty texts or trace
-- forty histories. Only lists read `writers`: `decisions_four_eyes` asks `change_writers` anew.
ALTER TABLE reviews
    ADD COLUMN added_letters   integer, -- NULL: submitted by a program that did not measure
    ADD COLUMN removed_letters integer,
    ADD COLUMN writers         uuid[]   NOT NULL DEFAULT '{}',
    ADD CONSTRAINT reviews_added_letters_check   CHECK (added_letters >= 0),
    ADD CONSTRAINT reviews_removed_letters_check CHECK (removed_letters >= 0);

-- A trigger, so that older programs name the writers too.
CREATE FUNCTION name_review_writers() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.writers := ARRAY(SELECT change_writers(NEW.revision_id, NEW.public_ref));
    RETURN NEW;
END
$$;
CREATE TRIGGER reviews_writers BEFORE INSERT ON reviews
    FOR EACH ROW EXECUTE FUNCTION name_review_writers();

ALTER TABLE reviews DISABLE TRIGGER reviews_immutable;
UPDATE reviews
   SET writers = ARRAY(SELECT change_writers(revision_id, public_ref))
 WHERE is_live_review(state);
ALTER TABLE reviews ENABLE TRIGGER reviews_immutable;

-- They find the guides that a person judged or talked about.
CREATE INDEX decisions_decided_by_idx ON decisions (decided_by);
CREATE INDEX comments_created_by_idx ON comments (created_by);

-- The live reviews, each with its part in the queue of `viewer`: it involves them, it is another
-- one, they judged it already, or it is their own change. Lists and counts ask this one function.
-- The planner inlines it, so it costs what its caller needs of it.
CREATE FUNCTION queued_reviews(viewer uuid)
RETURNS TABLE (review_id uuid, guide_id uuid, owner_id uuid, state text, content_hash bytea,
               submitted_by uuid, submitted_at timestamptz, part text)
LANGUAGE sql STABLE AS $$
    SELECT reviews.review_id, reviews.guide_id, guides.owner_id, reviews.state,
           reviews.content_hash, reviews.submitted_by, reviews.submitted_at,
           CASE
               WHEN reviews.submitted_by = viewer OR viewer = ANY (reviews.writers) THEN 'own'
               WHEN reviews.review_id IN (SELECT decisions.review_id FROM decisions
                                           WHERE decisions.decided_by = viewer) THEN 'judged'
               WHEN guides.owner_id = viewer
                 OR reviews.guide_id IN (SELECT earlier.guide_id
                                           FROM decisions
                                           JOIN reviews earlier
                                             ON earlier.review_id = decisions.review_id
                                          WHERE decisions.decided_by = viewer)
                 OR reviews.guide_id IN (SELECT threads.guide_id
                                           FROM comments
                                           JOIN threads ON threads.thread_id = comments.thread_id
                                          WHERE comments.created_by = viewer
                                            AND is_open_thread(threads.thread_id))
                 OR reviews.guide_id IN (SELECT threads.guide_id
                                           FROM comment_mentions
                                           JOIN comments
                                             ON comments.comment_id = comment_mentions.comment_id
                                           JOIN threads ON threads.thread_id = comments.thread_id
                                          WHERE comment_mentions.user_id = viewer
                                            AND is_open_thread(threads.thread_id))
               THEN 'involved'
               ELSE 'other'
           END
      FROM reviews
      JOIN guides ON guides.guide_id = reviews.guide_id AND guides.archived_at IS NULL
     WHERE is_live_review(reviews.state)
$$;
