-- When it was seen in the block that it is in: how long inclusion takes is reckoned from it.
ALTER TABLE transactions ADD COLUMN confirmed_at INTEGER;
