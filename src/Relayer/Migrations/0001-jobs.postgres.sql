-- Where the follower stands: one row for each chain.
CREATE TABLE chain_cursors (
  chain_id BIGINT NOT NULL PRIMARY KEY,
  -- The blocks from the last final one to the tip: number and hash, 40 bytes each.
  recent BYTEA NOT NULL,
  -- Why it must not go on; a person removes it.
  stop TEXT
);

-- What our contracts told and may still take back, or what is still worked on: from these rows all else is made again after a reorganisation.
CREATE TABLE chain_logs (
  block_hash BYTEA NOT NULL CHECK (octet_length(block_hash) = 32),
  log_index INTEGER NOT NULL,
  block_number BIGINT NOT NULL,
  transaction_hash BYTEA NOT NULL CHECK (octet_length(transaction_hash) = 32),
  -- The request, or the version, that it is about.
  subject BYTEA NOT NULL CHECK (octet_length(subject) = 32),
  emitter BYTEA NOT NULL CHECK (octet_length(emitter) = 20),
  topics BYTEA NOT NULL,
  data BYTEA NOT NULL,
  PRIMARY KEY (block_hash, log_index)
);

CREATE INDEX chain_logs_by_subject ON chain_logs (subject, block_number, log_index);

-- Versions of models, as the register told.
CREATE TABLE versions (
  version_id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(version_id) = 32),
  model_id BYTEA NOT NULL CHECK (octet_length(model_id) = 32),
  -- 0 while a reorganisation has taken it away.
  status INTEGER NOT NULL,
  published BYTEA NOT NULL
);

-- Requests, and our work on them.
CREATE TABLE jobs (
  request_id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(request_id) = 32),
  requester BYTEA NOT NULL CHECK (octet_length(requester) = 20),
  version_id BYTEA NOT NULL CHECK (octet_length(version_id) = 32),
  assurance INTEGER NOT NULL,
  deadline BIGINT NOT NULL,
  fee BYTEA NOT NULL CHECK (octet_length(fee) = 32),
  -- The data of the events Requested and TermsSet.
  asked BYTEA NOT NULL,
  terms BYTEA,
  -- Where the chain has it; stage 0 while a reorganisation has taken it away.
  stage INTEGER NOT NULL,
  node BYTEA NOT NULL CHECK (octet_length(node) = 20),
  until BIGINT NOT NULL,
  claims INTEGER NOT NULL,
  output_commit BYTEA NOT NULL CHECK (octet_length(output_commit) = 32),
  is_delivered BOOLEAN NOT NULL,
  -- Our answer: once it is there it never changes, since a node never signs two.
  answer_commit BYTEA CHECK (octet_length(answer_commit) = 32),
  answer BYTEA,
  compute_us BIGINT,
  backend TEXT,
  turned_away INTEGER NOT NULL DEFAULT 0,
  details TEXT,
  failed_runs INTEGER NOT NULL DEFAULT 0,
  -- Our last claim and the last batch with our answer: orders of the transaction queue.
  claim_order BIGINT,
  claim_attempt INTEGER NOT NULL DEFAULT 0,
  settlement_order BIGINT,
  settlement_attempt INTEGER NOT NULL DEFAULT 0,
  not_taken INTEGER NOT NULL DEFAULT 0,
  -- What is waited for, until when at the most, or how it ended. Without a time it sleeps until the chain tells something.
  waiting_for INTEGER NOT NULL DEFAULT 0,
  due_at BIGINT,
  ended INTEGER NOT NULL DEFAULT 0,
  -- How often the chain told something: what was decided before the last time must not put the job to rest.
  told BIGINT NOT NULL DEFAULT 0,
  lease_owner TEXT,
  lease_epoch BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  found_at BIGINT NOT NULL,
  answered_at BIGINT,
  claimed_at BIGINT,
  ready_at BIGINT,
  settled_at BIGINT,
  ended_at BIGINT,
  CHECK ((answer_commit IS NULL) = (answer IS NULL)),
  CHECK ((answer_commit IS NULL) = (answered_at IS NULL)),
  CHECK ((ended = 0) = (ended_at IS NULL)),
  CHECK (ended = 0 OR due_at IS NULL),
  CHECK ((turned_away = 0) = (details IS NULL)),
  CHECK (answer_commit IS NOT NULL OR (claim_order IS NULL AND settlement_order IS NULL))
);

CREATE INDEX jobs_due ON jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX jobs_of_claim ON jobs (claim_order) WHERE claim_order IS NOT NULL AND ended = 0;
CREATE INDEX jobs_of_settlement ON jobs (settlement_order) WHERE settlement_order IS NOT NULL AND ended = 0;
CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
