using Steward.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

// Each test owns the machine: two storms at once would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
