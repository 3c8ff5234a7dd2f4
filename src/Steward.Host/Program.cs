using Steward.Host;

await using var steward = await StewardApp.BuildAsync(args);
await steward.Web.RunAsync();
