-- What the transactions that settled requests took, by a node's word; of final blocks alone, so that nothing here is ever taken back.
CREATE TABLE index_gas (
  transaction_hash BLOB NOT NULL PRIMARY KEY CHECK (length(transaction_hash) = 32),
  block_number INTEGER NOT NULL,
  -- How many settlements share it.
  settlements INTEGER NOT NULL,
  gas_used INTEGER NOT NULL,
  -- What the sender paid in wei, 32 bytes; nothing where the node does not tell the price.
  cost BLOB CHECK (length(cost) = 32)
) STRICT, WITHOUT ROWID;

-- Up to which settlement the node was asked. Over what the family is: when that changes it is asked anew.
CREATE TABLE index_gas_places (
  fingerprint BLOB NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32),
  last INTEGER NOT NULL
) STRICT;
