-- The versions for whose proofs requests wait, and the first deadline of each: strangers ask as often as they pay for, and each version is found by one of its rows.
CREATE INDEX jobs_waiting_for_provers ON jobs (version_id, deadline)
  WHERE assurance = 3 AND due_at IS NOT NULL AND answer_commit IS NULL AND ended = 0 AND waiting_for = 19;
