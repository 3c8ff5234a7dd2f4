using Steward.Api.Tests;

[assembly: AssemblyFixture(typeof(ApiHost))]
