namespace Steward.Masking.Set;

/// <summary>
/// Makes the labelled set: the same seed gives the same texts. It knows nothing of the masker's rules and the masker nothing of it.
/// </summary>
public static class Generator
{
    /// <summary>The seed of the published figures.</summary>
    public const int PublishedSeed = 20_261_121;

    private static readonly string[] Locales = ["en", "en", "en", "de", "de", "fr", "es", "da"];

    /// <summary>Half personal, a tenth hard, a tenth known from records, the rest harmless.</summary>
    public static IReadOnlyList<Labelled> Make(int count = 2000, int seed = PublishedSeed)
    {
        var random = new Random(seed);
        var values = new Values(random);
        var made = new List<Labelled>(count);
        for (var i = 0; i < count; i++)
        {
            var locale = values.Pick(Locales);
            made.Add(random.Next(10) switch
            {
                < 5 => Draft.Fill(values.Pick(Templates.Personal[locale]), locale, slot => Fill(values, slot, locale)),
                5 => Draft.Fill(values.Pick(Templates.Hard[locale]), locale, slot => Fill(values, slot, locale)),
                6 => OfRecord(values, locale),
                _ => Draft.Fill(values.Pick(Templates.Harmless[locale]), locale, slot => (values.Harmless(slot), null)),
            });
        }

        return made;
    }

    private static Labelled OfRecord(Values values, string locale)
    {
        var known = new Dictionary<string, string> { ["name"] = values.Name(locale), ["address"] = values.Address(locale) };
        return Draft.Fill(values.Pick(Templates.OfRecord[locale]), locale, slot => known.TryGetValue(slot, out var value) ? (value, slot) : (values.Harmless(slot), null), known);
    }

    private static (string Text, string? Kind) Fill(Values values, string slot, string locale) => slot switch
    {
        "card" => (values.Card(), slot),
        "ssn" => (values.Ssn(), slot),
        "email" => (values.Email(locale), slot),
        "phone" => (values.Phone(locale), slot),
        "iban" => (values.Iban(), slot),
        "ip" => (values.Ip(), slot),
        "name" => (values.Name(locale), slot),
        "first" => (values.First(locale), "name"),
        "address" => (values.Address(locale), slot),
        _ => (values.Harmless(slot), null),
    };
}
