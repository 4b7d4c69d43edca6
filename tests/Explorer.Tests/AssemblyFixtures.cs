using OpenGradient.Explorer.Tests.Browser;
using OpenGradient.Explorer.Tests.Chain;

[assembly: AssemblyFixture(typeof(FilledPages))]
[assembly: AssemblyFixture(typeof(Chromium))]
