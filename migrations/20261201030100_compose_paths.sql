-- expand
-- A path is one whatever file system it comes from: Apple's give names in NFD, and imports now compare
-- names in NFC. Where another guide has the composed path, both keep theirs: only people know which
-- of the two guides goes on.
UPDATE guides
   SET path = normalize(path, NFC)
 WHERE path IS NOT NFC NORMALIZED
   AND NOT EXISTS (SELECT FROM guides other
                    WHERE other.guide_id <> guides.guide_id
                      AND normalize(other.path, NFC) = normalize(guides.path, NFC));
