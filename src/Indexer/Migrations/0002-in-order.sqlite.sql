-- 1 where what is made of a block depends on the ones before it: while such a family is filled in, the head waits with it, so that all above is missing, too.
ALTER TABLE index_families ADD COLUMN is_in_order INTEGER NOT NULL DEFAULT 0;
