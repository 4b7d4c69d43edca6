using OpenGradient.Support.Databases;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
