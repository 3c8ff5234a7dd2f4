using System.Globalization;
using System.Text.Json;
using Steward.Platform.Access;

namespace Steward.Platform.Tenancy.Hours;

/// <param name="From">As <c>09:00</c>.</param>
/// <param name="To">As <c>17:30</c>; <c>24:00</c> is midnight at the day's end; earlier than <paramref name="From"/> means on the next day.</param>
internal sealed record SpanText(string? From, string? To);

/// <param name="Date">As <c>2026-12-24</c>.</param>
/// <param name="Hours">None means closed.</param>
internal sealed record ExceptionText(string? Date, IReadOnlyList<SpanText>? Hours);

/// <summary>Opening hours as the API and the row write them. A weekday that is left out is closed.</summary>
internal sealed record HoursText(
    IReadOnlyList<SpanText>? Monday, IReadOnlyList<SpanText>? Tuesday, IReadOnlyList<SpanText>? Wednesday, IReadOnlyList<SpanText>? Thursday,
    IReadOnlyList<SpanText>? Friday, IReadOnlyList<SpanText>? Saturday, IReadOnlyList<SpanText>? Sunday, IReadOnlyList<ExceptionText>? Exceptions)
{
    private const int MostSpans = 8;
    private const int MostExceptions = 400;
    private const int Day = 24 * 60;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The hours, or what is wrong with them.</summary>
    public (OpeningHours? Hours, InputFault? Fault) Read()
    {
        if (Exceptions is null && Days().All(day => day.Spans is null))
        {
            // Closed for ever is hardly meant; who means it names a day.
            return (null, Wrong("Name at least one weekday, such as monday, or an exception."));
        }

        var weekly = new Dictionary<DayOfWeek, IReadOnlyList<OpenSpan>>();
        foreach (var (day, spans) in Days())
        {
            if (ReadSpans(spans) is not { } read)
            {
                return (null, Wrong($"The spans of {day} cannot be read, overlap, or are more than {MostSpans}."));
            }

            weekly[day] = read;
        }

        var exceptions = new Dictionary<DateOnly, IReadOnlyList<OpenSpan>>();
        foreach (var exception in Exceptions ?? [])
        {
            if (!DateOnly.TryParseExact(exception?.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                || ReadSpans(exception!.Hours) is not { } read
                || exceptions.Count == MostExceptions
                || !exceptions.TryAdd(date, read))
            {
                return (null, Wrong($"An exception has a date such as 2026-12-24, once, and spans that do not overlap; there are at most {MostExceptions}."));
            }
        }

        return (new OpeningHours(weekly, exceptions), null);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static OpeningHours? OfJson(string json) => JsonSerializer.Deserialize<HoursText>(json, Json)!.Read().Hours;

    public static HoursText Of(OpeningHours hours)
    {
        IReadOnlyList<SpanText> On(DayOfWeek day) => Write(hours.Weekly.GetValueOrDefault(day) ?? []);
        return new HoursText(
            On(DayOfWeek.Monday), On(DayOfWeek.Tuesday), On(DayOfWeek.Wednesday), On(DayOfWeek.Thursday), On(DayOfWeek.Friday), On(DayOfWeek.Saturday), On(DayOfWeek.Sunday),
            [.. hours.Exceptions.OrderBy(exception => exception.Key).Select(exception => new ExceptionText(
                exception.Key.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Write(exception.Value)))]);
    }

    private IEnumerable<(DayOfWeek Day, IReadOnlyList<SpanText>? Spans)> Days() =>
    [
        (DayOfWeek.Monday, Monday), (DayOfWeek.Tuesday, Tuesday), (DayOfWeek.Wednesday, Wednesday), (DayOfWeek.Thursday, Thursday),
        (DayOfWeek.Friday, Friday), (DayOfWeek.Saturday, Saturday), (DayOfWeek.Sunday, Sunday),
    ];

    private static InputFault Wrong(string detail) => new("tenant.opening_hours", detail + " A span is {\"from\":\"09:00\",\"to\":\"17:30\"}.");

    private static List<OpenSpan>? ReadSpans(IReadOnlyList<SpanText>? spans)
    {
        var read = new List<OpenSpan>();
        foreach (var span in spans ?? [])
        {
            if (Minutes(span?.From) is not (< Day and var from) || Minutes(span!.To) is not { } to || from == to)
            {
                return null;
            }

            read.Add(new OpenSpan(from, to > from ? to : to + Day));
        }

        read.Sort((a, b) => a.From.CompareTo(b.From));
        return read.Count <= MostSpans && read.Zip(read.Skip(1)).All(pair => pair.First.To <= pair.Second.From) ? read : null;
    }

    private static SpanText[] Write(IReadOnlyList<OpenSpan> spans) =>
        [.. spans.Select(span => new SpanText(Clock(span.From), Clock(span.To > Day ? span.To - Day : span.To)))];

    private static string Clock(int minutes) => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60:00}:{minutes % 60:00}");

    private static int? Minutes(string? text) =>
        text is [var h, var i, ':', var m, var n] && char.IsAsciiDigit(h) && char.IsAsciiDigit(i) && char.IsAsciiDigit(m) && char.IsAsciiDigit(n)
            ? ((((h - '0') * 10) + (i - '0')) * 60) + ((m - '0') * 10) + (n - '0') is var minutes and <= Day && m < '6' ? minutes : null
            : null;
}
