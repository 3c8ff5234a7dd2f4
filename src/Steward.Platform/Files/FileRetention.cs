using System.Text.Json.Serialization;

namespace Steward.Platform.Files;

/// <summary>How long a file is to be kept. The times belong to the tenant's retention settings; the class is the file's own.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileRetention>))]
public enum FileRetention
{
    /// <summary>Until it is removed: logos, knowledge.</summary>
    [JsonStringEnumMemberName("permanent")]
    Permanent,

    /// <summary>As long as the conversation it belongs to.</summary>
    [JsonStringEnumMemberName("conversation")]
    Conversation,

    /// <summary>A short time: exports, things on their way to somewhere else.</summary>
    [JsonStringEnumMemberName("temporary")]
    Temporary,
}
