// The two fields of the proofs' curve by the names that every text on it uses.
global using Fq = OpenGradient.Prover.Fields.Element<OpenGradient.Prover.Fields.BaseModulus>;
global using Fr = OpenGradient.Prover.Fields.Element<OpenGradient.Prover.Fields.ScalarModulus>;
