-- What a process does: 0 follows, claims and sends; 1 only proves. A relayer that leaves its proofs to others can tell by it whether any of them lives.
ALTER TABLE instances ADD COLUMN role SMALLINT NOT NULL DEFAULT 0;
