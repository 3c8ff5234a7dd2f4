using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Steward.Packs;

/// <summary>One vertical, as its <c>pack.yaml</c> describes it: a tenant's profile, assistant, channels, knowledge and test suite.</summary>
public sealed class Pack
{
    /// <summary>The folder's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>What people call it.</summary>
    public string Title { get; set; } = "";

    /// <summary>One sentence about it.</summary>
    public string Summary { get; set; } = "";

    /// <summary>The tenant's profile.</summary>
    public PackTenant Tenant { get; set; } = new();

    /// <summary>Its assistant.</summary>
    public PackAssistant Assistant { get; set; } = new();

    /// <summary>Its channels.</summary>
    public List<PackChannel> Channels { get; set; } = [];

    /// <summary>Its knowledge, in the order it is read.</summary>
    public List<PackKnowledge> Knowledge { get; set; } = [];

    /// <summary>The file of its test suite.</summary>
    public string? Suite { get; set; }

    /// <summary>The folder it was read from.</summary>
    [YamlIgnore]
    public string Directory { get; private set; } = "";

    /// <summary>Reads a pack. Throws <see cref="PackException"/> when it is not one.</summary>
    public static Pack Read(string directory)
    {
        var file = Path.Combine(directory, "pack.yaml");
        if (!File.Exists(file))
        {
            throw new PackException($"{directory} is not a pack: it has no pack.yaml.");
        }

        try
        {
            var pack = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<Pack>(File.ReadAllText(file));
            pack.Directory = directory;
            return pack;
        }
        catch (YamlDotNet.Core.YamlException malformed)
        {
            throw new PackException($"{file} cannot be read at line {malformed.Start.Line}.", malformed);
        }
    }
}

/// <summary>A pack's tenant.</summary>
public sealed class PackTenant
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>IANA time zone.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>BCP 47 language tag.</summary>
    public string Locale { get; set; } = "en";
}

/// <summary>A pack's assistant; what is left out takes its default.</summary>
public sealed class PackAssistant
{
    /// <summary>The name customers see.</summary>
    public string? Name { get; set; }

    /// <summary>friendly, professional, casual or formal.</summary>
    public string? Tone { get; set; }

    /// <summary>The first line.</summary>
    public string? Greeting { get; set; }

    /// <summary>Questions offered first.</summary>
    public List<string> Suggestions { get; set; } = [];

    /// <summary>The business's instructions.</summary>
    public string? Instructions { get; set; }
}

/// <summary>A pack's channel.</summary>
public sealed class PackChannel
{
    /// <summary>widget, api or another kind.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Settings of its kind.</summary>
    public Dictionary<string, object>? Settings { get; set; }
}

/// <summary>One file of a pack's knowledge.</summary>
public sealed class PackKnowledge
{
    /// <summary>The file, below the pack's folder.</summary>
    public string File { get; set; } = "";

    /// <summary>What people call it; null takes the file's name.</summary>
    public string? Title { get; set; }

    /// <summary>What its articles are for.</summary>
    public string Kind { get; set; } = "document";
}

/// <summary>A pack cannot be read or installed; the message says why.</summary>
public sealed class PackException(string message, Exception? inner = null) : Exception(message, inner);
