-- Blobs that rows name by their hash, and what came of fetching them. Nothing here hangs on a row: one that the chain takes back leaves it as it is.
CREATE TABLE index_blobs (
  hash BYTEA NOT NULL PRIMARY KEY,
  -- What rows say that it is, added up: 1 a model's description, 2 a key's evidence.
  kinds BIGINT NOT NULL,
  -- waiting, held, evicted or given_up.
  state TEXT COLLATE "C" NOT NULL,
  found_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  -- When it is tried again; milliseconds since 1970, as all times here.
  next_at BIGINT NOT NULL,
  fetched_at BIGINT,
  length BIGINT,
  -- Who gave it.
  source TEXT COLLATE "C",
  -- Why nobody did, the last time.
  reason TEXT COLLATE "C"
);

CREATE INDEX index_blobs_waiting ON index_blobs (attempts, next_at) WHERE state = 'waiting';

-- Up to which row each table was looked through for names.
CREATE TABLE index_blob_places (
  source TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  fingerprint BYTEA NOT NULL,
  last BIGINT NOT NULL
);

-- Over the sources that were asked: others may have what these did not.
CREATE TABLE index_blob_sources (
  fingerprint BYTEA NOT NULL PRIMARY KEY
);

-- What descriptions of models say, by the uri under which models name them; or why one counts for nothing.
CREATE TABLE model_metadata (
  hash BYTEA NOT NULL PRIMARY KEY,
  uri TEXT COLLATE "C" NOT NULL UNIQUE,
  name TEXT COLLATE "C",
  description TEXT COLLATE "C",
  versions TEXT COLLATE "C",
  fault TEXT COLLATE "C",
  read_at BIGINT NOT NULL
);
