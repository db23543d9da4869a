-- The two roles the running program takes on. The login that migrates owns the tables; at run
-- time the editors' side does SET ROLE annai_app and the delivery side SET ROLE
-- annai_delivery, so that what a role was not granted cannot happen, whatever the code says.
--
-- Roles belong to the whole server, not to this database: they may be there already, two
-- databases may be migrated at the same moment, and a hosted server may not let us create
-- them. In the last case nothing fails here; `annai doctor` says what the operator has to do.

CREATE PROCEDURE ensure_roles()
LANGUAGE plpgsql AS $$
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

CALL ensure_roles();

-- Nobody but the owner makes objects here.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- Shared by every table whose rows are written once: refuses UPDATE, DELETE and TRUNCATE, and
-- names the rule `<table>_immutable`, so that the program can tell it from other errors.
CREATE FUNCTION refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once and never changed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              CONSTRAINT = TG_TABLE_NAME || '_immutable',
              TABLE = TG_TABLE_NAME;
END
$$;
