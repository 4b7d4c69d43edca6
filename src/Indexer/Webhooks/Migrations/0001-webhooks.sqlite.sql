-- How far each webhook has been told.
CREATE TABLE webhook_places (
  name TEXT NOT NULL PRIMARY KEY,
  -- Over what it wants: when that changes it begins anew.
  fingerprint TEXT NOT NULL,
  last INTEGER NOT NULL,
  reorg INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  -- Milliseconds since 1970.
  next_at INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  fault TEXT
) STRICT;

-- What was tried often enough: the rows between two places.
CREATE TABLE webhook_letters (
  name TEXT NOT NULL,
  died_at INTEGER NOT NULL,
  from_place TEXT NOT NULL,
  to_place TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  fault TEXT NOT NULL,
  PRIMARY KEY (name, from_place)
) STRICT;
