-- expand
-- The browser window in which a working copy was last typed. A window continues from its own text
-- after a reload, but never writes over the text of another window.
ALTER TABLE working_copies ADD COLUMN window_id uuid;
