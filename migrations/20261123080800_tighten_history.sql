-- A CHECK lets through what it cannot tell, and the length of no reason at all is unknown: a
-- break-glass publication needs a reason that is there, and long enough.
ALTER TABLE publications ADD CONSTRAINT publications_break_glass_reason_check
    CHECK (authority <> 'break_glass' OR break_glass_reason IS NOT NULL);

-- Judgements and what people said about them cannot be emptied away either.
CREATE TRIGGER reviews_not_truncated BEFORE TRUNCATE ON reviews
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER decisions_not_truncated BEFORE TRUNCATE ON decisions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER comments_not_truncated BEFORE TRUNCATE ON comments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER schemas_not_truncated BEFORE TRUNCATE ON schemas
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The number of steps of a policy without steps is unknown too.
ALTER TABLE review_policies ADD CONSTRAINT review_policies_policy_check
    CHECK (jsonb_typeof(policy -> 'steps') IS NOT DISTINCT FROM 'array');
