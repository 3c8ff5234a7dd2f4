using System.Collections.Frozen;

namespace Steward.Search.Analysis;

/// <summary>English words that carry no subject. They are not indexed and never asked for.</summary>
internal static class StopWords
{
    private static readonly FrozenSet<string> _english = (
        "a an the this that these those there here it its it's he she they them their his her him i i'm i've i'd i'll me my mine myself "
        + "we we're we've us our ours you you're you've your yours yourself one ones "
        + "is isn't am are aren't was wasn't were weren't be been being do does doesn't did didn't don't doing done "
        + "have haven't has hasn't had hadn't having can can't cannot could couldn't may might must shall should shouldn't will won't would wouldn't "
        + "and or but nor so if then than as because while of at by for with about into onto to from in on off out over under up down "
        + "what what's which who who's whom whose when where where's why how how's "
        + "not no any some such just also too very really please let let's that's there's he's she's they're "
        + "hi hello hey thanks thank ok okay etc").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup =
        _english.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsEnglish(ReadOnlySpan<char> folded) => folded.Length <= 9 && _lookup.Contains(folded);
}
