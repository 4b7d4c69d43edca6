// By the names that every text on the curve uses.
global using Fq = OpenGradient.Prover.Fields.Element<OpenGradient.Prover.Fields.BaseModulus>;
global using Fr = OpenGradient.Prover.Fields.Element<OpenGradient.Prover.Fields.ScalarModulus>;
