-- The one chain that this database is about.
CREATE TABLE index_chain (
  chain_id BIGINT NOT NULL PRIMARY KEY
);

-- Where each follower stands: the one at the head, and one for each family that is being filled in beside it.
CREATE TABLE index_lanes (
  name TEXT NOT NULL PRIMARY KEY,
  -- The blocks from the last final one to the tip: number and hash, 40 bytes each.
  recent BYTEA NOT NULL,
  -- Why it must not go on; a person removes it.
  stop TEXT
);

-- What is indexed.
CREATE TABLE index_families (
  name TEXT NOT NULL PRIMARY KEY,
  -- Over all that decides which rows there are.
  fingerprint BYTEA NOT NULL CHECK (octet_length(fingerprint) = 32),
  first_block BIGINT NOT NULL,
  -- The last block that is still to be filled in beside the head; nothing when the family is whole.
  gap_last BIGINT,
  -- 1 once the secondary indexes are made.
  is_indexed BOOLEAN NOT NULL,
  -- The tables, to be dropped with the family.
  tables TEXT NOT NULL
);

-- The views, each with the hash of its text: one that has not changed is left alone, and so are the rights to it.
CREATE TABLE index_views (
  name TEXT NOT NULL PRIMARY KEY,
  hash BYTEA NOT NULL CHECK (octet_length(hash) = 32)
);

-- For each family and each block with rows of it: how many, their digest, and the hash of everything up to here.
CREATE TABLE index_digests (
  family TEXT NOT NULL,
  block_number BIGINT NOT NULL,
  block_hash BYTEA NOT NULL CHECK (octet_length(block_hash) = 32),
  block_time BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  digest BYTEA NOT NULL CHECK (octet_length(digest) = 32),
  -- Nothing while blocks below are still to be filled in.
  state BYTEA CHECK (octet_length(state) = 32),
  PRIMARY KEY (family, block_number)
);

-- What the chain took back, and when we saw it.
CREATE TABLE index_reorgs (
  id BIGINT NOT NULL PRIMARY KEY,
  -- Milliseconds since 1970, by our clock.
  orphaned_at BIGINT NOT NULL,
  ancestor_number BIGINT NOT NULL,
  ancestor_hash BYTEA NOT NULL,
  old_tip_number BIGINT NOT NULL,
  old_tip_hash BYTEA NOT NULL,
  new_tip_number BIGINT NOT NULL,
  new_tip_hash BYTEA NOT NULL,
  -- Who said so.
  endpoints TEXT NOT NULL
);

-- The digests of replaced blocks: which block an orphaned row was of.
CREATE TABLE orphaned_digests (
  reorg_id BIGINT NOT NULL,
  family TEXT NOT NULL,
  block_number BIGINT NOT NULL,
  block_hash BYTEA NOT NULL,
  block_time BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  PRIMARY KEY (reorg_id, family, block_number)
);

-- Amounts are 32 bytes, which compare and sort as the numbers do. These add them, show them, and make inexact numbers of them; the SQL
-- console has the same on SQLite.
CREATE FUNCTION og_number(amount BYTEA) RETURNS NUMERIC LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  number NUMERIC := 0;
BEGIN
  IF length(amount) <> 32 THEN
    RETURN NULL;
  END IF;
  FOR i IN 0..31 LOOP
    number := number * 256 + get_byte(amount, i);
  END LOOP;
  RETURN number;
END
$$;

CREATE FUNCTION og_amount(number NUMERIC) RETURNS BYTEA LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  amount BYTEA := decode(repeat('00', 32), 'hex');
  rest NUMERIC := number;
BEGIN
  FOR i IN REVERSE 31..0 LOOP
    amount := set_byte(amount, i, mod(rest, 256)::INTEGER);
    rest := div(rest, 256);
  END LOOP;
  IF rest <> 0 THEN
    RAISE EXCEPTION 'The sum is no amount: it is 2^256 or more.' USING ERRCODE = 'numeric_value_out_of_range';
  END IF;
  RETURN amount;
END
$$;

CREATE FUNCTION og_text(amount BYTEA) RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT og_number(amount)::TEXT
$$;

CREATE FUNCTION og_real(amount BYTEA) RETURNS DOUBLE PRECISION LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT og_number(amount)::DOUBLE PRECISION
$$;

CREATE FUNCTION og_added(total NUMERIC, amount BYTEA) RETURNS NUMERIC LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT total + COALESCE(og_number(amount), 0)
$$;

CREATE FUNCTION og_larger(a BYTEA, b BYTEA) RETURNS BYTEA LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN a >= b THEN a ELSE b END
$$;

CREATE FUNCTION og_smaller(a BYTEA, b BYTEA) RETURNS BYTEA LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE WHEN a <= b THEN a ELSE b END
$$;

CREATE AGGREGATE og_sum(BYTEA) (SFUNC = og_added, STYPE = NUMERIC, INITCOND = '0', FINALFUNC = og_amount);
CREATE AGGREGATE og_max(BYTEA) (SFUNC = og_larger, STYPE = BYTEA);
CREATE AGGREGATE og_min(BYTEA) (SFUNC = og_smaller, STYPE = BYTEA);
