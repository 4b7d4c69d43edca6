-- The next nonce of each key: it moves on only when what stands before it was taken by a node.
CREATE TABLE sending_keys (
  chain BIGINT NOT NULL,
  sender BYTEA NOT NULL CHECK (length(sender) = 20),
  next_nonce BIGINT NOT NULL CHECK (next_nonce >= 0),
  PRIMARY KEY (chain, sender)
);

-- One order, and how far it has come. States: 1 unstarted, 2 in progress, 3 unconfirmed, 4 confirmed, 5 finalized, 6 fatal, 7 cancelled.
CREATE TABLE transactions (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chain BIGINT NOT NULL,
  sender BYTEA NOT NULL CHECK (length(sender) = 20),
  purpose TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  recipient BYTEA CHECK (length(recipient) = 20),
  data BYTEA NOT NULL,
  value BYTEA NOT NULL CHECK (length(value) = 32),
  gas_limit BIGINT CHECK (gas_limit > 0),
  deadline BIGINT,
  state SMALLINT NOT NULL,
  -- Its place in the group that is in progress.
  place SMALLINT CHECK (place BETWEEN 0 AND 255),
  nonce BIGINT CHECK (nonce >= 0),
  -- Why it was given up: an empty transaction then takes its nonce, and whichever of the two is mined decides.
  fault TEXT,
  -- What was mined: the attempt, and whether it was the empty one.
  hash BYTEA CHECK (length(hash) = 32),
  is_empty BOOLEAN,
  block_number BIGINT,
  block_hash BYTEA CHECK (length(block_hash) = 32),
  succeeded BOOLEAN,
  gas_used BIGINT,
  cost BYTEA CHECK (length(cost) = 32),
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  -- Whether its owner has seen this state.
  is_told BOOLEAN NOT NULL,
  UNIQUE (chain, purpose, idempotency_key),
  UNIQUE (chain, sender, nonce),
  CONSTRAINT state_has_its_columns CHECK (
    CASE state
      WHEN 1 THEN nonce IS NULL AND place IS NULL AND fault IS NULL AND block_hash IS NULL
      WHEN 2 THEN nonce IS NOT NULL AND place IS NOT NULL AND gas_limit IS NOT NULL AND block_hash IS NULL
      WHEN 3 THEN nonce IS NOT NULL AND place IS NULL AND gas_limit IS NOT NULL AND block_hash IS NULL
      WHEN 4 THEN nonce IS NOT NULL AND place IS NULL AND block_hash IS NOT NULL
      WHEN 5 THEN nonce IS NOT NULL AND place IS NULL AND block_hash IS NOT NULL AND NOT is_empty
      WHEN 6 THEN fault IS NOT NULL AND place IS NULL AND (nonce IS NULL) = (block_hash IS NULL)
      WHEN 7 THEN fault IS NOT NULL AND place IS NULL AND nonce IS NULL AND block_hash IS NULL
      ELSE FALSE
    END),
  CONSTRAINT mined_is_whole CHECK (
    (block_hash IS NULL) = (block_number IS NULL) AND (block_hash IS NULL) = (hash IS NULL) AND (block_hash IS NULL) = (is_empty IS NULL)
    AND (block_hash IS NULL) = (succeeded IS NULL) AND (block_hash IS NULL) = (gas_used IS NULL))
);

-- At most one group is in progress for a key: it has a first place, and every other one once.
CREATE UNIQUE INDEX transactions_in_progress ON transactions (chain, sender, place) WHERE state = 2;
CREATE INDEX transactions_waiting ON transactions (chain, sender, deadline, id) WHERE state = 1;
CREATE INDEX transactions_flying ON transactions (chain, sender, state, nonce) WHERE state IN (2, 3);
CREATE INDEX transactions_confirmed ON transactions (chain, sender, block_number) WHERE state = 4;
CREATE INDEX transactions_untold ON transactions (chain, purpose, id) WHERE NOT is_told;

-- What was signed for an order, before it was sent. An attempt is never changed.
CREATE TABLE transaction_attempts (
  transaction_id BIGINT NOT NULL REFERENCES transactions (id),
  number BIGINT NOT NULL CHECK (number > 0),
  hash BYTEA NOT NULL CHECK (length(hash) = 32),
  encoding BYTEA NOT NULL,
  is_empty BOOLEAN NOT NULL,
  max_fee BYTEA NOT NULL CHECK (length(max_fee) = 32),
  tip BYTEA NOT NULL CHECK (length(tip) = 32),
  -- The head when it was made.
  head BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (transaction_id, number),
  UNIQUE (hash)
);
