using Steward.Browser.Tests;

[assembly: AssemblyFixture(typeof(Site))]
