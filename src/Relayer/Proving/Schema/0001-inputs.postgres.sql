-- Inputs that did not come with their requests, as they were run, until the requests are over: whoever asked may serve them once, and a claim that nobody can prove loses its bond.
CREATE TABLE proof_inputs (
  request_id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(request_id) = 32),
  input BYTEA NOT NULL
);
