using System.Text.Json.Serialization;

namespace Steward.Models.Shadow;

/// <summary>Whether and how a student is asked what a teacher answered. Off until a tenant switches it on.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ShadowSettings
{
    public static ShadowSettings Defaults { get; } = new();

    /// <summary>Whether pairs are kept at all.</summary>
    public bool Enabled { get; init; }

    /// <summary>The model that learns, by a name that a configured provider serves; null keeps what teachers say without asking anybody.</summary>
    public string? Student { get; init; }

    /// <summary>The share of turns, 0 to 1.</summary>
    public double SampleRate { get; init; } = 0.1;

    /// <summary>What students and comparisons may cost a day in UTC, in US dollars. Every budget of the tenant binds them too.</summary>
    public decimal DailyUsd { get; init; } = 1;

    /// <summary>What a rented GPU costs a month, in US dollars.</summary>
    public decimal GpuRentUsd { get; init; } = ShadowRules.RentUsd;

    /// <summary>Hours of training a week, as the tenant says; free platforms give 30.</summary>
    public decimal TrainingHoursPerWeek { get; init; }

    /// <summary>Whether the tenant wants a model of its own around the clock.</summary>
    public bool NeedsLocalInference { get; init; }
}

/// <summary>What may be set, and the fixed numbers of shadow learning. Pure.</summary>
internal static class ShadowRules
{
    /// <summary>A month of the GPU that the product's cost rule was written with.</summary>
    public const decimal RentUsd = 223;

    /// <summary>From here on a month of API calls is worth renting a GPU for, as that rule says.</summary>
    public const decimal WorthRentingUsd = 300;

    /// <summary>Hours of training a week that free platforms give.</summary>
    public const decimal FreeTrainingHours = 30;

    /// <summary>Pairs to begin training with, and pairs from which on it takes a machine of one's own.</summary>
    public const long EnoughPairs = 50_000;

    public const long ManyPairs = 100_000;

    /// <summary>The share of conversations whose pairs are held back: never exported, only measured.</summary>
    public const int HeldBackPercent = 15;

    private const int LongestName = 200;

    public static string? Check(ShadowSettings settings) =>
        settings.SampleRate is not (>= 0 and <= 1) ? "sampleRate must be between 0 and 1."
        : settings.DailyUsd is not (>= 0 and <= 100_000) ? "dailyUsd must be between 0 and 100000."
        : settings.GpuRentUsd is not (> 0 and <= 1_000_000) ? "gpuRentUsd must be above 0 and at most 1000000."
        : settings.TrainingHoursPerWeek is not (>= 0 and <= 168) ? "trainingHoursPerWeek must be between 0 and 168."
        : settings.Student is { } name && (name.Length is 0 or > LongestName || VirtualModels.Contains(name) || name == BuiltInModelNames.Extractive)
            ? "student must name one model of a provider; a name that stands for a choice and the built-in model are none."
        : null;
}
