-- What the transactions that settled requests took, by a node's word; of final blocks alone, so that nothing here is ever taken back.
CREATE TABLE index_gas (
  transaction_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(transaction_hash) = 32),
  block_number BIGINT NOT NULL,
  -- How many settlements share it.
  settlements BIGINT NOT NULL,
  gas_used BIGINT NOT NULL,
  -- What the sender paid in wei, 32 bytes; nothing where the node does not tell the price.
  cost BYTEA CHECK (length(cost) = 32)
);

-- Up to which settlement the node was asked. Over what the family is: when that changes it is asked anew.
CREATE TABLE index_gas_places (
  fingerprint BYTEA NOT NULL PRIMARY KEY CHECK (length(fingerprint) = 32),
  last BIGINT NOT NULL
);
