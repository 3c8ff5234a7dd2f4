using Steward.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
