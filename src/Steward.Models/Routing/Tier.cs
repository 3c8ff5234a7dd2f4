using System.Text.Json.Serialization;

namespace Steward.Models;

/// <summary>A class of models by strength and price, from cheapest to strongest; written in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tier>))]
public enum Tier
{
    /// <summary>Opening hours, prices, what is known.</summary>
    [JsonStringEnumMemberName("simple")]
    Simple,

    /// <summary>Details, comparisons, several facts together.</summary>
    [JsonStringEnumMemberName("standard")]
    Standard,

    /// <summary>Complaints, changes, several steps.</summary>
    [JsonStringEnumMemberName("complex")]
    Complex,

    /// <summary>Several models together, of whose answers the one closest to the others is given.</summary>
    [JsonStringEnumMemberName("ensemble")]
    Ensemble,
}

/// <summary>A talent that goes before strength; written in lower case.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Specialist>))]
public enum Specialist
{
    /// <summary>None is preferred.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>Calls tools well.</summary>
    [JsonStringEnumMemberName("tools")]
    Tools,

    /// <summary>Finds the right words for somebody who is upset.</summary>
    [JsonStringEnumMemberName("empathy")]
    Empathy,
}
