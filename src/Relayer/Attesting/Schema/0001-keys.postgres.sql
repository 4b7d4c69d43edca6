-- Keys that this node had attested, with the evidence as it was shown. Their secrets are in the process that made them, and nowhere else.
CREATE TABLE attested_keys (
  signer BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(signer) = 20),
  key_epoch BIGINT NOT NULL,
  kind TEXT NOT NULL,
  evidence_hash BYTEA NOT NULL CHECK (octet_length(evidence_hash) = 32),
  -- The claim as attesters were sent it: evidence, collateral, and what they are bound to.
  claim BYTEA NOT NULL,
  -- The transaction that registers it.
  order_id BIGINT NOT NULL,
  ordered_at BIGINT NOT NULL,
  -- The last block up to which it is known whether anything was revoked.
  checked_block BIGINT NOT NULL,
  refresh_order BIGINT
);

CREATE INDEX attested_keys_by_epoch ON attested_keys (key_epoch);
CREATE INDEX attested_keys_by_evidence ON attested_keys (evidence_hash);
