-- Attempts that ended with the word of every source that there is none. An outage is no such word.
ALTER TABLE index_blobs ADD COLUMN misses BIGINT NOT NULL DEFAULT 0;

-- What was given up while an outage counted for as much gets its attempts anew.
UPDATE index_blobs SET state = 'waiting', attempts = 0, next_at = found_at WHERE state = 'given_up';

-- Of what is named as a description and may be another file, strangers are told no more than that it counts for nothing.
UPDATE index_blobs SET reason = NULL WHERE kinds = 1;
UPDATE model_metadata SET fault = 'It is not of the form that is asked for.' WHERE fault IS NOT NULL;

-- By whose turn it is, and then by time: what is due is found without passing by what is not.
DROP INDEX index_blobs_waiting;
CREATE INDEX index_blobs_fresh ON index_blobs (kinds, next_at) WHERE next_at > 0 AND state <> 'given_up' AND attempts = 0;
CREATE INDEX index_blobs_tried ON index_blobs (kinds, next_at) WHERE next_at > 0 AND state <> 'given_up' AND attempts > 0;
CREATE INDEX index_blobs_state ON index_blobs (state);

-- How often something changed on which answers rest, so that nobody has to count for each answer.
CREATE TABLE index_blob_changes (
  what TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  count BIGINT NOT NULL
);

INSERT INTO index_blob_changes (what, count) SELECT 'metadata', COUNT(*) + 1 FROM model_metadata;
