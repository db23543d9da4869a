-- expand
-- Whose words a text holds follows the text into another guide. A guide that began as a copy names
-- the revision that it was copied from.
ALTER TABLE revisions
    ADD COLUMN copied_from_revision_id uuid,
    ADD CONSTRAINT revisions_copied_from_revision_id_fkey
        FOREIGN KEY (copied_from_revision_id) REFERENCES revisions,
    ADD CONSTRAINT revisions_copied_from_revision_id_check
        CHECK (copied_from_revision_id IS NULL OR revision_number = 1);

-- The SHA-256 of a source's body, by which a pasted or imported body is found again: of everything
-- behind the front matter, without white space, which editors and version control change on the way.
-- No line of JSON begins with `---`, so the first one ends the front matter. Short bodies have none:
-- they are alike by chance.
CREATE FUNCTION hash_body(source bytea) RETURNS bytea
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(body) >= 300 THEN sha256(body) END
      FROM (SELECT CASE WHEN position('\x00'::bytea IN source) = 0 -- which no text of Postgres holds
                        THEN convert_to(
                                 translate(convert_from(substring(source FROM COALESCE(matter_end + 4, 1)), 'UTF8'),
                                           E' \t\n\u000b\f\r\u00a0\u3000\ufeff', ''),
                                 'UTF8')
                   END AS body
              FROM (SELECT NULLIF(position('\x0a2d2d2d'::bytea IN source), 0) AS matter_end) AS found) AS cut
$$;
ALTER TABLE contents
    ADD COLUMN body_hash bytea GENERATED ALWAYS AS (hash_body(source)) STORED;
CREATE INDEX contents_body_hash_idx ON contents (body_hash);

-- The revision up to which the text of a guide is public now, among those up to `upto`; 0: none.
CREATE FUNCTION public_part(of_guide uuid, upto integer) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(max(was_public.revision_number), 0)
      FROM publications
      JOIN revisions was_public USING (guide_id, revision_id)
     WHERE publications.guide_id = of_guide AND was_public.revision_number <= upto
       -- Nobody judged a publication by break-glass.
       AND publications.authority <> 'break_glass'
       AND EXISTS (SELECT FROM published_versions WHERE guide_id = of_guide AND to_ref IS NULL)
$$;

-- As before, and the change goes on in other guides: in the one that this guide was copied from,
-- and in each that had the judged body earlier. Whoever wrote a part of the text there wrote a part
-- here. Text that is public there was judged there, so it is left out, like text that is public here.
-- A body that is public here already is no part of the change, wherever else it stands.
CREATE OR REPLACE FUNCTION change_writers(judged_revision uuid, public_then bigint)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE
-- Planning takes twenty times longer than the work, so each connection plans once.
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE judged AS (
        SELECT judged.guide_id, judged.revision_id, judged.revision_number, judged.content_hash,
               judged.created_at,
               LEAST(COALESCE(public.revision_number, 0), COALESCE(earlier.revision_number, 0)) AS above
          FROM revisions judged
          LEFT JOIN published_versions public
            ON public.guide_id = judged.guide_id AND public.to_ref IS NULL
          LEFT JOIN publications entry ON entry.ref = public_then
          LEFT JOIN revisions earlier ON earlier.revision_id = entry.revision_id
         WHERE judged.revision_id = judged_revision
    ), holders AS (
        SELECT DISTINCT ON (source.guide_id)
               source.guide_id, source.revision_number, source.content_hash, source.created_at
          FROM judged
          JOIN contents judged_text ON judged_text.content_hash = judged.content_hash
          LEFT JOIN revisions base
            ON base.guide_id = judged.guide_id AND base.revision_number = judged.above
          LEFT JOIN contents base_text ON base_text.content_hash = base.content_hash
          JOIN contents same ON same.body_hash = judged_text.body_hash
          JOIN revisions source
            ON source.content_hash = same.content_hash
           AND source.guide_id <> judged.guide_id
           AND (source.created_at, source.revision_id) < (judged.created_at, judged.revision_id)
         WHERE base_text.body_hash IS DISTINCT FROM judged_text.body_hash
         ORDER BY source.guide_id, source.created_at
    ), pasted AS (
        -- A body of many guides is a template, and its first writers are among the first holders.
        SELECT guide_id, revision_number, content_hash, public_part(guide_id, revision_number) AS above
          FROM (SELECT * FROM holders ORDER BY created_at, guide_id LIMIT 10) AS first_holders
    ), change (guide_id, upto, content_hash, above) AS (
        (SELECT guide_id, revision_number, content_hash, above FROM judged
          UNION ALL
         SELECT guide_id, revision_number, content_hash, above FROM pasted WHERE above < revision_number)
         UNION
        SELECT more.guide_id, more.upto, more.content_hash, more.above
          FROM change
          JOIN revisions part
            ON part.guide_id = change.guide_id
           AND (part.content_hash = change.content_hash
                OR part.revision_number > change.above AND part.revision_number <= change.upto)
         CROSS JOIN LATERAL (
                -- A merge brings back what its older parent had.
                SELECT change.guide_id, change.upto, change.content_hash,
                       COALESCE((SELECT max(was_public.revision_number)
                                   FROM publications
                                   JOIN revisions was_public USING (guide_id, revision_id)
                                  WHERE publications.guide_id = change.guide_id
                                    AND was_public.revision_number <= begun_on.revision_number), 0)
                  FROM revisions begun_on
                 WHERE begun_on.revision_id = part.merge_parent_revision_id
                   AND part.revision_number > change.above AND part.revision_number <= change.upto
                 UNION ALL
                SELECT source.guide_id, source.revision_number, source.content_hash,
                       public_part(source.guide_id, source.revision_number)
                  FROM revisions source
                 WHERE source.revision_id = part.copied_from_revision_id
                   AND public_part(source.guide_id, source.revision_number) < source.revision_number
               ) AS more (guide_id, upto, content_hash, above)
    )
    SELECT DISTINCT written.created_by
      FROM change
      JOIN revisions written
        ON written.guide_id = change.guide_id
       AND (written.content_hash = change.content_hash
            OR written.revision_number > change.above AND written.revision_number <= change.upto);
END
$$;
