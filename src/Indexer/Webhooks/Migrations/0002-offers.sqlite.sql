-- The furthest row that was ever sent: it may have been taken though nobody said so.
ALTER TABLE webhook_places ADD COLUMN offered INTEGER NOT NULL DEFAULT 0;
-- Grows with each change: who read an older one changes nothing.
ALTER TABLE webhook_places ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
-- From where on something was put aside that the receiver has not been told of yet.
ALTER TABLE webhook_places ADD COLUMN missed_from TEXT;
