using System.Globalization;
using System.Numerics;
using System.Text;

namespace Steward.Masking.Set;

/// <summary>Makes values as people write them. Nobody real: names are drawn from lists, numbers from ranges and check digits computed.</summary>
internal sealed class Values(Random random)
{
    private static readonly Dictionary<string, (string[] First, string[] Last, string[] Streets, string[] Cities)> People = new()
    {
        ["en"] = (["Ada", "Oliver", "Grace", "Harry", "Maya", "Liam", "Zoe", "Mary-Jane", "Noah", "Priya"], ["Lovelace", "Smith", "O'Connor", "Hughes", "Patel", "McAllister", "Brown", "Nguyen"],
            ["Baker Street", "Elm Avenue", "Church Road", "Park Lane", "Main St.", "Sunset Boulevard"], ["London", "Leeds NG1 5FS", "Springfield, IL 62704", "Austin, TX 78701", "Bristol BS1 4DJ"]),
        ["de"] = (["Jürgen", "Anna", "Lukas", "Käthe", "Heinz", "Sophie", "Jonas"], ["Müller", "Schäfer", "Weiß", "von Braun", "Schmidt", "Krüger"],
            ["Hauptstraße", "Lindenweg", "Am Markt", "Bahnhofstr.", "Goetheallee"], ["10115 Berlin", "80331 München", "50667 Köln", "20095 Hamburg"]),
        ["fr"] = (["Chloé", "Luc", "Élodie", "Jean-Pierre", "Amélie", "Hugo"], ["Dupont", "Lefèvre", "Moreau", "de la Tour", "Bernard"],
            ["rue de la Paix", "avenue Victor Hugo", "boulevard Saint-Michel", "place du Marché"], ["75002 Paris", "69001 Lyon", "13001 Marseille"]),
        ["es"] = (["María", "José", "Lucía", "Íñigo", "Carmen", "Pablo"], ["García", "Fernández", "Núñez", "López", "del Río"],
            ["Calle Mayor", "Avenida de América", "Plaza España", "Paseo del Prado"], ["28013 Madrid", "08001 Barcelona", "41001 Sevilla"]),
        ["da"] = (["Søren", "Freja", "Mads", "Åse", "Ida", "Kåre"], ["Jensen", "Østergaard", "Nielsen", "Møller", "Holm"],
            ["Nørregade", "Strandvejen", "Vesterbrogade", "Åboulevarden"], ["1165 København K", "8000 Aarhus C", "5000 Odense"]),
    };

    public T Pick<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => (char)('0' + random.Next(10))));

    public string First(string locale) => Pick(People[locale].First);

    public string Name(string locale) => $"{First(locale)} {Pick(People[locale].Last)}";

    public string Address(string locale)
    {
        var (_, _, streets, cities) = People[locale];
        var (street, city, number) = (Pick(streets), Pick(cities), random.Next(1, 240) + (random.Next(6) == 0 ? "b" : ""));
        return locale switch
        {
            "en" => $"{number} {street}, {city}",
            "fr" => $"{number} {street}, {city}",
            "es" => $"{street} {number}, {city}",
            _ => $"{street} {number}, {city}",
        };
    }

    public string Email(string locale)
    {
        var (first, last) = (Plain(First(locale)), Plain(Pick(People[locale].Last)));
        var local = random.Next(8) switch
        {
            0 => $"{first}.{last}", 1 => $"{first[..1]}{last}{random.Next(100)}", 2 => $"{first}_{last}", 3 => $"{first}+shop", 4 => $"{last}-{first}".ToUpperInvariant(),
            5 => $"{first}.{last}.{random.Next(1950, 2010)}", 6 => $"{first}'{last}", _ => first,
        };
        return $"{local}@{Pick(["example.com", "mail.example.org", "example.co.uk", "post.example.dk", "ex-ample.de", "EXAMPLE.NET", "a.b.example.fr", "example.museum"])}";
    }

    public string Card()
    {
        var (prefix, length) = Pick<(string, int)>([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("36", 14), ("3528", 16)]);
        var body = prefix + Digits(length - 1 - prefix.Length);
        var number = body + LuhnDigit(body);
        return random.Next(5) switch { 0 => number, 1 => Group(number, '-'), 2 => Group(number, '.'), _ => Group(number, ' ') };
    }

    /// <summary>Sixteen digits that no card has: the check digit is wrong.</summary>
    public string NoCard()
    {
        var body = "4" + Digits(14);
        return body + (char)('0' + ((LuhnDigit(body) - '0' + 1 + random.Next(8)) % 10));
    }

    public string Ssn()
    {
        var area = random.Next(1, 899);
        var number = $"{(area == 666 ? 665 : area):000}{random.Next(1, 100):00}{random.Next(1, 10000):0000}";
        return random.Next(4) switch { 0 => number, 1 => $"{number[..3]} {number[3..5]} {number[5..]}", _ => $"{number[..3]}-{number[3..5]}-{number[5..]}" };
    }

    public string Iban()
    {
        var (country, pattern) = Pick<(string, string)>([("DE", "nnnnnnnnnnnnnnnnnn"), ("GB", "aaaannnnnnnnnnnnnn"), ("FR", "nnnnnnnnnnnnnnnnnnnnnnn"), ("ES", "nnnnnnnnnnnnnnnnnnnn"), ("DK", "nnnnnnnnnnnnnn"), ("NL", "aaaannnnnnnnnn"), ("NO", "nnnnnnnnnnn"), ("MT", "aaaannnnnnnnnnnnnnnnnnnnnnn")]);
        var body = string.Concat(pattern.Select(c => (char)((c == 'n' ? '0' : 'A') + random.Next(c == 'n' ? 10 : 26))));
        var iban = country + IbanCheck(country, body) + body;
        return random.Next(4) switch { 0 => iban, 1 => iban.ToLowerInvariant(), _ => Spaced(iban) };
    }

    /// <summary>Looks like an IBAN; its check digits are wrong.</summary>
    public string NoIban()
    {
        var body = Digits(18);
        var check = int.Parse(IbanCheck("DE", body), CultureInfo.InvariantCulture);
        return Spaced($"DE{(check % 96) + 3:00}{body}");
    }

    public string Ip()
    {
        if (random.Next(3) > 0)
        {
            return $"{random.Next(1, 224)}.{random.Next(256)}.{random.Next(256)}.{random.Next(1, 255)}";
        }

        var groups = Enumerable.Range(0, 8).Select(_ => random.Next(0x10000).ToString(random.Next(2) == 0 ? "x" : "x4", CultureInfo.InvariantCulture)).ToArray();
        return random.Next(3) switch { 0 => string.Join(':', groups), 1 => $"2001:db8::{groups[0]}", _ => $"fe80::{groups[1]}:{groups[2]}:{groups[3]}:{groups[4]}" };
    }

    public string Phone(string locale)
    {
        string[] forms = locale switch
        {
            "de" => ["+49 30 #######", "030/#######", "0151-########", "+49 (0)89 ######", "0049 171 #######", "(0221) ######"],
            "fr" => ["+33 6 ## ## ## ##", "06 ## ## ## ##", "01.##.##.##.##", "0033 1 ## ## ## ##"],
            "es" => ["+34 6## ### ###", "6## ### ###", "91 ### ## ##", "0034 9########"],
            "da" => ["+45 ## ## ## ##", "2# ## ## ##", "+45########", "3#######"],
            _ => ["(555) ###-####", "212-###-####", "+1 415 ### ####", "+44 20 #### ####", "07### ######", "415.###.####", "+1-800-###-####", "1 650 ### ####", "020 7### ####"],
        };
        return string.Concat(Pick(forms).Select(c => c == '#' ? (char)('0' + random.Next(10)) : c));
    }

    /// <summary>Numbers that are nobody's.</summary>
    public string Harmless(string slot) => slot switch
    {
        "order" => Pick(["#", "ORD-", "A-", "2026-", "SO", ""]) + Digits(random.Next(6, 11)),
        "tracking" => Pick([$"1Z{Digits(6)}{Digits(10)}", $"RR{Digits(9)}DK", $"00{Digits(18)}", $"JJD{Digits(15)}", $"9400 {Digits(4)} {Digits(4)} {Digits(4)} {Digits(4)} {Digits(2)}"]),
        "date" => Pick([$"{random.Next(1, 29):00}.{random.Next(1, 13):00}.{random.Next(2020, 2030)}", $"{random.Next(2020, 2030)}-{random.Next(1, 13):00}-{random.Next(1, 29):00}", $"{random.Next(1, 13)}/{random.Next(1, 29)}/{random.Next(2020, 2030)}"]),
        "price" => Pick([$"${random.Next(1, 9999)}.{random.Next(100):00}", $"{random.Next(1, 99)}.{random.Next(1000):000},{random.Next(100):00} €", $"{random.Next(100, 99999)} kr.", $"1 {random.Next(1000):000} {random.Next(1000):000} EUR"]),
        "version" => $"{random.Next(1, 30)}.{random.Next(30)}.{random.Next(30)}.{random.Next(9999)}",
        "time" => $"{random.Next(24):00}:{random.Next(60):00}:{random.Next(60):00}",
        "isbn" => $"978-{random.Next(10)}-{Digits(5)}-{Digits(3)}-{random.Next(10)}",
        "sku" => $"{(char)('A' + random.Next(26))}{(char)('A' + random.Next(26))}-{Digits(4)}-{Digits(3)}",
        "size" => $"{random.Next(20, 300)} x {random.Next(20, 300)} x {random.Next(20, 300)} cm",
        "nocard" => NoCard(),
        "noiban" => NoIban(),
        _ => throw new ArgumentException($"No such slot: {slot}", nameof(slot)),
    };

    private static string Plain(string text) => string.Concat(text.Normalize(NormalizationForm.FormD).Where(char.IsAsciiLetter)).ToLowerInvariant() is { Length: > 0 } plain ? plain : "someone";

    private static string Group(string number, char by) => number.Length == 15
        ? $"{number[..4]}{by}{number[4..10]}{by}{number[10..]}"
        : string.Join(by, number.Chunk(4).Select(four => new string(four)));

    private static string Spaced(string iban) => string.Join(' ', iban.Chunk(4).Select(four => new string(four)));

    private static char LuhnDigit(string body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = body[body.Length - 1 - i] - '0';
            sum += i % 2 == 0 ? (digit * 2 > 9 ? (digit * 2) - 9 : digit * 2) : digit;
        }

        return (char)('0' + ((10 - (sum % 10)) % 10));
    }

    private static string IbanCheck(string country, string body)
    {
        var digits = string.Concat((body + country + "00").Select(c => char.IsAsciiDigit(c) ? c.ToString() : (c - 'A' + 10).ToString(CultureInfo.InvariantCulture)));
        return (98 - (int)(BigInteger.Parse(digits, CultureInfo.InvariantCulture) % 97)).ToString("00", CultureInfo.InvariantCulture);
    }
}
