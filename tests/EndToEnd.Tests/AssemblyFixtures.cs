using OpenGradient.Explorer.Tests.Browser;
using OpenGradient.Support;

[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(DeployedChainFixture))]
