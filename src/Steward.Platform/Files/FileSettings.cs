using Microsoft.Extensions.Configuration;
using Steward.Platform.Files.S3;

namespace Steward.Platform.Files;

/// <summary>The installation's settings of files.</summary>
internal sealed record FileSettings
{
    /// <summary>Largest file, bytes.</summary>
    public long MaxBytes { get; init; } = 100 * 1024 * 1024;

    /// <summary>Where new bytes go: <c>postgres</c> or <c>s3</c>. What is stored stays where it is.</summary>
    public string Store { get; init; } = "postgres";

    /// <summary>How long staged bytes may wait to be kept.</summary>
    public TimeSpan StagedFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a store that did not answer is left alone by the change of keys.</summary>
    public TimeSpan AwayFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the change of keys waits for the first bytes of an object.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Null: no S3 address is configured.</summary>
    public S3Settings? S3 { get; init; }

    /// <summary>Reads the settings; a wrong one stops the start with a sentence that names it.</summary>
    public static FileSettings Read(IConfiguration configuration)
    {
        var store = configuration["STEWARD_FILES_STORE"] is { Length: > 0 } named ? named : "postgres";
        var s3 = S3Settings.Read(configuration);
        if (store is not ("postgres" or "s3"))
        {
            throw new FormatException("STEWARD_FILES_STORE must be postgres or s3.");
        }

        if (store == "s3" && s3 is null)
        {
            throw new FormatException("STEWARD_FILES_STORE is s3: set STEWARD_S3_ENDPOINT, STEWARD_S3_BUCKET, STEWARD_S3_ACCESS_KEY and STEWARD_S3_SECRET_KEY.");
        }

        var max = configuration.GetValue("STEWARD_FILES_MAX_BYTES", new FileSettings().MaxBytes);
        return max > 0
            ? new FileSettings { MaxBytes = max, Store = store, S3 = s3 }
            : throw new FormatException("STEWARD_FILES_MAX_BYTES must be a positive number of bytes.");
    }
}
