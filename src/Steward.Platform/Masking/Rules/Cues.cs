namespace Steward.Platform.Masking.Rules;

/// <summary>Words that say what stands near them, in the languages of the set: English, German, French, Spanish, Danish.</summary>
internal static class Cues
{
    public static readonly string[] Versions = ["version", "versión", "build", "release", "firmware", "v"];

    public static readonly string[] Currencies = ["€", "$", "£", "eur", "usd", "gbp", "dkk", "kr", "chf", "dollar"];

    public static readonly string[] Phones =
    [
        "phone", "call", "tel", "mobile", "cell", "whatsapp", "sms", "text me", "reach me", "fax", "my number", "dial",
        "telefon", "handy", "ruf", "rückruf", "mobil", "erreichbar", "durchwahl", "appel", "téléphone", "portable", "joindre", "numéro de tél",
        "teléfono", "móvil", "llám", "celular", "ring til", "ring på", "tlf",
    ];

    public static readonly string[] Ssns = ["ssn", "social security", "social-security", "social sec"];

    /// <summary>Words for numbers that are nobody's.</summary>
    public static readonly string[] Things =
    [
        "order", "invoice", "tracking", "parcel", "reference", "model", "isbn", "article", "item", "items", "serial", "customer", "booking", "ticket", "case", "code", "error", "sku",
        "bestellung", "bestellnummer", "rechnung", "sendung", "auftrag", "artikel", "kundennummer", "commande", "colis", "facture", "pedido", "paquete", "factura", "ordre", "pakke", "pakken", "faktura",
    ];

    /// <summary>Whether one of the words begins within so many characters before a place, without a line break between.</summary>
    public static bool Before(string text, int place, string[] words, int within) => Nearest(text, place, words, within) >= 0;

    /// <summary>The place of the last such word before another place; -1 when there is none.</summary>
    public static int Nearest(string text, int place, string[] words, int within)
    {
        var from = Math.Max(0, place - within);
        var before = text.AsSpan(from, place - from);
        var nearest = -1;
        foreach (var word in words)
        {
            for (var at = before.LastIndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = at == 0 ? -1 : before[..at].LastIndexOf(word, StringComparison.OrdinalIgnoreCase))
            {
                if (at + from == 0 || !char.IsLetter(text[at + from - 1]))
                {
                    nearest = Math.Max(nearest, at + from);
                    break;
                }
            }
        }

        return nearest;
    }
}
