-- What people call a revision that they want to find again, such as 秋の改訂. A guide has no two
-- revisions of one name; a revision has one name at most. The name may be changed or taken away:
-- it says nothing about the text, and the audit log keeps who called what what.
CREATE TABLE revision_names (
    guide_id    uuid        NOT NULL,
    revision_id uuid        NOT NULL,
    name        text        NOT NULL,
    named_by    uuid        NOT NULL REFERENCES users,
    named_at    timestamptz NOT NULL,

    PRIMARY KEY (guide_id, revision_id),
    CONSTRAINT revision_names_guide_id_name_key UNIQUE (guide_id, name),
    CONSTRAINT revision_names_own_revision_fkey
        FOREIGN KEY (guide_id, revision_id) REFERENCES revisions (guide_id, revision_id),
    CONSTRAINT revision_names_name_check
        CHECK (name <> '' AND name = btrim(name) AND length(name) <= 60)
);
