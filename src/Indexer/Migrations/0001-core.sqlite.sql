-- The one chain that this database is about.
CREATE TABLE index_chain (
  chain_id INTEGER NOT NULL PRIMARY KEY
) STRICT;

-- Where each follower stands: the one at the head, and one for each family that is being filled in beside it.
CREATE TABLE index_lanes (
  name TEXT NOT NULL PRIMARY KEY,
  -- The blocks from the last final one to the tip: number and hash, 40 bytes each.
  recent BLOB NOT NULL,
  -- Why it must not go on; a person removes it.
  stop TEXT
) STRICT;

-- What is indexed.
CREATE TABLE index_families (
  name TEXT NOT NULL PRIMARY KEY,
  -- Over all that decides which rows there are.
  fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
  first_block INTEGER NOT NULL,
  -- The last block that is still to be filled in beside the head; nothing when the family is whole.
  gap_last INTEGER,
  -- 1 once the secondary indexes are made.
  is_indexed INTEGER NOT NULL,
  -- The tables, to be dropped with the family.
  tables TEXT NOT NULL
) STRICT;

-- The views, each with the hash of its text: one that has not changed is left alone, and so are the rights to it.
CREATE TABLE index_views (
  name TEXT NOT NULL PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- For each family and each block with rows of it: how many, their digest, and the hash of everything up to here.
CREATE TABLE index_digests (
  family TEXT NOT NULL,
  block_number INTEGER NOT NULL,
  block_hash BLOB NOT NULL CHECK (length(block_hash) = 32),
  block_time INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  -- Nothing while blocks below are still to be filled in.
  state BLOB CHECK (length(state) = 32),
  PRIMARY KEY (family, block_number)
) STRICT;

-- What the chain took back, and when we saw it.
CREATE TABLE index_reorgs (
  id INTEGER NOT NULL PRIMARY KEY,
  -- Milliseconds since 1970, by our clock.
  orphaned_at INTEGER NOT NULL,
  ancestor_number INTEGER NOT NULL,
  ancestor_hash BLOB NOT NULL,
  old_tip_number INTEGER NOT NULL,
  old_tip_hash BLOB NOT NULL,
  new_tip_number INTEGER NOT NULL,
  new_tip_hash BLOB NOT NULL,
  -- Who said so.
  endpoints TEXT NOT NULL
) STRICT;

-- The digests of replaced blocks: which block an orphaned row was of.
CREATE TABLE orphaned_digests (
  reorg_id INTEGER NOT NULL,
  family TEXT NOT NULL,
  block_number INTEGER NOT NULL,
  block_hash BLOB NOT NULL,
  block_time INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  digest BLOB NOT NULL,
  PRIMARY KEY (reorg_id, family, block_number)
) STRICT;
