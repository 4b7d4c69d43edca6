-- When the block that it is in was made, and no later than it was seen there: how long inclusion takes is reckoned from it.
ALTER TABLE transactions ADD COLUMN confirmed_at BIGINT;
