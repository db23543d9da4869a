-- expand
-- Programs from here on keep no folded names: the rule of folding may change, and texts are never
-- rewritten. Older programs still read the column while both run. A contract step may drop it.
ALTER TABLE contents ALTER COLUMN search_text SET DEFAULT '';
