-- What is asked to be proven and has no answer yet, the newest of it: what a proof may wait for, and whom a prover gets ready for.
CREATE INDEX jobs_asked_to_prove ON jobs (found_at) WHERE assurance = 3 AND due_at IS NOT NULL AND answer_commit IS NULL;
