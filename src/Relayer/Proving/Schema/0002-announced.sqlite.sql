-- What processes that prove say of versions: whether a proof would be there in time, which a large model's is only once its cache is filled. It counts while who said it lives.
CREATE TABLE announced_versions (
  owner TEXT NOT NULL,
  version_id BLOB NOT NULL CHECK (length(version_id) = 32),
  is_in_time INTEGER NOT NULL CHECK (is_in_time IN (0, 1)),
  cache_percent INTEGER NOT NULL CHECK (cache_percent BETWEEN 0 AND 100),
  PRIMARY KEY (version_id, owner)
) STRICT;
