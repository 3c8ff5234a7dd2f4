using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Steward.Conversations;
using Steward.Platform.Problems;

namespace Steward.Channels.Widget;

/// <summary>Where the built browser programs lie.</summary>
/// <param name="Directory">A directory with <c>loader.js</c>, <c>frame.html</c> and <c>assets/</c>.</param>
public sealed record WidgetBundle(string Directory);

/// <summary>Serves the loader, the frame and its assets, each with the headers it needs.</summary>
internal static class WidgetFiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static async Task<Results<ContentHttpResult, ProblemHttpResult>> FrameAsync(
        string key, HttpContext http, WidgetBundle bundle, IChannelDirectory channels, IAssistantProfiles profiles, CancellationToken ct)
    {
        if (await channels.FindByPublicKeyAsync(key, ct) is not { Channel: { Kind: "widget", Enabled: true } channel } found)
        {
            return Problem.Of(StatusCodes.Status404NotFound, "widget.unknown_key", "No widget has this key. Copy the embed line again.");
        }

        var page = Path.Combine(bundle.Directory, "frame.html");
        if (!File.Exists(page))
        {
            return NotBuilt();
        }

        var settings = WidgetSettings.Parse(channel.SettingsJson);
        var profile = await profiles.ProfileAsync(found.Tenant, channel.AssistantId, ct);
        http.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {settings.FrameAncestors()}";
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";

        // With its looks in the page the first paint is the tenant's, before there is a session.
        var config = JsonSerializer.Serialize(
            new { assistant = new SessionAssistant(profile.Name, profile.Greeting, profile.Suggestions), settings.Theme, locale = settings.Locale ?? profile.Language }, Json);
        var html = await File.ReadAllTextAsync(page, ct);
        return TypedResults.Content(html.Replace("{{CONFIG}}", WebUtility.HtmlEncode(config), StringComparison.Ordinal), "text/html; charset=utf-8");
    }

    public static Results<PhysicalFileHttpResult, ProblemHttpResult> Loader(HttpContext http, WidgetBundle bundle)
    {
        var file = Path.Combine(bundle.Directory, "loader.js");
        if (!File.Exists(file))
        {
            return NotBuilt();
        }

        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return TypedResults.PhysicalFile(file, "text/javascript; charset=utf-8");
    }

    public static Results<PhysicalFileHttpResult, ProblemHttpResult> Asset(string name, HttpContext http, WidgetBundle bundle)
    {
        var folder = Path.Combine(bundle.Directory, "assets");
        var file = Path.GetFullPath(Path.Combine(folder, name));
        if (!file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(file))
        {
            return Problem.Of(StatusCodes.Status404NotFound, "widget.unknown_file", "There is no such file.");
        }

        // The names carry a hash of the content, so they may be kept for ever.
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.PhysicalFile(file, Path.GetExtension(file) switch
        {
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            ".svg" => "image/svg+xml",
            ".woff2" => "font/woff2",
            _ => "application/octet-stream",
        });
    }

    private static ProblemHttpResult NotBuilt()
        => Problem.Of(StatusCodes.Status503ServiceUnavailable, "widget.not_built", "The widget was not built. Run npm run build --workspace web/widget.");
}
