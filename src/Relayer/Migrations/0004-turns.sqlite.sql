-- What is to be run, requester by requester and by deadline; and what is answered, which comes before it.
CREATE INDEX jobs_to_run ON jobs (requester, deadline, due_at, lease_until) WHERE due_at IS NOT NULL AND answer_commit IS NULL;
CREATE INDEX jobs_to_finish ON jobs (due_at) WHERE due_at IS NOT NULL AND answer_commit IS NOT NULL;
