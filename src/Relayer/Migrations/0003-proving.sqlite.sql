-- Proofs in the making: which answers one covers, and what the receipts of these say. A proof that is lost is made again from here, of the same receipts.
CREATE TABLE proofs (
  proof_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  version_id BLOB NOT NULL CHECK (length(version_id) = 32),
  -- Whom all its receipts pay, and when they say that they were issued.
  payee BLOB NOT NULL CHECK (length(payee) = 20),
  issued_at INTEGER NOT NULL,
  items INTEGER NOT NULL CHECK (items > 0),
  begun_at INTEGER NOT NULL,
  due_at INTEGER,
  lease_owner TEXT,
  lease_epoch INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER NOT NULL DEFAULT 0,
  -- What came of it: its form, its bytes, how long it took, and the order that it is settled by.
  form INTEGER,
  bytes INTEGER,
  prove_us INTEGER,
  settlement_order INTEGER,
  ended_at INTEGER,
  CHECK ((ended_at IS NULL) = (settlement_order IS NULL)),
  CHECK ((ended_at IS NULL) = (form IS NULL)),
  CHECK (ended_at IS NULL OR due_at IS NULL)
) STRICT;

CREATE INDEX proofs_due ON proofs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX proofs_ended ON proofs (ended_at) WHERE ended_at IS NOT NULL;

-- The proof that an answer is in, and its place there; how often it was in one that came to nothing.
ALTER TABLE jobs ADD COLUMN proof_id INTEGER;
ALTER TABLE jobs ADD COLUMN proof_place INTEGER;
ALTER TABLE jobs ADD COLUMN failed_proofs INTEGER NOT NULL DEFAULT 0;

CREATE INDEX jobs_of_proof ON jobs (proof_id) WHERE proof_id IS NOT NULL;
CREATE INDEX jobs_to_prove ON jobs (deadline) WHERE assurance = 3 AND ended = 0 AND proof_id IS NULL AND answer_commit IS NOT NULL;
