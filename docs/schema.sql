-- The database as the migrations make it, written by `cargo xtask schema`. For reading; nothing runs it.

-- Name: admit_sign_in(text, bytea, bytea, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.admit_sign_in(subject_kind text, subject_key bytea, wider_key bytea, attempted_at timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    wider_kind CONSTANT text := wider_sign_in_kind(subject_kind);
    free_at timestamptz;
BEGIN
    -- A count that a crash forgets costs less than an attempt that waits for a standby.
    PERFORM set_config('synchronous_commit', 'off', true);
    -- Every transaction takes the subject first, so that none waits for the other. The wider counter
    -- gets a row only with an attempt that the subject admits: refusals cost nothing and write nothing.
    free_at := lock_sign_in_counter(subject_kind, subject_key, attempted_at);
    IF free_at IS NULL AND wider_key IS NOT NULL THEN
        free_at := lock_sign_in_counter(wider_kind, wider_key, attempted_at);
    END IF;
    IF free_at IS NOT NULL THEN
        RETURN ceil(extract(epoch FROM free_at - attempted_at));
    END IF;

    UPDATE sign_in_failures
       SET failures = failures + 1,
           at = CASE WHEN kind = wider_kind AND failures > 0 THEN at ELSE attempted_at END
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = wider_kind AND key = wider_key);
    RETURN 0;
END
$$;

-- Name: append_to_audit(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.append_to_audit() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    UPDATE audit_head SET audit_number = audit_number + 1
    RETURNING audit_number, hash INTO NEW.audit_number, NEW.previous_hash;
    NEW.hash := audit_entry_hash(NEW);
    UPDATE audit_head SET hash = NEW.hash;
    RETURN NEW;
END
$$;

-- Name: append_to_ledger(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.append_to_ledger() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

-- Name: audit_entries; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_entries (
    audit_number bigint NOT NULL,
    action text NOT NULL,
    actor_id uuid NOT NULL,
    guide_id uuid,
    subject_id uuid,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_entries_action_check CHECK ((action ~ '^[a-z_]+\.[a-z_]+$'::text))
);

-- Name: audit_entry_hash(public.audit_entries); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.audit_entry_hash(entry public.audit_entries) RETURNS bytea
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT sha256(entry.previous_hash || convert_to(json_build_array(
        entry.audit_number, entry.action, entry.actor_id, entry.guide_id, entry.subject_id,
        entry.details,
        to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
    )::text, 'UTF8'))
$$;

-- Name: change_writers(uuid, bigint); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.change_writers(judged_revision uuid, public_then bigint) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    SET plan_cache_mode TO 'force_generic_plan'
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

-- Name: compare_rights(text, text); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.compare_rights(compared_user text, wanted_role text) RETURNS TABLE(is_missing boolean, named_right text)
    LANGUAGE sql STABLE
    AS $$
    WITH relations AS (
        SELECT oid, relname::text AS relation FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')
    ), held AS (
        SELECT privilege, relation, NULL::text AS column_name
          FROM relations
         CROSS JOIN unnest(array_remove(ARRAY[
                   'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER',
                   CASE WHEN current_setting('server_version_num')::int >= 170000 THEN 'MAINTAIN' END
               ], NULL)) AS privilege
         WHERE has_table_privilege(compared_user, relations.oid, privilege)
        UNION ALL
        SELECT privilege, relation, attname::text
          FROM relations
          JOIN pg_attribute ON attrelid = relations.oid AND attnum > 0 AND NOT attisdropped
         CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS privilege
         WHERE has_column_privilege(compared_user, relations.oid, attnum, privilege)
           AND NOT has_table_privilege(compared_user, relations.oid, privilege)
    ), given AS (
        SELECT privilege, relation, column_name FROM role_rights WHERE role = wanted_role
    ), missing AS (
        SELECT given.*
          FROM given
         CROSS JOIN LATERAL to_regclass(format('public.%I', relation)) AS found
         WHERE NOT CASE WHEN column_name IS NULL
                        THEN has_table_privilege(compared_user, found::oid, privilege)
                        ELSE has_column_privilege(compared_user, found::oid, column_name, privilege) END
    ), excess AS (
        SELECT * FROM held EXCEPT SELECT * FROM given
    )
    SELECT different.is_missing,
           format('%s%s ON %I', privilege, ' (' || quote_ident(column_name) || ')', relation)
      FROM (SELECT true AS is_missing, missing.* FROM missing
            UNION ALL
            SELECT false, excess.* FROM excess) AS different
    UNION ALL
    SELECT true, 'USAGE ON SCHEMA public'
     WHERE NOT has_schema_privilege(compared_user, 'public', 'USAGE')
    UNION ALL
    SELECT false, 'CREATE ON SCHEMA public'
     WHERE has_schema_privilege(compared_user, 'public', 'CREATE')
$$;

-- Name: end_version_once(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.end_version_once() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

-- Name: ensure_roles(); Type: PROCEDURE; Schema: public; Owner: -

CREATE PROCEDURE public.ensure_roles()
    LANGUAGE plpgsql
    AS $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['annai_app', 'annai_delivery'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXCEPTION
                WHEN duplicate_object OR unique_violation THEN NULL; -- another database was faster
                WHEN insufficient_privilege THEN
                    RAISE NOTICE 'role % is missing and may not be created by %', wanted, current_user;
            END;
        END IF;
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted)
           AND NOT pg_has_role(current_user, wanted, 'MEMBER') THEN
            BEGIN
                EXECUTE format('GRANT %I TO %I', wanted, current_user);
            EXCEPTION
                WHEN unique_violation THEN NULL;
                WHEN insufficient_privilege THEN
                    RAISE NOTICE '% is not a member of role %', current_user, wanted;
            END;
        END IF;
    END LOOP;
END
$$;

-- Name: grant_roles(); Type: PROCEDURE; Schema: public; Owner: -

CREATE PROCEDURE public.grant_roles()
    LANGUAGE plpgsql
    AS $$
DECLARE
    missing text;
BEGIN
    FOR missing IN
        SELECT format('GRANT USAGE ON SCHEMA public TO %I', rolname)
          FROM pg_roles
         WHERE rolname IN ('annai_app', 'annai_delivery')
           AND NOT has_schema_privilege(pg_roles.oid, 'public', 'USAGE')
        UNION ALL
        SELECT format('GRANT %s ON public.%I TO %I', privilege, relation, role)
          FROM role_rights
          JOIN pg_roles ON rolname = role
         WHERE column_name IS NULL
           AND NOT has_table_privilege(pg_roles.oid, to_regclass(format('public.%I', relation))::oid, privilege)
        UNION ALL
        SELECT format('GRANT %s (%I) ON public.%I TO %I', privilege, column_name, relation, role)
          FROM role_rights
          JOIN pg_roles ON rolname = role
         WHERE column_name IS NOT NULL
           AND NOT has_column_privilege(pg_roles.oid, to_regclass(format('public.%I', relation))::oid, column_name, privilege)
    LOOP
        EXECUTE missing;
    END LOOP;
END
$$;

-- Name: has_lapsed_approval(uuid); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.has_lapsed_approval(judged_review uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT EXISTS (
        SELECT FROM reviews
          JOIN decisions ON decisions.review_id = reviews.review_id AND verdict = 'approve'
         WHERE reviews.review_id = judged_review AND reviews.state IN ('open', 'approved')
           AND decided_by IN (SELECT change_writers(reviews.revision_id, reviews.public_ref)))
$$;

-- Name: hash_body(bytea); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.hash_body(source bytea) RETURNS bytea
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
DECLARE
    matter_end integer := NULLIF(position('\x0a2d2d2d'::bytea IN source), 0);
    body text;
BEGIN
    IF position('\x00'::bytea IN source) > 0 THEN -- which no text of Postgres holds
        RETURN NULL;
    END IF;
    body := convert_from(substring(source FROM COALESCE(matter_end + 4, 1)), 'UTF8');
    -- The frequent blanks first, so that the searches for the others have less text.
    body := replace(replace(replace(replace(body, ' ', ''), E'\n', ''), E'\r', ''), E'\t', '');
    body := replace(replace(body, E'\u000b', ''), E'\f', '');
    body := replace(replace(replace(body, E'\u3000', ''), E'\u00a0', ''), E'\ufeff', '');
    IF octet_length(body) < 300 THEN
        RETURN NULL;
    END IF;
    RETURN sha256(convert_to(body, 'UTF8'));
END
$$;

-- Name: is_live_review(text); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.is_live_review(state text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT state IN ('open', 'approved', 'changes_requested')
$$;

-- Name: is_open_thread(uuid); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.is_open_thread(uuid) RETURNS boolean
    LANGUAGE sql STABLE
    AS $_$
    SELECT count(*) % 2 = 0 FROM thread_events WHERE thread_id = $1
$_$;

-- Name: keep_one_admin(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.keep_one_admin() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF 'admin' = ANY (OLD.roles) AND OLD.disabled_at IS NULL AND OLD.password_hash IS NOT NULL
       AND ('admin' <> ALL (NEW.roles) OR NEW.disabled_at IS NOT NULL) THEN
        PERFORM FROM users WHERE 'admin' = ANY (roles) ORDER BY user_id FOR UPDATE;
        IF NOT EXISTS (
            SELECT FROM users
             WHERE 'admin' = ANY (roles) AND disabled_at IS NULL
               AND password_hash IS NOT NULL AND user_id <> NEW.user_id
        ) THEN
            RAISE EXCEPTION 'the last administrator cannot be removed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'users_last_admin', TABLE = 'users';
        END IF;
    END IF;
    RETURN NEW;
END
$$;

-- Name: keep_public_slug(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.keep_public_slug() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF OLD.first_public_ref IS NOT NULL THEN
        RAISE EXCEPTION 'slug % was public and stays with its guide', OLD.slug
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'slugs_public_is_kept', TABLE = 'slugs';
    END IF;
    RETURN OLD;
END
$$;

-- Name: lock_sign_in_counter(text, bytea, timestamp with time zone); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.lock_sign_in_counter(counted_kind text, counted_key bytea, attempted_at timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
DECLARE
    -- A wider counter has `most` failures within its time, beginning with the first one.
    most CONSTANT integer := CASE counted_kind WHEN 'network' THEN 20 WHEN 'browsers' THEN 30 END;
    lasts CONSTANT interval :=
        CASE counted_kind WHEN 'network' THEN interval '5 minutes'
                          WHEN 'browsers' THEN interval '15 minutes'
                          ELSE interval '30 minutes' END;
    free_at timestamptz;
BEGIN
    INSERT INTO sign_in_failures (kind, key, failures, at)
    VALUES (counted_kind, counted_key, 0, attempted_at)
        ON CONFLICT DO NOTHING;
    PERFORM FROM sign_in_failures WHERE kind = counted_kind AND key = counted_key FOR UPDATE;
    UPDATE sign_in_failures
       SET failures = 0
     WHERE kind = counted_kind AND key = counted_key AND at <= attempted_at - lasts;
    SELECT CASE
               WHEN failures >= most THEN at + lasts
               WHEN most IS NULL AND failures >= 5
               THEN at + make_interval(secs => LEAST(2 ^ LEAST(failures - 5, 10), 900))
           END
      INTO free_at
      FROM sign_in_failures
     WHERE kind = counted_kind AND key = counted_key;
    RETURN CASE WHEN free_at > attempted_at THEN free_at END;
END
$$;

-- Name: lock_sign_in_failures(text, bytea, bytea); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.lock_sign_in_failures(subject_kind text, subject_key bytea, wider_key bytea) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM FROM sign_in_failures WHERE kind = subject_kind AND key = subject_key FOR UPDATE;
    PERFORM FROM sign_in_failures
      WHERE kind = wider_sign_in_kind(subject_kind) AND key = wider_key FOR UPDATE;
END
$$;

-- Name: name_review_writers(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.name_review_writers() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.writers := ARRAY(SELECT change_writers(NEW.revision_id, NEW.public_ref));
    RETURN NEW;
END
$$;

-- Name: number_revision(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.number_revision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

-- Name: number_thread_event(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.number_thread_event() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.event_number := 1 + (SELECT count(*) FROM thread_events WHERE thread_id = NEW.thread_id);
    RETURN NEW;
END
$$;

-- Name: pin_review(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.pin_review() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

-- Name: point_to_latest_publication(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.point_to_latest_publication() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

-- Name: point_to_latest_revision(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.point_to_latest_revision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    UPDATE guides SET latest_revision_id = NEW.revision_id WHERE guide_id = NEW.guide_id;
    RETURN NULL;
END
$$;

-- Name: public_part(uuid, integer); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.public_part(of_guide uuid, upto integer) RETURNS integer
    LANGUAGE sql STABLE
    AS $$
    SELECT COALESCE(max(was_public.revision_number), 0)
      FROM publications
      JOIN revisions was_public USING (guide_id, revision_id)
     WHERE publications.guide_id = of_guide AND was_public.revision_number <= upto
       -- Nobody judged a publication by break-glass.
       AND publications.authority <> 'break_glass'
       AND EXISTS (SELECT FROM published_versions WHERE guide_id = of_guide AND to_ref IS NULL)
$$;

-- Name: publications; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.publications (
    ref bigint NOT NULL,
    guide_id uuid NOT NULL,
    revision_id uuid,
    action text NOT NULL,
    slug text NOT NULL,
    authority text NOT NULL,
    review_id uuid,
    break_glass_reason text,
    restored_ref bigint,
    published_by uuid NOT NULL,
    published_at timestamp with time zone NOT NULL,
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT publications_action_check CHECK ((action = ANY (ARRAY['publish'::text, 'rollback'::text, 'unpublish'::text, 'expire'::text, 'archive'::text, 'redirect'::text]))),
    CONSTRAINT publications_break_glass_reason_check CHECK (((authority <> 'break_glass'::text) OR (break_glass_reason IS NOT NULL))),
    CONSTRAINT publications_one_authority_check CHECK (
CASE authority
    WHEN 'review'::text THEN ((action = 'publish'::text) AND (num_nonnulls(break_glass_reason, restored_ref) = 0) AND (review_id IS NOT NULL))
    WHEN 'break_glass'::text THEN ((action = 'publish'::text) AND (num_nonnulls(review_id, restored_ref) = 0) AND (length(break_glass_reason) >= 10))
    WHEN 'import'::text THEN ((action = 'publish'::text) AND (num_nonnulls(review_id, break_glass_reason, restored_ref) = 0))
    WHEN 'rollback'::text THEN ((action = 'rollback'::text) AND (num_nonnulls(review_id, break_glass_reason) = 0) AND (restored_ref IS NOT NULL))
    WHEN 'role'::text THEN ((action = ANY (ARRAY['unpublish'::text, 'archive'::text, 'redirect'::text])) AND (num_nonnulls(review_id, break_glass_reason, restored_ref) = 0))
    WHEN 'system'::text THEN ((action = 'expire'::text) AND (num_nonnulls(review_id, break_glass_reason, restored_ref) = 0))
    ELSE false
END),
    CONSTRAINT publications_tombstone_check CHECK (((action = ANY (ARRAY['publish'::text, 'rollback'::text])) = (revision_id IS NOT NULL)))
);

-- Name: publication_hash(public.publications); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.publication_hash(entry public.publications) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
    SELECT sha256(entry.previous_hash || convert_to(json_build_array(
        entry.ref, entry.guide_id, entry.revision_id,
        (SELECT encode(content_hash, 'hex') FROM revisions WHERE revision_id = entry.revision_id),
        entry.action, entry.slug, entry.authority, entry.review_id, entry.break_glass_reason,
        entry.restored_ref, entry.published_by,
        to_char(entry.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
    )::text, 'UTF8'))
$$;

-- Name: queued_reviews(uuid); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.queued_reviews(viewer uuid) RETURNS TABLE(review_id uuid, guide_id uuid, owner_id uuid, state text, content_hash bytea, submitted_by uuid, submitted_at timestamp with time zone, part text)
    LANGUAGE sql STABLE
    AS $$
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

-- Name: refuse_blocked_approval(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_blocked_approval() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.verdict = 'approve' AND EXISTS (
        SELECT FROM reviews JOIN threads USING (guide_id)
         WHERE reviews.review_id = NEW.review_id AND is_blocking AND is_open_thread(thread_id)
    ) THEN
        RAISE EXCEPTION 'a thread that blocks approval is open'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'decisions_not_blocked', TABLE = 'decisions';
    END IF;
    RETURN NEW;
END
$$;

-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once and never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              CONSTRAINT = TG_TABLE_NAME || '_immutable',
              TABLE = TG_TABLE_NAME;
END
$$;

-- Name: refuse_lapsed_approval(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_lapsed_approval() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF has_lapsed_approval(NEW.review_id) THEN
        RAISE EXCEPTION 'an approver wrote a part of the change that this would make public'
            USING ERRCODE = 'restrict_violation',
                  CONSTRAINT = 'publications_four_eyes', TABLE = 'publications';
    END IF;
    RETURN NEW;
END
$$;

-- Name: refuse_own_decision(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_own_decision() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM reviews
         WHERE review_id = NEW.review_id
           AND (submitted_by = NEW.decided_by
                OR NEW.decided_by IN (SELECT change_writers(revision_id, public_ref)))
    ) THEN
        RAISE EXCEPTION 'nobody decides on a change they wrote a part of'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'decisions_four_eyes', TABLE = 'decisions';
    END IF;
    RETURN NEW;
END
$$;

-- Name: refuse_redirect_of_used_slug(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.refuse_redirect_of_used_slug() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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

-- Name: ring_for_webhooks(); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.ring_for_webhooks() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('annai_webhooks', '');
    RETURN NULL;
END
$$;

-- Name: take_back_sign_in(text, bytea, bytea, boolean); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.take_back_sign_in(subject_kind text, subject_key bytea, wider_key bytea, is_success boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    wider_kind CONSTANT text := wider_sign_in_kind(subject_kind);
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    PERFORM lock_sign_in_failures(subject_kind, subject_key, wider_key);
    UPDATE sign_in_failures
       SET failures = CASE WHEN is_success AND kind = subject_kind THEN 0 ELSE greatest(failures - 1, 0) END
     WHERE (kind = subject_kind AND key = subject_key) OR (kind = wider_kind AND key = wider_key);
END
$$;

-- Name: wider_sign_in_kind(text); Type: FUNCTION; Schema: public; Owner: -

CREATE FUNCTION public.wider_sign_in_kind(subject_kind text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE subject_kind WHEN 'account' THEN 'network' WHEN 'browser' THEN 'browsers' END
$$;

-- Name: annai_versions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.annai_versions (
    version text NOT NULL,
    min_program text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

-- Name: api_keys; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.api_keys (
    api_key_id uuid NOT NULL,
    name text NOT NULL,
    scope text NOT NULL,
    key_hash bytea NOT NULL,
    hint text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_key_hash_check CHECK ((octet_length(key_hash) = 32)),
    CONSTRAINT api_keys_name_check CHECK (((name <> ''::text) AND (length(name) <= 100))),
    CONSTRAINT api_keys_scope_check CHECK ((scope = ANY (ARRAY['reader'::text, 'preview'::text])))
);

-- Name: audit_head; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.audit_head (
    only_row boolean DEFAULT true NOT NULL,
    audit_number bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_head_only_row_check CHECK (only_row)
);

-- Name: comment_mentions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.comment_mentions (
    comment_id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    CONSTRAINT comment_mentions_name_check CHECK ((name <> ''::text))
);

-- Name: comments; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.comments (
    comment_id uuid NOT NULL,
    thread_id uuid NOT NULL,
    body text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT comments_body_check CHECK (((body <> ''::text) AND (length(body) <= 4000)))
);

-- Name: contents; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.contents (
    content_hash bytea NOT NULL,
    source bytea NOT NULL,
    front_matter jsonb NOT NULL,
    slug text,
    title text,
    category text,
    search_text text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    body_hash bytea GENERATED ALWAYS AS (public.hash_body(source)) STORED,
    CONSTRAINT contents_front_matter_check CHECK ((jsonb_typeof(front_matter) = 'object'::text)),
    CONSTRAINT contents_hash_check CHECK ((content_hash = sha256(source))),
    CONSTRAINT contents_source_check CHECK ((octet_length(source) <= 524288))
);
ALTER TABLE ONLY public.contents ALTER COLUMN source SET COMPRESSION lz4;

-- Name: decisions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.decisions (
    decision_id uuid NOT NULL,
    review_id uuid NOT NULL,
    content_hash bytea NOT NULL,
    step integer NOT NULL,
    verdict text NOT NULL,
    comment text DEFAULT ''::text NOT NULL,
    decided_by uuid NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    CONSTRAINT decisions_comment_check CHECK ((length(comment) <= 2000)),
    CONSTRAINT decisions_reason_check CHECK (((verdict = 'approve'::text) OR (comment <> ''::text))),
    CONSTRAINT decisions_step_check CHECK ((step >= 0)),
    CONSTRAINT decisions_verdict_check CHECK ((verdict = ANY (ARRAY['approve'::text, 'request_changes'::text])))
);

-- Name: delivery_api_keys; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.delivery_api_keys AS
 SELECT api_keys.api_key_id,
    api_keys.scope,
    api_keys.key_hash,
    api_keys.expires_at
   FROM public.api_keys
  WHERE (api_keys.revoked_at IS NULL);

-- Name: ledger_head; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.ledger_head (
    only_row boolean DEFAULT true NOT NULL,
    ref bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT ledger_head_only_row_check CHECK (only_row)
);

-- Name: delivery_genesis; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.delivery_genesis AS
 SELECT COALESCE(( SELECT publications.previous_hash
           FROM public.publications
          WHERE (publications.ref = 1)), ( SELECT ledger_head.hash
           FROM public.ledger_head
          WHERE (ledger_head.ref = 0))) AS hash;

-- Name: delivery_ledger; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.delivery_ledger AS
 SELECT publications.ref,
    publications.guide_id,
    publications.action,
    publications.slug,
    publications.published_at,
    publications.hash
   FROM public.publications;

-- Name: slugs; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.slugs (
    slug text NOT NULL,
    guide_id uuid NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    first_public_ref bigint,
    CONSTRAINT slugs_slug_check CHECK (((slug ~ '^[a-z0-9]+(_[a-z0-9]+)*$'::text) AND (length(slug) <= 80)))
);

-- Name: delivery_slugs; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.delivery_slugs AS
 SELECT slugs.slug,
    slugs.guide_id,
    slugs.first_public_ref
   FROM public.slugs
  WHERE (slugs.first_public_ref IS NOT NULL);

-- Name: guides; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.guides (
    guide_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    path text,
    revision_count integer DEFAULT 0 NOT NULL,
    latest_revision_id uuid,
    latest_publication_ref bigint,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    CONSTRAINT guides_path_check CHECK (((path ~ '^[^/\\\u0001-\u001f]+(/[^/\\\u0001-\u001f]+)*$'::text) AND (path !~ '(^|/)\.\.?(/|$)'::text)))
);

-- Name: published_versions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.published_versions (
    guide_id uuid NOT NULL,
    from_ref bigint NOT NULL,
    to_ref bigint,
    publication_ref bigint NOT NULL,
    revision_id uuid NOT NULL,
    revision_number integer NOT NULL,
    content_hash bytea NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    category text NOT NULL,
    meta_description text NOT NULL,
    thumbnail text,
    keywords text[] NOT NULL,
    tags text[] NOT NULL,
    related_jobs text[] NOT NULL,
    first_published_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    source bytea NOT NULL,
    answer bytea NOT NULL,
    answer_hash bytea GENERATED ALWAYS AS (sha256(answer)) STORED NOT NULL,
    answer_brotli bytea NOT NULL,
    answer_zstd bytea NOT NULL,
    answer_gzip bytea NOT NULL,
    listing bytea NOT NULL,
    plain_text text NOT NULL,
    CONSTRAINT published_versions_span_check CHECK ((from_ref < to_ref))
);
ALTER TABLE ONLY public.published_versions ALTER COLUMN source SET COMPRESSION lz4;
ALTER TABLE ONLY public.published_versions ALTER COLUMN answer SET COMPRESSION lz4;
ALTER TABLE ONLY public.published_versions ALTER COLUMN answer_brotli SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.published_versions ALTER COLUMN answer_zstd SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.published_versions ALTER COLUMN answer_gzip SET STORAGE EXTERNAL;
ALTER TABLE ONLY public.published_versions ALTER COLUMN listing SET COMPRESSION lz4;
ALTER TABLE ONLY public.published_versions ALTER COLUMN plain_text SET COMPRESSION lz4;

-- Name: reviews; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.reviews (
    review_id uuid NOT NULL,
    guide_id uuid NOT NULL,
    revision_id uuid NOT NULL,
    content_hash bytea NOT NULL,
    policy jsonb NOT NULL,
    public_ref bigint,
    previous_review_id uuid,
    state text DEFAULT 'open'::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    submitted_by uuid NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    added_letters integer,
    removed_letters integer,
    writers uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    CONSTRAINT reviews_added_letters_check CHECK ((added_letters >= 0)),
    CONSTRAINT reviews_message_check CHECK ((length(message) <= 2000)),
    CONSTRAINT reviews_removed_letters_check CHECK ((removed_letters >= 0)),
    CONSTRAINT reviews_state_check CHECK ((state = ANY (ARRAY['open'::text, 'approved'::text, 'changes_requested'::text, 'published'::text, 'withdrawn'::text, 'superseded'::text])))
);

-- Name: revisions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.revisions (
    revision_id uuid NOT NULL,
    guide_id uuid NOT NULL,
    revision_number integer NOT NULL,
    parent_revision_id uuid,
    merge_parent_revision_id uuid,
    content_hash bytea NOT NULL,
    kind text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    copied_from_revision_id uuid,
    CONSTRAINT revisions_copied_from_revision_id_check CHECK (((copied_from_revision_id IS NULL) OR (revision_number = 1))),
    CONSTRAINT revisions_first_has_no_parent_check CHECK (((revision_number = 1) = (parent_revision_id IS NULL))),
    CONSTRAINT revisions_kind_check CHECK ((kind = ANY (ARRAY['create'::text, 'save'::text, 'restore'::text, 'import'::text, 'merge'::text]))),
    CONSTRAINT revisions_merge_parent_check CHECK (((kind = 'merge'::text) = (merge_parent_revision_id IS NOT NULL))),
    CONSTRAINT revisions_message_check CHECK ((length(message) <= 500)),
    CONSTRAINT revisions_two_parents_check CHECK ((merge_parent_revision_id <> parent_revision_id))
);

-- Name: guide_overview; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.guide_overview AS
 SELECT guides.guide_id,
    guides.owner_id,
    (guides.archived_at IS NOT NULL) AS archived,
    latest.revision_id AS latest_revision_id,
    latest.revision_number AS latest_revision_number,
    latest.created_by AS updated_by,
    latest.created_at AS updated_at,
    contents.title,
    contents.slug,
    contents.category,
    contents.search_text,
    contents.front_matter,
    public.publication_ref,
    public.published_at,
        CASE
            WHEN (public.guide_id IS NOT NULL) THEN 'published'::text
            WHEN (ledger.action = 'expire'::text) THEN 'expired'::text
            WHEN (ledger.ref IS NOT NULL) THEN 'unpublished'::text
            ELSE 'never_published'::text
        END AS visibility,
        CASE
            WHEN (public.content_hash = latest.content_hash) THEN 'clean'::text
            ELSE 'ahead'::text
        END AS work,
    COALESCE(reviews.state, 'none'::text) AS judgement
   FROM (((((public.guides
     JOIN public.revisions latest ON (((latest.guide_id = guides.guide_id) AND (latest.revision_id = guides.latest_revision_id))))
     LEFT JOIN public.contents ON ((contents.content_hash = latest.content_hash)))
     LEFT JOIN public.published_versions public ON (((public.guide_id = guides.guide_id) AND (public.to_ref IS NULL))))
     LEFT JOIN public.publications ledger ON (((ledger.guide_id = guides.guide_id) AND (ledger.ref = guides.latest_publication_ref))))
     LEFT JOIN public.reviews ON (((reviews.guide_id = guides.guide_id) AND (reviews.content_hash = latest.content_hash) AND public.is_live_review(reviews.state))));

-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.idempotency_keys (
    user_id uuid NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint NOT NULL,
    answer bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 200)))
);

-- Name: nodes; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.nodes (
    node_id uuid NOT NULL,
    version text NOT NULL,
    schema_hash bytea NOT NULL,
    served_ref bigint NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_beat_at timestamp with time zone NOT NULL,
    machine text,
    listen text,
    CONSTRAINT nodes_listen_check CHECK ((listen <> ''::text)),
    CONSTRAINT nodes_machine_check CHECK ((machine <> ''::text)),
    CONSTRAINT nodes_schema_hash_check CHECK ((octet_length(schema_hash) = 32)),
    CONSTRAINT nodes_served_ref_check CHECK ((served_ref >= 0)),
    CONSTRAINT nodes_version_check CHECK ((version <> ''::text))
);

-- Name: outbox; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.outbox (
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_event_type_check CHECK ((event_type = ANY (ARRAY['guide.published'::text, 'guide.unpublished'::text, 'guide.moved'::text, 'release.published'::text, 'guide.submitted'::text, 'guide.approved'::text, 'guide.changes_requested'::text, 'events.gathered'::text, 'webhook.test'::text])))
);

-- Name: outbox_deliveries; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.outbox_deliveries (
    outbox_delivery_id uuid NOT NULL,
    webhook_endpoint_id uuid,
    event_id uuid NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    due_at timestamp with time zone DEFAULT now(),
    claim_id uuid,
    attempts smallint DEFAULT 0 NOT NULL,
    last_attempt_at timestamp with time zone,
    last_result text,
    last_status smallint,
    last_answer text,
    created_at timestamp with time zone NOT NULL,
    channel text DEFAULT 'webhook'::text NOT NULL,
    gathers boolean DEFAULT false NOT NULL,
    CONSTRAINT outbox_deliveries_attempted_check CHECK ((((attempts = 0) = (last_result IS NULL)) AND ((attempts = 0) = (last_attempt_at IS NULL)))),
    CONSTRAINT outbox_deliveries_attempts_check CHECK (((attempts >= 0) AND (attempts <= 10))),
    CONSTRAINT outbox_deliveries_channel_check CHECK ((channel = 'webhook'::text)),
    CONSTRAINT outbox_deliveries_claim_id_check CHECK (((claim_id IS NULL) OR (state = 'pending'::text))),
    CONSTRAINT outbox_deliveries_delivered_check CHECK (((state = 'delivered'::text) = (NOT (last_result IS DISTINCT FROM 'accepted'::text)))),
    CONSTRAINT outbox_deliveries_due_at_check CHECK (((state = 'pending'::text) = (due_at IS NOT NULL))),
    CONSTRAINT outbox_deliveries_failed_check CHECK (((state <> 'failed'::text) OR (attempts > 0))),
    CONSTRAINT outbox_deliveries_gathered_check CHECK (((state <> 'gathered'::text) OR (gathers AND (attempts = 0)))),
    CONSTRAINT outbox_deliveries_last_answer_check CHECK ((length(last_answer) <= 1000)),
    CONSTRAINT outbox_deliveries_last_result_check CHECK ((last_result = ANY (ARRAY['accepted'::text, 'refused'::text, 'redirected'::text, 'gone'::text, 'timed_out'::text, 'unreachable'::text, 'not_found'::text, 'not_allowed'::text]))),
    CONSTRAINT outbox_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text, 'gathered'::text]))),
    CONSTRAINT outbox_deliveries_webhook_endpoint_id_check CHECK (((channel = 'webhook'::text) = (webhook_endpoint_id IS NOT NULL)))
);

-- Name: preview_links; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.preview_links (
    preview_link_id uuid NOT NULL,
    guide_id uuid NOT NULL,
    revision_id uuid,
    token_hash bytea NOT NULL,
    hint text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT preview_links_expires_at_check CHECK (((expires_at > created_at) AND ((expires_at - created_at) <= '7 days'::interval))),
    CONSTRAINT preview_links_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

-- Name: referenced_revisions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.referenced_revisions (
    revision_id uuid NOT NULL
);

-- Name: review_policies; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.review_policies (
    review_policy_id uuid NOT NULL,
    name text NOT NULL,
    policy jsonb NOT NULL,
    is_default boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT review_policies_policy_check CHECK ((NOT (jsonb_typeof((policy -> 'steps'::text)) IS DISTINCT FROM 'array'::text))),
    CONSTRAINT review_policies_steps_check CHECK ((jsonb_array_length((policy -> 'steps'::text)) > 0))
);

-- Name: revision_names; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.revision_names (
    guide_id uuid NOT NULL,
    revision_id uuid NOT NULL,
    name text NOT NULL,
    named_by uuid NOT NULL,
    named_at timestamp with time zone NOT NULL,
    CONSTRAINT revision_names_name_check CHECK (((name <> ''::text) AND (name = btrim(name)) AND (length(name) <= 60)))
);

-- Name: revision_references; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.revision_references (
    revision_id uuid NOT NULL,
    kind text NOT NULL,
    place integer NOT NULL,
    target text NOT NULL,
    field text,
    CONSTRAINT revision_references_kind_check CHECK ((kind = ANY (ARRAY['relation'::text, 'link'::text, 'image'::text]))),
    CONSTRAINT revision_references_place_check CHECK ((place >= 0)),
    CONSTRAINT revision_references_target_check CHECK (((octet_length(target) >= 1) AND (octet_length(target) <= 2000)))
);

-- Name: role_grants; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.role_grants (
    role text NOT NULL,
    relation text NOT NULL,
    privilege text NOT NULL,
    columns text[],
    CONSTRAINT role_grants_delivery_check CHECK (((role <> 'annai_delivery'::text) OR (privilege = 'SELECT'::text))),
    CONSTRAINT role_grants_privilege_check CHECK ((privilege = ANY (ARRAY['SELECT'::text, 'INSERT'::text, 'UPDATE'::text, 'DELETE'::text]))),
    CONSTRAINT role_grants_role_check CHECK ((role = ANY (ARRAY['annai_app'::text, 'annai_delivery'::text])))
);

-- Name: role_rights; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.role_rights AS
 SELECT role_grants.role,
    role_grants.privilege,
    role_grants.relation,
    NULL::text AS column_name
   FROM public.role_grants
  WHERE (role_grants.columns IS NULL)
UNION
 SELECT role_grants.role,
    role_grants.privilege,
    role_grants.relation,
    unnest(role_grants.columns) AS column_name
   FROM public.role_grants
  WHERE (role_grants.columns IS NOT NULL)
UNION
 SELECT 'annai_app'::text AS role,
    'SELECT'::text AS privilege,
    (pg_class.relname)::text AS relation,
    NULL::text AS column_name
   FROM pg_class
  WHERE ((pg_class.relnamespace = ('public'::regnamespace)::oid) AND (pg_class.relkind = ANY (ARRAY['r'::"char", 'v'::"char", 'm'::"char", 'p'::"char", 'f'::"char"])));

-- Name: schemas; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.schemas (
    schema_hash bytea NOT NULL,
    document bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT schemas_hash_check CHECK ((schema_hash = sha256(document)))
);

-- Name: sessions; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.sessions (
    session_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    session_epoch integer NOT NULL,
    data jsonb NOT NULL,
    user_agent text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    reauthenticated_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT sessions_hash_check CHECK ((octet_length(session_hash) = 32))
);

-- Name: sign_in_failures; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.sign_in_failures (
    kind text NOT NULL,
    key bytea NOT NULL,
    failures integer NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT sign_in_failures_failures_check CHECK ((failures >= 0)),
    CONSTRAINT sign_in_failures_key_check CHECK ((octet_length(key) =
CASE kind
    WHEN 'account'::text THEN 2
    ELSE 8
END)),
    CONSTRAINT sign_in_failures_kind_check CHECK ((kind = ANY (ARRAY['account'::text, 'browser'::text, 'browsers'::text, 'network'::text, 'session'::text])))
);

-- Name: sign_in_secret; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.sign_in_secret (
    secret bytea NOT NULL,
    is_only boolean DEFAULT true NOT NULL,
    CONSTRAINT sign_in_secret_is_only_check CHECK (is_only),
    CONSTRAINT sign_in_secret_secret_check CHECK ((octet_length(secret) = 32))
);

-- Name: thread_events; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.thread_events (
    thread_id uuid NOT NULL,
    event_number integer NOT NULL,
    action text NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT thread_events_action_check CHECK ((action =
CASE (event_number % 2)
    WHEN 1 THEN 'resolve'::text
    ELSE 'reopen'::text
END))
);

-- Name: threads; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.threads (
    thread_id uuid NOT NULL,
    guide_id uuid NOT NULL,
    review_id uuid,
    field text,
    quote text,
    quote_prefix text,
    quote_suffix text,
    revision_id uuid,
    is_blocking boolean NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT threads_field_check CHECK (((field <> ''::text) AND (length(field) <= 200))),
    CONSTRAINT threads_one_anchor_check CHECK ((num_nonnulls(field, quote) <= 1)),
    CONSTRAINT threads_prefix_check CHECK ((length(quote_prefix) <= 1000)),
    CONSTRAINT threads_quotation_check CHECK ((num_nonnulls(quote, quote_prefix, quote_suffix, revision_id) = ANY (ARRAY[0, 4]))),
    CONSTRAINT threads_quote_check CHECK (((quote <> ''::text) AND (length(quote) <= 2000))),
    CONSTRAINT threads_suffix_check CHECK ((length(quote_suffix) <= 1000))
);

-- Name: user_tokens; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.user_tokens (
    token_hash bytea NOT NULL,
    kind text NOT NULL,
    user_id uuid,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT user_tokens_hash_check CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT user_tokens_kind_check CHECK ((kind = ANY (ARRAY['setup'::text, 'invite'::text, 'reset'::text]))),
    CONSTRAINT user_tokens_user_check CHECK (((kind = 'setup'::text) = (user_id IS NULL)))
);

-- Name: users; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.users (
    user_id uuid NOT NULL,
    kind text NOT NULL,
    email text,
    display_name text NOT NULL,
    password_hash text,
    roles text[] DEFAULT '{}'::text[] NOT NULL,
    locale text DEFAULT 'ja'::text NOT NULL,
    session_epoch integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    CONSTRAINT users_display_name_check CHECK (((display_name <> ''::text) AND (length(display_name) <= 100))),
    CONSTRAINT users_email_check CHECK (((kind = 'person'::text) = (email IS NOT NULL))),
    CONSTRAINT users_email_lower_check CHECK ((email = lower(email))),
    CONSTRAINT users_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'operator'::text, 'system'::text]))),
    CONSTRAINT users_locale_check CHECK ((locale = ANY (ARRAY['ja'::text, 'en'::text]))),
    CONSTRAINT users_password_check CHECK (((kind = 'person'::text) OR (password_hash IS NULL))),
    CONSTRAINT users_roles_check CHECK ((roles <@ ARRAY['author'::text, 'editor'::text, 'reviewer'::text, 'publisher'::text, 'admin'::text]))
);

-- Name: webhook_deliveries; Type: VIEW; Schema: public; Owner: -

CREATE VIEW public.webhook_deliveries AS
 SELECT outbox_deliveries.outbox_delivery_id AS webhook_delivery_id,
    outbox_deliveries.webhook_endpoint_id,
    outbox_deliveries.event_id,
    outbox_deliveries.state,
    outbox_deliveries.due_at,
    outbox_deliveries.claim_id,
    outbox_deliveries.attempts,
    outbox_deliveries.last_attempt_at,
    outbox_deliveries.last_result,
    outbox_deliveries.last_status,
    outbox_deliveries.last_answer,
    outbox_deliveries.created_at
   FROM public.outbox_deliveries
  WHERE (outbox_deliveries.channel = 'webhook'::text);

-- Name: webhook_endpoints; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.webhook_endpoints (
    webhook_endpoint_id uuid NOT NULL,
    name text NOT NULL,
    url text NOT NULL,
    event_types text[] NOT NULL,
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamp with time zone,
    created_by uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled_at timestamp with time zone,
    disabled_reason text,
    kind text DEFAULT 'message'::text NOT NULL,
    window_seconds smallint DEFAULT 0 NOT NULL,
    CONSTRAINT webhook_endpoints_disabled_check CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL))),
    CONSTRAINT webhook_endpoints_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['person'::text, 'gone'::text]))),
    CONSTRAINT webhook_endpoints_event_types_check CHECK (((cardinality(event_types) > 0) AND (event_types <@ ARRAY['guide.published'::text, 'guide.unpublished'::text, 'guide.moved'::text, 'release.published'::text, 'guide.submitted'::text, 'guide.approved'::text, 'guide.changes_requested'::text]))),
    CONSTRAINT webhook_endpoints_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'build_hook'::text]))),
    CONSTRAINT webhook_endpoints_name_check CHECK (((name <> ''::text) AND (length(name) <= 100))),
    CONSTRAINT webhook_endpoints_previous_secret_check CHECK (((previous_secret IS NULL) = (previous_secret_until IS NULL))),
    CONSTRAINT webhook_endpoints_secret_check CHECK (((octet_length(secret) = 32) AND (octet_length(previous_secret) = 32))),
    CONSTRAINT webhook_endpoints_url_check CHECK (((url ~ '^https?://'::text) AND (octet_length(url) <= 2000))),
    CONSTRAINT webhook_endpoints_window_seconds_check CHECK (((window_seconds >= 0) AND (window_seconds <= 3600)))
);

-- Name: working_copies; Type: TABLE; Schema: public; Owner: -

CREATE TABLE public.working_copies (
    guide_id uuid NOT NULL,
    user_id uuid NOT NULL,
    base_revision_id uuid NOT NULL,
    source bytea NOT NULL,
    client_sequence bigint NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    window_id uuid,
    CONSTRAINT working_copies_source_check CHECK ((octet_length(source) <= 524288))
);
ALTER TABLE ONLY public.working_copies ALTER COLUMN source SET COMPRESSION lz4;

-- Name: annai_versions annai_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.annai_versions
    ADD CONSTRAINT annai_versions_pkey PRIMARY KEY (version, min_program);

-- Name: api_keys api_keys_key_hash_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (api_key_id);

-- Name: audit_entries audit_entries_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_pkey PRIMARY KEY (audit_number);

-- Name: audit_head audit_head_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (only_row);

-- Name: comment_mentions comment_mentions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.comment_mentions
    ADD CONSTRAINT comment_mentions_pkey PRIMARY KEY (comment_id, user_id);

-- Name: comments comments_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_pkey PRIMARY KEY (comment_id);

-- Name: contents contents_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.contents
    ADD CONSTRAINT contents_pkey PRIMARY KEY (content_hash);

-- Name: decisions decisions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_pkey PRIMARY KEY (decision_id);

-- Name: guides guides_path_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.guides
    ADD CONSTRAINT guides_path_key UNIQUE (path);

-- Name: guides guides_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.guides
    ADD CONSTRAINT guides_pkey PRIMARY KEY (guide_id);

-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, key);

-- Name: ledger_head ledger_head_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.ledger_head
    ADD CONSTRAINT ledger_head_pkey PRIMARY KEY (only_row);

-- Name: nodes nodes_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.nodes
    ADD CONSTRAINT nodes_pkey PRIMARY KEY (node_id);

-- Name: outbox_deliveries outbox_deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.outbox_deliveries
    ADD CONSTRAINT outbox_deliveries_pkey PRIMARY KEY (outbox_delivery_id);

-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (event_id);

-- Name: preview_links preview_links_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.preview_links
    ADD CONSTRAINT preview_links_pkey PRIMARY KEY (preview_link_id);

-- Name: preview_links preview_links_token_hash_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.preview_links
    ADD CONSTRAINT preview_links_token_hash_key UNIQUE (token_hash);

-- Name: publications publications_guide_id_ref_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_guide_id_ref_key UNIQUE (guide_id, ref);

-- Name: publications publications_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_pkey PRIMARY KEY (ref);

-- Name: published_versions published_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_pkey PRIMARY KEY (guide_id, from_ref);

-- Name: referenced_revisions referenced_revisions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.referenced_revisions
    ADD CONSTRAINT referenced_revisions_pkey PRIMARY KEY (revision_id);

-- Name: review_policies review_policies_name_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.review_policies
    ADD CONSTRAINT review_policies_name_key UNIQUE (name);

-- Name: review_policies review_policies_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.review_policies
    ADD CONSTRAINT review_policies_pkey PRIMARY KEY (review_policy_id);

-- Name: reviews reviews_guide_id_review_id_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_guide_id_review_id_key UNIQUE (guide_id, review_id);

-- Name: reviews reviews_guide_id_review_id_revision_id_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_guide_id_review_id_revision_id_key UNIQUE (guide_id, review_id, revision_id);

-- Name: reviews reviews_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (review_id);

-- Name: reviews reviews_review_id_content_hash_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_review_id_content_hash_key UNIQUE (review_id, content_hash);

-- Name: revision_names revision_names_guide_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revision_names
    ADD CONSTRAINT revision_names_guide_id_name_key UNIQUE (guide_id, name);

-- Name: revision_names revision_names_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revision_names
    ADD CONSTRAINT revision_names_pkey PRIMARY KEY (guide_id, revision_id);

-- Name: revision_references revision_references_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revision_references
    ADD CONSTRAINT revision_references_pkey PRIMARY KEY (revision_id, place);

-- Name: revisions revisions_guide_id_revision_id_content_hash_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_guide_id_revision_id_content_hash_key UNIQUE (guide_id, revision_id, content_hash);

-- Name: revisions revisions_guide_id_revision_id_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_guide_id_revision_id_key UNIQUE (guide_id, revision_id);

-- Name: revisions revisions_guide_id_revision_number_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_guide_id_revision_number_key UNIQUE (guide_id, revision_number);

-- Name: revisions revisions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_pkey PRIMARY KEY (revision_id);

-- Name: role_grants role_grants_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.role_grants
    ADD CONSTRAINT role_grants_pkey PRIMARY KEY (role, relation, privilege);

-- Name: schemas schemas_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.schemas
    ADD CONSTRAINT schemas_pkey PRIMARY KEY (schema_hash);

-- Name: sessions sessions_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (session_hash);

-- Name: sign_in_failures sign_in_failures_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (kind, key);

-- Name: sign_in_secret sign_in_secret_is_only_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.sign_in_secret
    ADD CONSTRAINT sign_in_secret_is_only_key UNIQUE (is_only);

-- Name: slugs slugs_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.slugs
    ADD CONSTRAINT slugs_pkey PRIMARY KEY (slug);

-- Name: thread_events thread_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.thread_events
    ADD CONSTRAINT thread_events_pkey PRIMARY KEY (thread_id, event_number);

-- Name: threads threads_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_pkey PRIMARY KEY (thread_id);

-- Name: user_tokens user_tokens_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.user_tokens
    ADD CONSTRAINT user_tokens_pkey PRIMARY KEY (token_hash);

-- Name: users users_email_key; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

-- Name: users users_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (user_id);

-- Name: webhook_endpoints webhook_endpoints_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (webhook_endpoint_id);

-- Name: working_copies working_copies_pkey; Type: CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.working_copies
    ADD CONSTRAINT working_copies_pkey PRIMARY KEY (guide_id, user_id);

-- Name: audit_entries_actor_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_entries_actor_id_idx ON public.audit_entries USING btree (actor_id, audit_number);

-- Name: audit_entries_guide_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX audit_entries_guide_id_idx ON public.audit_entries USING btree (guide_id, audit_number);

-- Name: comment_mentions_user_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX comment_mentions_user_id_idx ON public.comment_mentions USING btree (user_id);

-- Name: comments_created_by_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX comments_created_by_idx ON public.comments USING btree (created_by);

-- Name: comments_thread_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX comments_thread_id_idx ON public.comments USING btree (thread_id);

-- Name: contents_body_hash_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX contents_body_hash_idx ON public.contents USING btree (body_hash);

-- Name: decisions_decided_by_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX decisions_decided_by_idx ON public.decisions USING btree (decided_by);

-- Name: decisions_one_approval_key; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX decisions_one_approval_key ON public.decisions USING btree (review_id, decided_by) WHERE (verdict = 'approve'::text);

-- Name: decisions_review_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX decisions_review_id_idx ON public.decisions USING btree (review_id);

-- Name: idempotency_keys_created_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);

-- Name: outbox_created_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX outbox_created_at_idx ON public.outbox USING btree (created_at);

-- Name: outbox_deliveries_due_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX outbox_deliveries_due_at_idx ON public.outbox_deliveries USING btree (webhook_endpoint_id, due_at, outbox_delivery_id) WHERE (state = 'pending'::text);

-- Name: outbox_deliveries_event_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX outbox_deliveries_event_id_idx ON public.outbox_deliveries USING btree (event_id);

-- Name: outbox_deliveries_gathers_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX outbox_deliveries_gathers_idx ON public.outbox_deliveries USING btree (webhook_endpoint_id, due_at) WHERE (gathers AND (state = 'pending'::text) AND (attempts = 0) AND (claim_id IS NULL));

-- Name: outbox_deliveries_log_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX outbox_deliveries_log_idx ON public.outbox_deliveries USING btree (webhook_endpoint_id, outbox_delivery_id);

-- Name: outbox_deliveries_one_pending_key; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX outbox_deliveries_one_pending_key ON public.outbox_deliveries USING btree (webhook_endpoint_id, event_id) WHERE (state = 'pending'::text);

-- Name: preview_links_guide_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX preview_links_guide_id_idx ON public.preview_links USING btree (guide_id);

-- Name: publications_slug_ref_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX publications_slug_ref_idx ON public.publications USING btree (slug, ref);

-- Name: published_versions_current_content_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX published_versions_current_content_idx ON public.published_versions USING btree (guide_id) INCLUDE (content_hash) WHERE (to_ref IS NULL);

-- Name: published_versions_current_slug_key; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX published_versions_current_slug_key ON public.published_versions USING btree (slug) WHERE (to_ref IS NULL);

-- Name: published_versions_from_ref_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX published_versions_from_ref_idx ON public.published_versions USING btree (from_ref);

-- Name: published_versions_one_current_key; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX published_versions_one_current_key ON public.published_versions USING btree (guide_id) WHERE (to_ref IS NULL);

-- Name: published_versions_published_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX published_versions_published_at_idx ON public.published_versions USING btree (published_at DESC, guide_id);

-- Name: published_versions_related_jobs_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX published_versions_related_jobs_idx ON public.published_versions USING gin (related_jobs) WHERE (to_ref IS NULL);

-- Name: published_versions_slug_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX published_versions_slug_idx ON public.published_versions USING btree (slug, from_ref);

-- Name: published_versions_to_ref_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX published_versions_to_ref_idx ON public.published_versions USING btree (to_ref);

-- Name: review_policies_one_default_key; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX review_policies_one_default_key ON public.review_policies USING btree (is_default) WHERE is_default;

-- Name: reviews_one_live_key; Type: INDEX; Schema: public; Owner: -

CREATE UNIQUE INDEX reviews_one_live_key ON public.reviews USING btree (guide_id) WHERE public.is_live_review(state);

-- Name: reviews_open_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX reviews_open_idx ON public.reviews USING btree (submitted_at) WHERE (state = 'open'::text);

-- Name: revision_references_target_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX revision_references_target_idx ON public.revision_references USING btree (target, kind);

-- Name: revisions_content_hash_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX revisions_content_hash_idx ON public.revisions USING btree (content_hash);

-- Name: revisions_created_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX revisions_created_at_idx ON public.revisions USING btree (created_at DESC, guide_id DESC);

-- Name: sessions_expires_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX sessions_expires_at_idx ON public.sessions USING btree (expires_at);

-- Name: sessions_user_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX sessions_user_id_idx ON public.sessions USING btree (user_id);

-- Name: sign_in_failures_at_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX sign_in_failures_at_idx ON public.sign_in_failures USING btree (at);

-- Name: slugs_guide_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX slugs_guide_id_idx ON public.slugs USING btree (guide_id);

-- Name: threads_guide_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX threads_guide_id_idx ON public.threads USING btree (guide_id);

-- Name: working_copies_user_id_idx; Type: INDEX; Schema: public; Owner: -

CREATE INDEX working_copies_user_id_idx ON public.working_copies USING btree (user_id);

-- Name: audit_entries audit_entries_append; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_entries_append BEFORE INSERT ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.append_to_audit();

-- Name: audit_entries audit_entries_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_entries_immutable BEFORE DELETE OR UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: audit_entries audit_entries_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER audit_entries_not_truncated BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: comment_mentions comment_mentions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER comment_mentions_immutable BEFORE DELETE OR UPDATE ON public.comment_mentions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: comment_mentions comment_mentions_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER comment_mentions_not_truncated BEFORE TRUNCATE ON public.comment_mentions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: comments comments_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER comments_immutable BEFORE DELETE OR UPDATE ON public.comments FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: comments comments_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER comments_not_truncated BEFORE TRUNCATE ON public.comments FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: contents contents_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER contents_immutable BEFORE DELETE OR UPDATE ON public.contents FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: contents contents_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER contents_not_truncated BEFORE TRUNCATE ON public.contents FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: decisions decisions_four_eyes; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER decisions_four_eyes BEFORE INSERT ON public.decisions FOR EACH ROW EXECUTE FUNCTION public.refuse_own_decision();

-- Name: decisions decisions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER decisions_immutable BEFORE DELETE OR UPDATE ON public.decisions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: decisions decisions_not_blocked; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER decisions_not_blocked BEFORE INSERT ON public.decisions FOR EACH ROW EXECUTE FUNCTION public.refuse_blocked_approval();

-- Name: decisions decisions_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER decisions_not_truncated BEFORE TRUNCATE ON public.decisions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: outbox_deliveries outbox_deliveries_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER outbox_deliveries_immutable BEFORE UPDATE ON public.outbox_deliveries FOR EACH ROW WHEN ((old.state <> 'pending'::text)) EXECUTE FUNCTION public.refuse_change();

-- Name: outbox_deliveries outbox_deliveries_ring; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER outbox_deliveries_ring AFTER INSERT ON public.outbox_deliveries FOR EACH STATEMENT EXECUTE FUNCTION public.ring_for_webhooks();

-- Name: outbox outbox_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER outbox_immutable BEFORE UPDATE ON public.outbox FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: preview_links preview_links_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER preview_links_immutable BEFORE UPDATE ON public.preview_links FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) OR ((((((((old.preview_link_id IS DISTINCT FROM new.preview_link_id) OR (old.guide_id IS DISTINCT FROM new.guide_id)) OR (old.revision_id IS DISTINCT FROM new.revision_id)) OR (old.token_hash IS DISTINCT FROM new.token_hash)) OR (old.hint IS DISTINCT FROM new.hint)) OR (old.created_by IS DISTINCT FROM new.created_by)) OR (old.created_at IS DISTINCT FROM new.created_at)) OR (old.expires_at IS DISTINCT FROM new.expires_at)))) EXECUTE FUNCTION public.refuse_change();

-- Name: preview_links preview_links_not_deleted; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER preview_links_not_deleted BEFORE DELETE ON public.preview_links FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: preview_links preview_links_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER preview_links_not_truncated BEFORE TRUNCATE ON public.preview_links FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: publications publications_append; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER publications_append BEFORE INSERT ON public.publications FOR EACH ROW EXECUTE FUNCTION public.append_to_ledger();

-- Name: publications publications_four_eyes; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER publications_four_eyes BEFORE INSERT ON public.publications FOR EACH ROW WHEN ((new.authority = 'review'::text)) EXECUTE FUNCTION public.refuse_lapsed_approval();

-- Name: publications publications_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER publications_immutable BEFORE DELETE OR UPDATE ON public.publications FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: publications publications_latest; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER publications_latest AFTER INSERT ON public.publications FOR EACH ROW EXECUTE FUNCTION public.point_to_latest_publication();

-- Name: publications publications_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER publications_not_truncated BEFORE TRUNCATE ON public.publications FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: publications publications_redirect; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER publications_redirect BEFORE INSERT ON public.publications FOR EACH ROW WHEN ((new.action = 'redirect'::text)) EXECUTE FUNCTION public.refuse_redirect_of_used_slug();

-- Name: published_versions published_versions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER published_versions_immutable BEFORE UPDATE ON public.published_versions FOR EACH ROW EXECUTE FUNCTION public.end_version_once();

-- Name: published_versions published_versions_not_deleted; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER published_versions_not_deleted BEFORE DELETE ON public.published_versions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: published_versions published_versions_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER published_versions_not_truncated BEFORE TRUNCATE ON public.published_versions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: referenced_revisions referenced_revisions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER referenced_revisions_immutable BEFORE DELETE OR UPDATE ON public.referenced_revisions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: referenced_revisions referenced_revisions_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER referenced_revisions_not_truncated BEFORE TRUNCATE ON public.referenced_revisions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: reviews reviews_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER reviews_immutable BEFORE UPDATE ON public.reviews FOR EACH ROW EXECUTE FUNCTION public.pin_review();

-- Name: reviews reviews_not_deleted; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER reviews_not_deleted BEFORE DELETE ON public.reviews FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: reviews reviews_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER reviews_not_truncated BEFORE TRUNCATE ON public.reviews FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: reviews reviews_writers; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER reviews_writers BEFORE INSERT ON public.reviews FOR EACH ROW EXECUTE FUNCTION public.name_review_writers();

-- Name: revision_references revision_references_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER revision_references_immutable BEFORE DELETE OR UPDATE ON public.revision_references FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: revision_references revision_references_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER revision_references_not_truncated BEFORE TRUNCATE ON public.revision_references FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: revisions revisions_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER revisions_immutable BEFORE DELETE OR UPDATE ON public.revisions FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: revisions revisions_latest; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER revisions_latest AFTER INSERT ON public.revisions FOR EACH ROW EXECUTE FUNCTION public.point_to_latest_revision();

-- Name: revisions revisions_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER revisions_not_truncated BEFORE TRUNCATE ON public.revisions FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: revisions revisions_number; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER revisions_number BEFORE INSERT ON public.revisions FOR EACH ROW EXECUTE FUNCTION public.number_revision();

-- Name: schemas schemas_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER schemas_immutable BEFORE DELETE OR UPDATE ON public.schemas FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: schemas schemas_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER schemas_not_truncated BEFORE TRUNCATE ON public.schemas FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: sign_in_secret sign_in_secret_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER sign_in_secret_immutable BEFORE DELETE OR UPDATE ON public.sign_in_secret FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: slugs slugs_public_is_kept; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER slugs_public_is_kept BEFORE DELETE ON public.slugs FOR EACH ROW EXECUTE FUNCTION public.keep_public_slug();

-- Name: thread_events thread_events_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER thread_events_immutable BEFORE DELETE OR UPDATE ON public.thread_events FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: thread_events thread_events_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER thread_events_not_truncated BEFORE TRUNCATE ON public.thread_events FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: thread_events thread_events_numbered; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER thread_events_numbered BEFORE INSERT ON public.thread_events FOR EACH ROW EXECUTE FUNCTION public.number_thread_event();

-- Name: threads threads_immutable; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER threads_immutable BEFORE DELETE OR UPDATE ON public.threads FOR EACH ROW EXECUTE FUNCTION public.refuse_change();

-- Name: threads threads_not_truncated; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER threads_not_truncated BEFORE TRUNCATE ON public.threads FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

-- Name: users users_last_admin; Type: TRIGGER; Schema: public; Owner: -

CREATE TRIGGER users_last_admin BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION public.keep_one_admin();

-- Name: api_keys api_keys_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: audit_entries audit_entries_actor_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(user_id);

-- Name: audit_entries audit_entries_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.audit_entries
    ADD CONSTRAINT audit_entries_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: comment_mentions comment_mentions_comment_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.comment_mentions
    ADD CONSTRAINT comment_mentions_comment_id_fkey FOREIGN KEY (comment_id) REFERENCES public.comments(comment_id);

-- Name: comment_mentions comment_mentions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.comment_mentions
    ADD CONSTRAINT comment_mentions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

-- Name: comments comments_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: comments comments_thread_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.comments
    ADD CONSTRAINT comments_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(thread_id);

-- Name: decisions decisions_decided_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES public.users(user_id);

-- Name: decisions decisions_judged_content_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.decisions
    ADD CONSTRAINT decisions_judged_content_fkey FOREIGN KEY (review_id, content_hash) REFERENCES public.reviews(review_id, content_hash);

-- Name: guides guides_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.guides
    ADD CONSTRAINT guides_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: guides guides_own_latest_publication_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.guides
    ADD CONSTRAINT guides_own_latest_publication_fkey FOREIGN KEY (guide_id, latest_publication_ref) REFERENCES public.publications(guide_id, ref);

-- Name: guides guides_own_latest_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.guides
    ADD CONSTRAINT guides_own_latest_revision_fkey FOREIGN KEY (guide_id, latest_revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: guides guides_owner_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.guides
    ADD CONSTRAINT guides_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users(user_id);

-- Name: idempotency_keys idempotency_keys_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

-- Name: outbox_deliveries outbox_deliveries_event_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.outbox_deliveries
    ADD CONSTRAINT outbox_deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES public.outbox(event_id);

-- Name: outbox_deliveries outbox_deliveries_webhook_endpoint_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.outbox_deliveries
    ADD CONSTRAINT outbox_deliveries_webhook_endpoint_id_fkey FOREIGN KEY (webhook_endpoint_id) REFERENCES public.webhook_endpoints(webhook_endpoint_id);

-- Name: preview_links preview_links_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.preview_links
    ADD CONSTRAINT preview_links_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: preview_links preview_links_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.preview_links
    ADD CONSTRAINT preview_links_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: preview_links preview_links_own_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.preview_links
    ADD CONSTRAINT preview_links_own_revision_fkey FOREIGN KEY (guide_id, revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: publications publications_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: publications publications_own_restored_ref_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_own_restored_ref_fkey FOREIGN KEY (guide_id, restored_ref) REFERENCES public.publications(guide_id, ref);

-- Name: publications publications_own_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_own_revision_fkey FOREIGN KEY (guide_id, revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: publications publications_published_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_published_by_fkey FOREIGN KEY (published_by) REFERENCES public.users(user_id);

-- Name: publications publications_reviewed_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_reviewed_revision_fkey FOREIGN KEY (guide_id, review_id, revision_id) REFERENCES public.reviews(guide_id, review_id, revision_id);

-- Name: publications publications_slug_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.publications
    ADD CONSTRAINT publications_slug_fkey FOREIGN KEY (slug) REFERENCES public.slugs(slug);

-- Name: published_versions published_versions_from_ref_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_from_ref_fkey FOREIGN KEY (from_ref) REFERENCES public.publications(ref);

-- Name: published_versions published_versions_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: published_versions published_versions_own_publication_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_own_publication_fkey FOREIGN KEY (guide_id, publication_ref) REFERENCES public.publications(guide_id, ref);

-- Name: published_versions published_versions_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_revision_fkey FOREIGN KEY (guide_id, revision_id, content_hash) REFERENCES public.revisions(guide_id, revision_id, content_hash);

-- Name: published_versions published_versions_slug_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_slug_fkey FOREIGN KEY (slug) REFERENCES public.slugs(slug);

-- Name: published_versions published_versions_to_ref_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.published_versions
    ADD CONSTRAINT published_versions_to_ref_fkey FOREIGN KEY (to_ref) REFERENCES public.publications(ref);

-- Name: referenced_revisions referenced_revisions_revision_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.referenced_revisions
    ADD CONSTRAINT referenced_revisions_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES public.revisions(revision_id);

-- Name: reviews reviews_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: reviews reviews_own_previous_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_own_previous_fkey FOREIGN KEY (guide_id, previous_review_id) REFERENCES public.reviews(guide_id, review_id);

-- Name: reviews reviews_pinned_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pinned_revision_fkey FOREIGN KEY (guide_id, revision_id, content_hash) REFERENCES public.revisions(guide_id, revision_id, content_hash);

-- Name: reviews reviews_submitted_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_submitted_by_fkey FOREIGN KEY (submitted_by) REFERENCES public.users(user_id);

-- Name: revision_names revision_names_named_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revision_names
    ADD CONSTRAINT revision_names_named_by_fkey FOREIGN KEY (named_by) REFERENCES public.users(user_id);

-- Name: revision_names revision_names_own_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revision_names
    ADD CONSTRAINT revision_names_own_revision_fkey FOREIGN KEY (guide_id, revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: revision_references revision_references_revision_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revision_references
    ADD CONSTRAINT revision_references_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES public.revisions(revision_id);

-- Name: revisions revisions_content_hash_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_content_hash_fkey FOREIGN KEY (content_hash) REFERENCES public.contents(content_hash);

-- Name: revisions revisions_copied_from_revision_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_copied_from_revision_id_fkey FOREIGN KEY (copied_from_revision_id) REFERENCES public.revisions(revision_id);

-- Name: revisions revisions_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: revisions revisions_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: revisions revisions_own_merge_parent_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_own_merge_parent_fkey FOREIGN KEY (guide_id, merge_parent_revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: revisions revisions_own_parent_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.revisions
    ADD CONSTRAINT revisions_own_parent_fkey FOREIGN KEY (guide_id, parent_revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: sessions sessions_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

-- Name: slugs slugs_first_public_ref_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.slugs
    ADD CONSTRAINT slugs_first_public_ref_fkey FOREIGN KEY (first_public_ref) REFERENCES public.publications(ref);

-- Name: slugs slugs_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.slugs
    ADD CONSTRAINT slugs_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: thread_events thread_events_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.thread_events
    ADD CONSTRAINT thread_events_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: thread_events thread_events_thread_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.thread_events
    ADD CONSTRAINT thread_events_thread_id_fkey FOREIGN KEY (thread_id) REFERENCES public.threads(thread_id);

-- Name: threads threads_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: threads threads_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: threads threads_own_review_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_own_review_fkey FOREIGN KEY (guide_id, review_id) REFERENCES public.reviews(guide_id, review_id);

-- Name: threads threads_own_revision_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.threads
    ADD CONSTRAINT threads_own_revision_fkey FOREIGN KEY (guide_id, revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: user_tokens user_tokens_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.user_tokens
    ADD CONSTRAINT user_tokens_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: user_tokens user_tokens_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.user_tokens
    ADD CONSTRAINT user_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

-- Name: webhook_endpoints webhook_endpoints_created_by_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(user_id);

-- Name: working_copies working_copies_guide_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.working_copies
    ADD CONSTRAINT working_copies_guide_id_fkey FOREIGN KEY (guide_id) REFERENCES public.guides(guide_id);

-- Name: working_copies working_copies_own_base_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.working_copies
    ADD CONSTRAINT working_copies_own_base_fkey FOREIGN KEY (guide_id, base_revision_id) REFERENCES public.revisions(guide_id, revision_id);

-- Name: working_copies working_copies_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -

ALTER TABLE ONLY public.working_copies
    ADD CONSTRAINT working_copies_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(user_id);

-- Name: SCHEMA public; Type: ACL; Schema: -; Owner: -

GRANT USAGE ON SCHEMA public TO annai_app;
GRANT USAGE ON SCHEMA public TO annai_delivery;

-- Name: TABLE audit_entries; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.audit_entries TO annai_app;

-- Name: TABLE publications; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.publications TO annai_app;

-- Name: TABLE annai_versions; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.annai_versions TO annai_app;

-- Name: TABLE api_keys; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.api_keys TO annai_app;

-- Name: COLUMN api_keys.name; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(name) ON TABLE public.api_keys TO annai_app;

-- Name: COLUMN api_keys.last_used_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_used_at) ON TABLE public.api_keys TO annai_app;

-- Name: COLUMN api_keys.revoked_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(revoked_at) ON TABLE public.api_keys TO annai_app;

-- Name: TABLE audit_head; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.audit_head TO annai_app;

-- Name: TABLE comment_mentions; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.comment_mentions TO annai_app;

-- Name: TABLE comments; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.comments TO annai_app;

-- Name: TABLE contents; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.contents TO annai_app;

-- Name: TABLE decisions; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.decisions TO annai_app;

-- Name: TABLE delivery_api_keys; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.delivery_api_keys TO annai_app;
GRANT SELECT ON TABLE public.delivery_api_keys TO annai_delivery;

-- Name: TABLE ledger_head; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.ledger_head TO annai_app;

-- Name: TABLE delivery_genesis; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.delivery_genesis TO annai_app;
GRANT SELECT ON TABLE public.delivery_genesis TO annai_delivery;

-- Name: TABLE delivery_ledger; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.delivery_ledger TO annai_app;
GRANT SELECT ON TABLE public.delivery_ledger TO annai_delivery;

-- Name: TABLE slugs; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.slugs TO annai_app;

-- Name: COLUMN slugs.claimed_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(claimed_at) ON TABLE public.slugs TO annai_app;

-- Name: TABLE delivery_slugs; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.delivery_slugs TO annai_app;
GRANT SELECT ON TABLE public.delivery_slugs TO annai_delivery;

-- Name: TABLE guides; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.guides TO annai_app;

-- Name: COLUMN guides.owner_id; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(owner_id) ON TABLE public.guides TO annai_app;

-- Name: COLUMN guides.path; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(path) ON TABLE public.guides TO annai_app;

-- Name: COLUMN guides.archived_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(archived_at) ON TABLE public.guides TO annai_app;

-- Name: TABLE published_versions; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.published_versions TO annai_app;
GRANT SELECT ON TABLE public.published_versions TO annai_delivery;

-- Name: COLUMN published_versions.to_ref; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(to_ref) ON TABLE public.published_versions TO annai_app;

-- Name: TABLE reviews; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.reviews TO annai_app;

-- Name: COLUMN reviews.state; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(state) ON TABLE public.reviews TO annai_app;

-- Name: COLUMN reviews.closed_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(closed_at) ON TABLE public.reviews TO annai_app;

-- Name: TABLE revisions; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.revisions TO annai_app;

-- Name: TABLE guide_overview; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.guide_overview TO annai_app;

-- Name: TABLE idempotency_keys; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO annai_app;

-- Name: TABLE nodes; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.nodes TO annai_app;

-- Name: COLUMN nodes.served_ref; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(served_ref) ON TABLE public.nodes TO annai_app;

-- Name: COLUMN nodes.last_beat_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_beat_at) ON TABLE public.nodes TO annai_app;

-- Name: TABLE outbox; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.outbox TO annai_app;

-- Name: TABLE outbox_deliveries; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.state; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(state) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.due_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(due_at) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.claim_id; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(claim_id) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.attempts; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(attempts) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.last_attempt_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_attempt_at) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.last_result; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_result) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.last_status; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_status) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: COLUMN outbox_deliveries.last_answer; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_answer) ON TABLE public.outbox_deliveries TO annai_app;

-- Name: TABLE preview_links; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.preview_links TO annai_app;

-- Name: COLUMN preview_links.revoked_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(revoked_at) ON TABLE public.preview_links TO annai_app;

-- Name: TABLE referenced_revisions; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.referenced_revisions TO annai_app;

-- Name: TABLE review_policies; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.review_policies TO annai_app;

-- Name: TABLE revision_names; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.revision_names TO annai_app;

-- Name: COLUMN revision_names.name; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(name) ON TABLE public.revision_names TO annai_app;

-- Name: COLUMN revision_names.named_by; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(named_by) ON TABLE public.revision_names TO annai_app;

-- Name: COLUMN revision_names.named_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(named_at) ON TABLE public.revision_names TO annai_app;

-- Name: TABLE revision_references; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.revision_references TO annai_app;

-- Name: TABLE role_grants; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.role_grants TO annai_app;

-- Name: TABLE role_rights; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.role_rights TO annai_app;

-- Name: TABLE schemas; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.schemas TO annai_app;

-- Name: TABLE sessions; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO annai_app;

-- Name: TABLE sign_in_failures; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.sign_in_failures TO annai_app;

-- Name: COLUMN sign_in_failures.failures; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(failures) ON TABLE public.sign_in_failures TO annai_app;

-- Name: COLUMN sign_in_failures.at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(at) ON TABLE public.sign_in_failures TO annai_app;

-- Name: TABLE sign_in_secret; Type: ACL; Schema: public; Owner: -

GRANT SELECT ON TABLE public.sign_in_secret TO annai_app;

-- Name: TABLE thread_events; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.thread_events TO annai_app;

-- Name: TABLE threads; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.threads TO annai_app;

-- Name: TABLE user_tokens; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.user_tokens TO annai_app;

-- Name: COLUMN user_tokens.used_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(used_at) ON TABLE public.user_tokens TO annai_app;

-- Name: TABLE users; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.users TO annai_app;

-- Name: COLUMN users.email; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(email) ON TABLE public.users TO annai_app;

-- Name: COLUMN users.display_name; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(display_name) ON TABLE public.users TO annai_app;

-- Name: COLUMN users.password_hash; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(password_hash) ON TABLE public.users TO annai_app;

-- Name: COLUMN users.roles; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(roles) ON TABLE public.users TO annai_app;

-- Name: COLUMN users.locale; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(locale) ON TABLE public.users TO annai_app;

-- Name: COLUMN users.session_epoch; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(session_epoch) ON TABLE public.users TO annai_app;

-- Name: COLUMN users.disabled_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(disabled_at) ON TABLE public.users TO annai_app;

-- Name: TABLE webhook_deliveries; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.state; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(state) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.due_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(due_at) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.claim_id; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(claim_id) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.attempts; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(attempts) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.last_attempt_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_attempt_at) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.last_result; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_result) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.last_status; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_status) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: COLUMN webhook_deliveries.last_answer; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(last_answer) ON TABLE public.webhook_deliveries TO annai_app;

-- Name: TABLE webhook_endpoints; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.name; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(name) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.url; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(url) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.event_types; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(event_types) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.secret; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(secret) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.previous_secret; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(previous_secret) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.previous_secret_until; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(previous_secret_until) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.disabled_at; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(disabled_at) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.disabled_reason; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(disabled_reason) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.kind; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(kind) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: COLUMN webhook_endpoints.window_seconds; Type: ACL; Schema: public; Owner: -

GRANT UPDATE(window_seconds) ON TABLE public.webhook_endpoints TO annai_app;

-- Name: TABLE working_copies; Type: ACL; Schema: public; Owner: -

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.working_copies TO annai_app;
