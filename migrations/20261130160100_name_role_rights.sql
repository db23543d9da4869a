-- expand
-- Every right of the two roles: the lines of role_grants, column by column, and annai_app's right to
-- read every relation. grant_roles() grants what is missing of it. The start and `annai doctor`
-- compare with it what connections may really do.
CREATE VIEW role_rights AS
SELECT role, privilege, relation, NULL::text AS column_name FROM role_grants WHERE columns IS NULL
 UNION
SELECT role, privilege, relation, unnest(columns) FROM role_grants WHERE columns IS NOT NULL
 UNION
SELECT 'annai_app', 'SELECT', relname::text, NULL
  FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f');

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

CALL grant_roles();

-- Compares the rights that a user really has in the schema, whatever gave them, with those of a role.
-- A right reads as in GRANT and REVOKE.
CREATE FUNCTION compare_rights(compared_user text, wanted_role text)
RETURNS TABLE (is_missing boolean, named_right text)
LANGUAGE sql STABLE AS $$
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
