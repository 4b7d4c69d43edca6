-- What a reorganisation took back and has no time to be looked at: few, and looked for each time that rows are forgotten, among all that are kept.
CREATE INDEX jobs_taken_back ON jobs (deadline) WHERE stage = 0 AND ended = 0 AND due_at IS NULL;
