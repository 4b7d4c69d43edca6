-- Processes that work on this database, and when each last said so. Whoever is silent has lost its leases.
CREATE TABLE instances (
  owner TEXT NOT NULL PRIMARY KEY,
  address TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
);

-- The last price that was told: of the token's smallest unit, how many the chain's coin is worth.
CREATE TABLE token_prices (
  source TEXT NOT NULL PRIMARY KEY,
  tokens_per_coin BYTEA NOT NULL CHECK (octet_length(tokens_per_coin) = 32),
  told_at BIGINT NOT NULL
);

-- The hours in whose end something that we earned becomes final, and the order that collects it.
CREATE TABLE earnings (
  payee BYTEA NOT NULL CHECK (octet_length(payee) = 20),
  hour_end BIGINT NOT NULL,
  order_id BIGINT,
  attempts INTEGER NOT NULL DEFAULT 0,
  collected_at BIGINT,
  PRIMARY KEY (payee, hour_end),
  CHECK ((order_id IS NULL) = (attempts = 0))
);

CREATE INDEX earnings_waiting ON earnings (payee, hour_end) WHERE collected_at IS NULL;

-- What each version brought and cost on a day. The version of zeros is what belongs to none.
CREATE TABLE profit_days (
  day BIGINT NOT NULL,
  version_id BYTEA NOT NULL CHECK (octet_length(version_id) = 32),
  answers BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  fees BYTEA NOT NULL CHECK (octet_length(fees) = 32),
  gas_wei BYTEA NOT NULL CHECK (octet_length(gas_wei) = 32),
  gas_tokens BYTEA NOT NULL CHECK (octet_length(gas_tokens) = 32),
  compute_us BIGINT NOT NULL,
  PRIMARY KEY (day, version_id)
);

-- Up to when the books are kept, and what is in them already: nothing is counted twice, and nothing leaves the database uncounted.
CREATE TABLE book_marks (
  name TEXT NOT NULL PRIMARY KEY,
  kept_until BIGINT NOT NULL
);

CREATE TABLE booked_jobs (
  request_id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(request_id) = 32)
);

CREATE TABLE booked_transactions (
  id BIGINT NOT NULL PRIMARY KEY
);

INSERT INTO book_marks (name, kept_until) VALUES ('jobs', 0), ('transactions', 0);

CREATE INDEX jobs_of_any_claim ON jobs (claim_order) WHERE claim_order IS NOT NULL;
CREATE INDEX jobs_of_any_settlement ON jobs (settlement_order) WHERE settlement_order IS NOT NULL;
CREATE INDEX jobs_answered ON jobs (until) WHERE ended IN (1, 2);
CREATE INDEX jobs_after_claim ON jobs ((COALESCE(settled_at, ended_at))) WHERE claim_order IS NOT NULL AND COALESCE(settled_at, ended_at) IS NOT NULL;
CREATE INDEX transactions_over ON transactions (changed_at) WHERE state IN (5, 6, 7);
