using System.Net;
using System.Net.Sockets;

namespace Steward.Platform.Masking.Rules;

/// <summary>IP addresses. Four small numbers after a word for versions are a version; two groups of letters around <c>::</c> are code.</summary>
internal static class IpRule
{
    private const int MaxLength = 45;

    public static void Find(string text, List<MaskSpan> found)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!IsPart(text[i]))
            {
                i++;
                continue;
            }

            var end = i;
            while (end < text.Length && IsPart(text[end]))
            {
                end++;
            }

            Take(text, i, end, found);
            i = end;
        }
    }

    private static void Take(string text, int start, int end, List<MaskSpan> found)
    {
        // A sentence may end behind it, and a word for it with a colon stand before it.
        while (end > start && text[end - 1] is '.' || (end > start + 1 && text[end - 1] == ':' && text[end - 2] != ':'))
        {
            end--;
        }

        while (start < end && (text[start] is '.' || (text[start] == ':' && (start + 1 == end || text[start + 1] != ':'))))
        {
            start++;
        }

        // The last letters of such a word may be digits of an address: "remote:10.2.3.4".
        if (start > 0 && char.IsLetterOrDigit(text[start - 1]))
        {
            var colon = text.AsSpan(start, end - start).IndexOf(':');
            if (colon < 0 || text.AsSpan(start + colon).StartsWith("::"))
            {
                return;
            }

            start += colon + 1;
        }

        if (end < text.Length && char.IsLetterOrDigit(text[end]))
        {
            return;
        }

        var part = text.AsSpan(start, end - start);
        if (part.Length is >= 2 and <= MaxLength && IsV6(part))
        {
            found.Add(new MaskSpan(MaskKind.Ip, start, part.Length));
        }
        else if (part.IndexOf('.') is var dot and > 0)
        {
            // What is left may have a word before it and a port behind it.
            var from = start + part[..dot].LastIndexOf(':') + 1;
            var port = text.AsSpan(from, end - from).IndexOf(':');
            var length = port < 0 ? end - from : port;
            var mapped = text.AsSpan(start, from + length - start);
            if (mapped.Length <= MaxLength && IsV6(mapped))
            {
                found.Add(new MaskSpan(MaskKind.Ip, start, mapped.Length));
            }
            else if (IsV4(text.AsSpan(from, length)) && !FollowsVersion(text, from))
            {
                found.Add(new MaskSpan(MaskKind.Ip, from, length));
            }
        }
    }

    /// <summary>Whether the word just before is one for versions.</summary>
    private static bool FollowsVersion(string text, int start)
    {
        var end = start;
        while (end > 0 && text[end - 1] is ' ' or ':' or '.')
        {
            end--;
        }

        var word = end;
        while (word > 0 && end - word < 12 && char.IsLetter(text[word - 1]))
        {
            word--;
        }

        return Cues.Versions.Contains(text[word..end], StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsV4(ReadOnlySpan<char> part)
    {
        if (part.Count('.') != 3 || part.Contains(':'))
        {
            return false;
        }

        foreach (var range in part.Split('.'))
        {
            var number = part[range];
            if (number.Length is 0 or > 3 || !int.TryParse(number, System.Globalization.NumberStyles.None, null, out var value) || value > 255)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsV6(ReadOnlySpan<char> part)
    {
        if (part.Count(':') < 2 || !IPAddress.TryParse(part, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        var groups = 0;
        foreach (var range in part.Split(':'))
        {
            groups += part[range].IsEmpty ? 0 : 1;
        }

        // Short ones: a version 4 address within, one machine of a network, or this machine. Names in code never begin with a digit.
        var gap = part.IndexOf("::");
        return groups >= 3 || part.Contains('.') || part is "::1"
            || (groups == 2 && gap > 2 && part.IndexOf(':') > 2 && (gap + 2 == part.Length || char.IsAsciiDigit(part[gap + 2])));
    }

    private static bool IsPart(char c) => char.IsAsciiHexDigit(c) || c is '.' or ':';
}
