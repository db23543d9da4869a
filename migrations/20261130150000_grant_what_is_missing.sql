-- expand
-- The rights of the two roles, one line each, beyond annai_app's right to read every table. A
-- migration that adds a table adds its lines and calls grant_roles(). So migrations that are written
-- side by side cannot undo each other's grants, as copies of one procedure would.
CREATE TABLE role_grants (
    role      text   NOT NULL,
    relation  text   NOT NULL, -- in the schema public
    privilege text   NOT NULL,
    columns   text[],          -- NULL: the whole relation

    PRIMARY KEY (role, relation, privilege),
    CONSTRAINT role_grants_role_check      CHECK (role IN ('annai_app', 'annai_delivery')),
    CONSTRAINT role_grants_privilege_check CHECK (privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')),
    -- Delivery only reads.
    CONSTRAINT role_grants_delivery_check  CHECK (role <> 'annai_delivery' OR privilege = 'SELECT')
);

-- Written once.
INSERT INTO role_grants (role, relation, privilege)
SELECT 'annai_app', relation, 'INSERT'
  FROM unnest(ARRAY['contents', 'guides', 'revisions', 'schemas', 'reviews', 'decisions', 'threads',
                    'comments', 'comment_mentions', 'thread_events', 'publications', 'audit_entries',
                    'revision_references', 'referenced_revisions', 'published_versions', 'users',
                    'user_tokens', 'api_keys', 'preview_links', 'webhook_endpoints']) AS relation;

-- Rows that come and go.
INSERT INTO role_grants (role, relation, privilege)
SELECT 'annai_app', relation, privilege
  FROM unnest(ARRAY['slugs', 'working_copies', 'sessions', 'idempotency_keys', 'revision_names',
                    'outbox', 'outbox_deliveries', 'webhook_deliveries']) AS relation,
       unnest(ARRAY['INSERT', 'DELETE']) AS privilege;

-- Rows that change as a whole, and columns that may change. The pointers of a guide are the triggers'
-- to move. The message of a delivery is never changed, only its state.
INSERT INTO role_grants (role, relation, privilege, columns) VALUES
    ('annai_app', 'working_copies',     'UPDATE', NULL),
    ('annai_app', 'sessions',           'UPDATE', NULL),
    ('annai_app', 'idempotency_keys',   'UPDATE', NULL),
    ('annai_app', 'guides',             'UPDATE', '{owner_id,path,archived_at}'),
    ('annai_app', 'reviews',            'UPDATE', '{state,closed_at}'),
    ('annai_app', 'published_versions', 'UPDATE', '{to_ref}'),
    ('annai_app', 'slugs',              'UPDATE', '{claimed_at}'),
    ('annai_app', 'users',              'UPDATE', '{email,display_name,password_hash,roles,locale,session_epoch,disabled_at}'),
    ('annai_app', 'user_tokens',        'UPDATE', '{used_at}'),
    ('annai_app', 'api_keys',           'UPDATE', '{name,last_used_at,revoked_at}'),
    ('annai_app', 'preview_links',      'UPDATE', '{revoked_at}'),
    ('annai_app', 'revision_names',     'UPDATE', '{name,named_by,named_at}'),
    ('annai_app', 'webhook_endpoints',  'UPDATE', '{name,url,event_types,secret,previous_secret,previous_secret_until,disabled_at,disabled_reason}'),
    ('annai_app', 'outbox_deliveries',  'UPDATE', '{state,due_at,claim_id,attempts,last_attempt_at,last_result,last_status,last_answer}'),
    ('annai_app', 'webhook_deliveries', 'UPDATE', '{state,due_at,claim_id,attempts,last_attempt_at,last_result,last_status,last_answer}');

INSERT INTO role_grants (role, relation, privilege)
SELECT 'annai_delivery', relation, 'SELECT'
  FROM unnest(ARRAY['published_versions', 'delivery_ledger', 'delivery_genesis', 'delivery_slugs',
                    'delivery_api_keys']) AS relation;

-- Every node calls this as it starts, so it writes only what is missing: a grant that exists already
-- would still write to the catalogue, and two of those at once fail with "tuple concurrently updated".
-- A role that is missing gets its rights once it is there.
CREATE OR REPLACE PROCEDURE grant_roles()
LANGUAGE plpgsql AS $$
DECLARE
    missing text;
BEGIN
    FOR missing IN
        SELECT format('GRANT USAGE ON SCHEMA public TO %I', rolname)
          FROM pg_roles
         WHERE rolname IN ('annai_app', 'annai_delivery')
           AND NOT has_schema_privilege(pg_roles.oid, 'public', 'USAGE')
        UNION ALL
        SELECT format('GRANT SELECT ON public.%I TO annai_app', relname)
          FROM pg_class
          JOIN pg_roles ON rolname = 'annai_app'
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f')
           AND NOT has_table_privilege(pg_roles.oid, pg_class.oid, 'SELECT')
        UNION ALL
        SELECT format('GRANT %s ON public.%I TO %I', privilege, relation, role)
          FROM role_grants
          JOIN pg_roles ON rolname = role
         WHERE columns IS NULL
           AND NOT has_table_privilege(pg_roles.oid, to_regclass(format('public.%I', relation))::oid, privilege)
        UNION ALL
        SELECT format('GRANT %s (%I) ON public.%I TO %I', privilege, name, relation, role)
          FROM role_grants
          JOIN pg_roles ON rolname = role
         CROSS JOIN unnest(columns) AS name
         WHERE NOT has_column_privilege(pg_roles.oid, to_regclass(format('public.%I', relation))::oid, name, privilege)
    LOOP
        EXECUTE missing;
    END LOOP;
END
$$;

CALL grant_roles();
