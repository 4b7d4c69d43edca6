// By the name that every text on the curve uses.
global using Fr = OpenGradient.Prover.Fields.Element<OpenGradient.Prover.Fields.ScalarModulus>;
