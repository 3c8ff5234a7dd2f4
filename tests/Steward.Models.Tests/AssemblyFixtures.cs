[assembly: AssemblyFixture(typeof(Steward.Testing.PostgresServer))]
