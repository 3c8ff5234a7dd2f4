using System.Runtime.InteropServices;

namespace Steward.Platform.Masking.Rules;

/// <summary>
/// Cards, social security numbers and telephone numbers. A run of digits may hold several of them: of all ways to read it the one is taken
/// that leaves the fewest digits over.
/// </summary>
internal static class NumberRules
{
    private const int Fewest = 7;
    private const int OnStack = 64;

    /// <summary>Finds them; what others found before cuts runs as well, so that a number beside an IBAN is read for itself.</summary>
    public static void Find(string text, List<MaskSpan> found)
    {
        var before = found.ToArray();
        Array.Sort(before, (a, b) => a.Start.CompareTo(b.Start));
        var (groups, next) = (new List<DigitGroup>(), 0);
        for (var i = text.AsSpan().IndexOfAnyInRange('0', '9'); i >= 0;)
        {
            var end = i + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (groups.Count > 0 && !DigitRun.Joins(text.AsSpan(groups[^1].End, i - groups[^1].End)))
            {
                ReadAll(text, groups, before, ref next, found);
                groups.Clear();
            }

            groups.Add(new DigitGroup(i, end - i));
            var more = text.AsSpan(end).IndexOfAnyInRange('0', '9');
            i = more < 0 ? -1 : end + more;
        }

        ReadAll(text, groups, before, ref next, found);
    }

    /// <summary>Reads a run as it is and, when values already found stand in it, what stands between them.</summary>
    private static void ReadAll(string text, List<DigitGroup> groups, MaskSpan[] before, ref int next, List<MaskSpan> found)
    {
        var run = CollectionsMarshal.AsSpan(groups);
        if (run.IsEmpty)
        {
            return;
        }

        while (next < before.Length && before[next].End <= run[0].Start)
        {
            next++;
        }

        Read(new DigitRun(text, run, next > 0 && DigitRun.Joins(text.AsSpan(before[next - 1].End, run[0].Start - before[next - 1].End))), found);
        var (from, cut) = (0, false);
        for (var i = 0; i < run.Length; i++)
        {
            while (next < before.Length && before[next].End <= run[i].Start)
            {
                next++;
            }

            if (next < before.Length && before[next].Start < run[i].End)
            {
                Read(new DigitRun(text, run[from..i], cut), found);
                (from, cut) = (i + 1, true);
            }
        }

        if (cut)
        {
            Read(new DigitRun(text, run[from..], cut), found);
        }
    }

    private static void Read(DigitRun run, List<MaskSpan> found)
    {
        var count = run.Count;
        if (count == 0 || run.Digits(0, count) < Fewest)
        {
            return;
        }

        // Worth of the best reading from each group on: [2i] when the group before is left over, [2i + 1] when it is not.
        var worth = count <= OnStack ? stackalloc int[(2 * count) + 2] : new int[(2 * count) + 2];
        var choice = count <= OnStack ? stackalloc Value[2 * count] : new Value[2 * count];
        var begins = count <= OnStack ? stackalloc bool[count + 1] : new bool[count + 1];
        worth[(2 * count)..].Clear();
        begins.Clear();
        begins[count] = true;
        var phones = new PhoneRule(run);
        for (var at = count - 1; at >= 0; at--)
        {
            for (var free = 0; free < 2; free++)
            {
                var (best, chosen) = (worth[2 * (at + 1)], default(Value));
                var first = true;
                for (var groups = Math.Min(PhoneRule.MaxGroups, count - at); groups > 0; groups--)
                {
                    var loose = false;
                    var kind = CardRule.Fits(run, at, groups, free == 1, begins) ? MaskKind.Card
                        : SsnRule.Fits(run, at, groups) ? MaskKind.Ssn
                        : phones.Fits(at, groups, free == 1, begins, out loose) ? MaskKind.Phone : MaskKind.Text;
                    if (kind == MaskKind.Text)
                    {
                        continue;
                    }

                    begins[at] |= free == 1 && !loose;

                    // What has a check or a shape of its own is worth a little more than what could be a telephone number.
                    var value = worth[(2 * (at + groups)) + 1] + (run.Digits(at, groups) * (kind == MaskKind.Phone ? 8 : 9));
                    if (value > best || (first && value == best))
                    {
                        (best, chosen, first) = (value, new Value(kind, groups), false);
                    }
                }

                (worth[(2 * at) + free], choice[(2 * at) + free]) = (best, chosen);
            }
        }

        var taken = 1;
        for (var at = 0; at < count;)
        {
            var (kind, groups) = choice[(2 * at) + taken];
            if (groups > 0)
            {
                var start = kind == MaskKind.Phone ? phones.Start(at) : run.Groups[at].Start;
                found.Add(new MaskSpan(kind, start, run.Groups[at + groups - 1].End - start));
            }

            (at, taken) = (at + Math.Max(1, groups), groups > 0 ? 1 : 0);
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Value(MaskKind Kind, int Groups);
}
