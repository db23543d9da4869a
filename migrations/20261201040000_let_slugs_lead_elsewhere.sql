-- expand
-- A slug can lead to another guide than the one that had it: a redirect by hand, a slug that is handed
-- over, a guide that ends in favour of another. Readers see that from one ref on, so each is an entry of
-- the ledger: `slug` leads to `guide_id` from there on. The entry changes no guide's visibility. The last
-- entry with a slug up to a ref names its holder at that ref, so time travel needs no table of its own.
-- `delivery_slugs` has the holders of now alone; programs older than this one read it.
ALTER TABLE publications
    DROP CONSTRAINT publications_action_check,
    DROP CONSTRAINT publications_one_authority_check,
    ADD CONSTRAINT publications_action_check
        CHECK (action IN ('publish', 'rollback', 'unpublish', 'expire', 'archive', 'redirect')),
    ADD CONSTRAINT publications_one_authority_check CHECK (
        CASE authority
            WHEN 'review'      THEN action = 'publish' AND num_nonnulls(break_glass_reason, restored_ref) = 0
                                    AND review_id IS NOT NULL
            WHEN 'break_glass' THEN action = 'publish' AND num_nonnulls(review_id, restored_ref) = 0
                                    AND length(break_glass_reason) >= 10
            WHEN 'import'      THEN action = 'publish' AND num_nonnulls(review_id, break_glass_reason, restored_ref) = 0
            WHEN 'rollback'    THEN action = 'rollback' AND num_nonnulls(review_id, break_glass_reason) = 0
                                    AND restored_ref IS NOT NULL
            WHEN 'role'        THEN action IN ('unpublish', 'archive', 'redirect')
                                    AND num_nonnulls(review_id, break_glass_reason, restored_ref) = 0
            WHEN 'system'      THEN action = 'expire'
                                    AND num_nonnulls(review_id, break_glass_reason, restored_ref) = 0
            ELSE false
        END);
CREATE INDEX publications_slug_ref_idx ON publications (slug, ref);

-- Nobody takes the address of a public guide, nor the slug that a draft claims. The name sorts behind
-- `publications_append`, which locks the ledger's head: nothing else becomes public before the commit.
CREATE FUNCTION refuse_redirect_of_used_slug() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM published_versions WHERE slug = NEW.slug AND to_ref IS NULL)
       OR EXISTS (SELECT FROM slugs
                   WHERE slug = NEW.slug AND guide_id <> NEW.guide_id AND first_public_ref IS NULL) THEN
        RAISE EXCEPTION 'slug % is in use', NEW.slug
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'publications_redirected_slug_is_free', TABLE = 'publications';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER publications_redirect BEFORE INSERT ON publications
    FOR EACH ROW WHEN (NEW.action = 'redirect')
    EXECUTE FUNCTION refuse_redirect_of_used_slug();

-- As before, and a redirect moves the slug to its guide. Only this trigger moves a slug: `annai_app`
-- may not update `slugs.guide_id`.
CREATE OR REPLACE FUNCTION point_to_latest_publication() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.action = 'redirect' THEN
        UPDATE slugs SET guide_id = NEW.guide_id, first_public_ref = NEW.ref WHERE slug = NEW.slug;
    ELSE
        UPDATE guides SET latest_publication_ref = NEW.ref WHERE guide_id = NEW.guide_id;
    END IF;
    IF NEW.revision_id IS NOT NULL THEN
        UPDATE slugs SET first_public_ref = NEW.ref
         WHERE slug = NEW.slug AND guide_id = NEW.guide_id AND first_public_ref IS NULL;
    END IF;
    -- A doorbell only: nodes follow the ledger by ref.
    PERFORM pg_notify('annai_ledger', NEW.ref::text);
    RETURN NULL;
END
$$;
