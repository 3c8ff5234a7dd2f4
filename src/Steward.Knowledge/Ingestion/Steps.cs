using Steward.Knowledge.Sources;

namespace Steward.Knowledge.Ingestion;

/// <summary>The names of the steps, in order; rows carry them.</summary>
internal static class Steps
{
    public const string Fetch = "fetch";
    public const string Extract = "extract";
    public const string Split = "split";
    public const string Embed = "embed";
    public const string Index = "index";
    public const string Publish = "publish";
}

/// <summary>One figure over all steps. The shares are what the steps take of an ordinary document, not a promise.</summary>
internal static class Percent
{
    private static readonly (string Step, int From, int To)[] Shares =
    [
        (Steps.Fetch, 0, 10), (Steps.Extract, 10, 45), (Steps.Split, 45, 55), (Steps.Embed, 55, 90), (Steps.Index, 90, 98), (Steps.Publish, 98, 99),
    ];

    public static int Of(SourceState state, string? step, int done, int? total)
    {
        if (state == SourceState.Ready)
            return 100;
        foreach (var share in Shares)
        {
            if (share.Step == step)
                return share.From + (total is > 0 ? (int)((share.To - share.From) * Math.Clamp((double)done / total.Value, 0, 1)) : 0);
        }

        return 0;
    }
}
