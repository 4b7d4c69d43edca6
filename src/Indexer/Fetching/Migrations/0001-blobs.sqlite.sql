-- Blobs that rows name by their hash, and what came of fetching them. Nothing here hangs on a row: one that the chain takes back leaves it as it is.
CREATE TABLE index_blobs (
  hash BLOB NOT NULL PRIMARY KEY,
  -- What rows say that it is, added up: 1 a model's description, 2 a key's evidence.
  kinds INTEGER NOT NULL,
  -- waiting, held, evicted or given_up.
  state TEXT NOT NULL,
  found_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  -- When it is tried again; milliseconds since 1970, as all times here.
  next_at INTEGER NOT NULL,
  fetched_at INTEGER,
  length INTEGER,
  -- Who gave it.
  source TEXT,
  -- Why nobody did, the last time.
  reason TEXT
) STRICT;

CREATE INDEX index_blobs_waiting ON index_blobs (attempts, next_at) WHERE state = 'waiting';

-- Up to which row each table was looked through for names.
CREATE TABLE index_blob_places (
  source TEXT NOT NULL PRIMARY KEY,
  fingerprint BLOB NOT NULL,
  last INTEGER NOT NULL
) STRICT;

-- Over the sources that were asked: others may have what these did not.
CREATE TABLE index_blob_sources (
  fingerprint BLOB NOT NULL PRIMARY KEY
) STRICT;

-- What descriptions of models say, by the uri under which models name them; or why one counts for nothing.
CREATE TABLE model_metadata (
  hash BLOB NOT NULL PRIMARY KEY,
  uri TEXT NOT NULL UNIQUE,
  name TEXT,
  description TEXT,
  versions TEXT,
  fault TEXT,
  read_at INTEGER NOT NULL
) STRICT;
