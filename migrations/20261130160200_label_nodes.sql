-- expand
-- The place of a node, for people: an identifier says nothing about the machine to look at. Programs
-- from before this step leave both empty.
ALTER TABLE nodes
    ADD COLUMN machine text, -- the host name of the machine
    ADD COLUMN listen  text, -- the address and port of the server
    ADD CONSTRAINT nodes_machine_check CHECK (machine <> ''),
    ADD CONSTRAINT nodes_listen_check  CHECK (listen <> '');
