using System.CommandLine;
using System.Globalization;
using Steward.Platform.Administration;
using Steward.Platform.Sealing;
using Steward.Platform.Sealing.Rotation;
using Steward.Platform.Tenancy;

namespace Steward.Host.Commands;

/// <summary><c>steward rotate ...</c></summary>
internal static class RotateCommand
{
    public static Command Make(Terminal terminal) => new("rotate", "Change the master key and the tenants' data keys while traffic flows.") { Master(terminal), Data(terminal), Status(terminal) };

    private static Command Master(Terminal terminal) => terminal.Runs(
        new Command("master", "Wrap all keys by the first of the given master keys, once every running node was given it."),
        async (_, services, ct) =>
        {
            try
            {
                var done = await services.GetRequiredService<IKeyRotations>().RotateMasterKeyAsync(ct);
                var unused = done.Unused.Count == 0 ? "" : $"{Environment.NewLine}Nothing is wrapped any more by {Named(done.Unused)}: leave it out of the setting, and keep it as long as backups need it.";
                return new Answer($"Master key {done.Number} (fingerprint {done.Fingerprint}) is the current one; {done.Wrapped} keys were wrapped by it.{unused}", done);
            }
            catch (KeyRotationException refused)
            {
                throw new RefusedException("rotate.nodes", refused.Message);
            }
        });

    private static Command Data(Terminal terminal)
    {
        var tenant = Asked.Optional("--tenant", "The tenant's id, or its name when no other has it.");
        var all = new Option<bool>("--all") { Description = "Every tenant." };
        var command = new Command("data", "Give tenants a new data key. The running nodes seal again what the old one sealed; 'rotate status' says how far they are.") { tenant, all };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(all) == (parsed.GetValue(tenant) is not null))
            {
                parsed.AddError("Name one tenant by --tenant, or all of them by --all.");
            }
        });
        return terminal.Runs(command, async (asked, services, ct) =>
        {
            var rotations = new List<Progress>();
            foreach (var of in await TenantsAsync(services, asked.GetValue(tenant), ct))
            {
                try
                {
                    rotations.Add(new Progress(of.Name, await services.GetRequiredService<IKeyRotations>().RotateDataKeyAsync(of.Id, ct)));
                }
                catch (UnknownTenantException) when (asked.GetValue(all))
                {
                    // Erased since the list was read.
                }
            }

            return Table(rotations);
        });
    }

    private static Command Status(Terminal terminal)
    {
        var tenant = Asked.Optional("--tenant", "Only this tenant: its id, or its name when no other has it.");
        return terminal.Runs(new Command("status", "Show the master keys and how far the changes of data keys are.") { tenant }, async (asked, services, ct) =>
        {
            var keys = services.GetRequiredService<IKeyRotations>();
            var rotations = new List<Progress>();
            foreach (var of in await TenantsAsync(services, asked.GetValue(tenant), ct))
            {
                if (await keys.FindAsync(of.Id, ct) is { } rotation)
                {
                    rotations.Add(new Progress(of.Name, rotation));
                }
            }

            var known = await keys.MasterKeysAsync(ct);
            var masters = Answer.Table(
                known, "",
                ("MASTER", key => key.Number.ToString(CultureInfo.InvariantCulture)), ("FINGERPRINT", key => key.Fingerprint), ("USE", key => key.IsCurrent ? "current" : key.Keys > 0 ? "wraps keys" : "none"),
                ("GIVEN", key => key.Given ? "yes" : "no"), ("KEYS", key => key.Keys.ToString(CultureInfo.InvariantCulture)));
            var data = Table(rotations);
            return new Answer($"{masters.Text}{Environment.NewLine}{Environment.NewLine}{data.Text}", new { masterKeys = known, dataKeys = data.Value });
        });
    }

    private static async Task<IReadOnlyList<Tenant>> TenantsAsync(IServiceProvider services, string? one, CancellationToken ct) =>
        one is null ? await services.GetRequiredService<ITenantAdministration>().ListAsync(null, ct) : [await services.TenantAsync(one, ct)];

    private static Answer Table(IReadOnlyList<Progress> rotations) => Answer.Table(
        rotations, "No tenant's data key was changed yet.",
        ("TENANT", one => one.Rotation.Tenant.ToString()), ("KEY", one => one.Rotation.Number.ToString(CultureInfo.InvariantCulture)), ("STATE", one => one.Rotation.State),
        ("PASS", one => one.Rotation.Pass.ToString(CultureInfo.InvariantCulture)), ("STORE", one => one.Rotation.Store ?? "-"),
        ("ROWS", one => one.Rotation.Rows.ToString(CultureInfo.InvariantCulture)), ("BROKEN", one => one.Rotation.Broken.ToString(CultureInfo.InvariantCulture)), ("NAME", one => one.Name)) with
    {
        Value = rotations.Select(static one => new
        {
            tenantId = one.Rotation.Tenant.Value,
            one.Name,
            one.Rotation.Number,
            one.Rotation.State,
            one.Rotation.Pass,
            one.Rotation.Store,
            one.Rotation.Rows,
            one.Rotation.Broken,
            one.Rotation.StartedAt,
            one.Rotation.FinishedAt,
        }),
    };

    private static string Named(IReadOnlyList<int> numbers) => (numbers.Count == 1 ? "master key " : "master keys ") + string.Join(", ", numbers);

    private sealed record Progress(string Name, DataKeyRotation Rotation);
}
