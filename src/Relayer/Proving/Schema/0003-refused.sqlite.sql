-- Why a prover does not prove a version, however long one waits: said of none, the relayer would answer, claim, and lose a bond for want of a proof, each time.
ALTER TABLE announced_versions ADD COLUMN refusal TEXT CHECK (length(refusal) <= 500);
