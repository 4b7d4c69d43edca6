-- What a verifier has to do about a request: review its answer, challenge it, sit on its committee, defend our own answer, or seal in a quorum.
CREATE TABLE duties (
  request_id BYTEA NOT NULL CHECK (octet_length(request_id) = 32),
  kind INTEGER NOT NULL,
  -- Chain time, as far as it was known when the duty arose: the earliest goes first.
  deadline BIGINT NOT NULL,
  -- What we say the answer is: once it is there it never changes, since what is sealed must be what is revealed.
  answer_commit BYTEA CHECK (octet_length(answer_commit) = 32),
  answer BYTEA,
  -- What hides it until it is revealed, and what was sealed with it.
  salt BYTEA CHECK (octet_length(salt) = 32),
  seal BYTEA CHECK (octet_length(seal) = 32),
  -- What a challenge puts at risk, in the token's smallest unit.
  stake BYTEA CHECK (octet_length(stake) = 32),
  -- The last transaction that was ordered: what for, which order, and how many for that.
  sent INTEGER NOT NULL DEFAULT 0,
  sent_order BIGINT,
  sent_attempt INTEGER NOT NULL DEFAULT 0,
  failed_runs INTEGER NOT NULL DEFAULT 0,
  waiting_for INTEGER NOT NULL DEFAULT 0,
  due_at BIGINT,
  ended INTEGER NOT NULL DEFAULT 0,
  told BIGINT NOT NULL DEFAULT 0,
  lease_owner TEXT,
  lease_epoch BIGINT NOT NULL DEFAULT 0,
  lease_until BIGINT NOT NULL DEFAULT 0,
  found_at BIGINT NOT NULL,
  ended_at BIGINT,
  PRIMARY KEY (request_id, kind),
  CHECK ((answer_commit IS NULL) = (answer IS NULL)),
  CHECK (salt IS NULL OR answer_commit IS NOT NULL),
  CHECK ((salt IS NULL) = (seal IS NULL)),
  CHECK ((sent = 0) = (sent_order IS NULL)),
  CHECK ((ended = 0) = (ended_at IS NULL)),
  CHECK (ended = 0 OR due_at IS NULL)
);

CREATE INDEX duties_due ON duties (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX duties_of_seal ON duties (seal) WHERE seal IS NOT NULL;
CREATE INDEX duties_of_order ON duties (sent_order) WHERE sent_order IS NOT NULL AND ended = 0;
CREATE INDEX duties_ended ON duties (ended_at) WHERE ended_at IS NOT NULL;

-- What we found about answers of others, and why.
CREATE TABLE reviews (
  request_id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(request_id) = 32),
  version_id BYTEA NOT NULL CHECK (octet_length(version_id) = 32),
  node BYTEA NOT NULL CHECK (octet_length(node) = 20),
  output_commit BYTEA NOT NULL CHECK (octet_length(output_commit) = 32),
  -- What we found instead; null where we found nothing.
  own_commit BYTEA CHECK (octet_length(own_commit) = 32),
  verdict INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  details TEXT NOT NULL,
  runs INTEGER NOT NULL,
  compute_us BIGINT NOT NULL,
  reviewed_at BIGINT NOT NULL
);

CREATE INDEX reviews_by_time ON reviews (reviewed_at);

-- By which of all answers some are chosen to be reviewed: the same for all replicas, and known to nobody else.
CREATE TABLE sampling_secrets (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  secret BYTEA NOT NULL CHECK (octet_length(secret) = 32)
);
