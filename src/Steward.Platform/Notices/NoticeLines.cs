using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text;
using Steward.Platform.Mail;

namespace Steward.Platform.Notices;

/// <summary>Notices in words, by language and topic.</summary>
internal static class NoticeLines
{
    private static readonly FrozenDictionary<(string Language, string Topic), CompositeFormat> All = MailTemplates.Languages.SelectMany(Read).ToFrozenDictionary();

    public static IEnumerable<string> Topics(string language) => All.Keys.Where(key => key.Language == language).Select(key => key.Topic);

    /// <summary>One line; a topic nobody has words for is named.</summary>
    public static string Write(string? tag, string topic, int times)
    {
        var language = MailTemplates.LanguageOf(tag);
        var line = All.ContainsKey((language, topic)) && topic is not ("other" or "times") ? Filled(language, topic) : Filled(language, "other", topic);
        return times > 1 ? Filled(language, "times", line, times) : line;
    }

    private static string Filled(string language, string key, params object[] values) => string.Format(CultureInfo.InvariantCulture, All[(language, key)], values);

    private static IEnumerable<KeyValuePair<(string, string), CompositeFormat>> Read(string language)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream($"notices/{language}.txt")!);
        while (reader.ReadLine() is { } line)
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            yield return new((language, line[..colon]), CompositeFormat.Parse(line[(colon + 2)..]));
        }
    }
}
