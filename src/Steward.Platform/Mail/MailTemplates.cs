using System.Collections.Frozen;
using System.Reflection;

namespace Steward.Platform.Mail;

/// <summary>The templates that come with the program, by language and name.</summary>
internal static class MailTemplates
{
    private const string Prefix = "mail/";
    private const string Suffix = ".txt";

    /// <summary>What is spoken where a template is missing in the language asked for.</summary>
    public const string Fallback = "en";

    private static readonly FrozenDictionary<(string Language, string Name), MailTemplate> All = Read().ToFrozenDictionary(t => t.Key, t => t.Template);

    public static IReadOnlyList<string> Languages { get; } = [.. All.Keys.Select(key => key.Language).Distinct().Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> Names { get; } = [.. All.Keys.Select(key => key.Name).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The language of the installation's templates that a tag asks for: <c>de-AT</c> is <c>de</c>, an unknown one English.</summary>
    public static string LanguageOf(string? tag)
    {
        var main = (tag ?? "").Split('-', '_')[0].ToLowerInvariant();
        return Languages.Contains(main) ? main : Fallback;
    }

    /// <summary>Throws <see cref="ArgumentException"/> for a name there is no template of.</summary>
    public static WrittenMail Write(string name, string? language, IReadOnlyDictionary<string, string> values)
    {
        var spoken = LanguageOf(language);
        if (!All.TryGetValue((spoken, name), out var template))
        {
            spoken = Fallback;
            template = Of(spoken, name) ?? throw new ArgumentException($"There is no mail template '{name}'.", nameof(name));
        }

        return template.Write(spoken, values);
    }

    public static MailTemplate? Of(string language, string name) => All.GetValueOrDefault((language, name));

    private static IEnumerable<((string Language, string Name) Key, MailTemplate Template)> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var path = resource[Prefix.Length..^Suffix.Length].Split('/', '\\');
            yield return ((path[0], path[1]), MailTemplate.Parse(reader.ReadToEnd()));
        }
    }
}
