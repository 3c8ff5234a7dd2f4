using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Steward.Assistants;
using Steward.Assistants.Configuration;
using Steward.Conversations;
using Steward.Knowledge.Articles;
using Steward.Knowledge.Sources;
using Steward.Platform.Tenancy;

namespace Steward.Packs;

/// <summary>Installs packs into tenants.</summary>
public sealed class PackInstaller(IAssistants assistants, IChannelDirectory channels, IKnowledgeSources knowledge)
{
    /// <summary>
    /// Gives a tenant what the pack holds and waits until its knowledge answers. The assistant comes last: a tenant that has one was
    /// installed before and is left as it is, so an install that was cut off goes on at the next call.
    /// </summary>
    public async Task InstallAsync(TenantId tenant, Pack pack, CancellationToken ct)
    {
        if ((await assistants.IdsAsync(tenant, ct)).Count > 0)
        {
            return;
        }

        var existing = await channels.ListAsync(tenant, ct);
        foreach (var channel in pack.Channels.Where(wanted => existing.All(have => have.Kind != wanted.Kind || have.Name != wanted.Name)))
        {
            var settings = channel.Settings is null ? null : JsonSerializer.Serialize(channel.Settings);
            await channels.CreateAsync(tenant, new NewChannel(channel.Kind, channel.Name, SettingsJson: settings), ct);
        }

        var sources = new List<Guid>();
        foreach (var item in pack.Knowledge)
        {
            sources.Add(await AddAsync(tenant, pack, item, ct));
        }

        foreach (var source in sources)
        {
            var view = await knowledge.WaitReadyAsync(tenant, source, ct);
            if (view is { State: SourceState.Failed })
            {
                throw new PackException($"The pack's source {view.Title} could not be read: {string.Join(' ', view.Errors.Select(error => error.Detail))}");
            }
        }

        await assistants.CreateAsync(tenant, Settings(pack.Assistant), ct);
    }

    private async Task<Guid> AddAsync(TenantId tenant, Pack pack, PackKnowledge item, CancellationToken ct)
    {
        var path = Path.GetFullPath(Path.Combine(pack.Directory, item.File));
        if (!path.StartsWith(Path.GetFullPath(pack.Directory), StringComparison.Ordinal) || !File.Exists(path))
        {
            throw new PackException($"The pack {pack.Name} names {item.File}, which is not in its folder.");
        }

        if (!Enum.TryParse<ArticleKind>(item.Kind, ignoreCase: true, out var kind))
        {
            throw new PackException($"The pack {pack.Name} names the kind {item.Kind}, which does not exist.");
        }

        await using var content = File.OpenRead(path);
        return await knowledge.AddFileAsync(tenant, Path.GetFileName(path), content, item.Title, kind, ct: ct);
    }

    private static AssistantSettings Settings(PackAssistant pack)
    {
        var defaults = new AssistantSettings();
        return defaults with
        {
            Name = pack.Name ?? defaults.Name,
            Tone = Enum.TryParse<Tone>(pack.Tone, ignoreCase: true, out var tone) ? tone : defaults.Tone,
            Greeting = pack.Greeting ?? defaults.Greeting,
            Suggestions = pack.Suggestions,
            Instructions = pack.Instructions?.Trim() ?? defaults.Instructions,
        };
    }
}

/// <summary>The door of the packs.</summary>
public static class PacksServices
{
    /// <summary>Registers the installer.</summary>
    public static IServiceCollection AddPacks(this IServiceCollection services) => services.AddSingleton<PackInstaller>();
}
