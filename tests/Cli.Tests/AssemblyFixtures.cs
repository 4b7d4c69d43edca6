using OpenGradient.Support;

[assembly: AssemblyFixture(typeof(DeployedChainFixture))]
