using System.Collections.Frozen;
using System.Reflection;
using Steward.Platform.Mail;

namespace Steward.Platform.Access.Invitations;

/// <summary>Roles as people of a language call them.</summary>
internal static class RoleWords
{
    private static readonly FrozenDictionary<(string Language, Role Role), string> All = MailTemplates.Languages.SelectMany(Read).ToFrozenDictionary();

    /// <summary>In the language that a mail in this locale is written in.</summary>
    public static string Of(string? tag, Role role) => All[(MailTemplates.LanguageOf(tag), role)];

    private static IEnumerable<KeyValuePair<(string, Role), string>> Read(string language)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"words/{language}/roles")!);
        while (reader.ReadLine() is { } line)
        {
            var (role, word) = (line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            yield return new((language, Roles.Parse(role)), word.Trim());
        }
    }
}
