using System.Globalization;

namespace Steward.Search.Analysis;

/// <summary>
/// Case and diacritics folding from a table of our own, so that the result never depends on the machine's Unicode libraries.
/// </summary>
internal static class Folding
{
    // "target:letters that fold to it", from the Unicode compatibility decompositions of Latin, Greek and Cyrillic lower-case letters.
    private static readonly string[] _groups =
    [
        "a:àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ",
        "ae:æǣǽ",
        "b:ḃḅḇ",
        "c:çćĉċčḉ",
        "d:ðďđḋḍḏḑḓ",
        "dz:ǆǳ",
        "e:èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ",
        "f:ƒḟ",
        "g:ĝğġģǧǵḡ",
        "h:ĥħȟḣḥḧḩḫẖ",
        "i:ìíîïĩīĭįıǐȉȋḭḯỉị",
        "ij:ĳ",
        "j:ĵǰ",
        "k:ķĸǩḱḳḵ",
        "l:ĺļľŀłḷḹḻḽ",
        "lj:ǉ",
        "m:ḿṁṃ",
        "n:ñńņňŋǹṅṇṉṋ",
        "nj:ǌ",
        "o:òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ",
        "oe:œ",
        "p:ṕṗ",
        "r:ŕŗřȑȓṙṛṝṟ",
        "s:śŝşšſșṡṣṥṧṩẛ",
        "ss:ß",
        "t:ţťŧțṫṭṯṱẗ",
        "th:þ",
        "u:ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
        "v:ṽṿ",
        "w:ŵẁẃẅẇẉẘ",
        "x:ẋẍ",
        "y:ýÿŷȳẏẙỳỵỷỹ",
        "z:źżžẑẓẕ",
        "α:άἀἁἂἃἄἅἆἇὰάᾀᾁᾂᾃᾄᾅᾆᾇᾰᾱᾲᾳᾴᾶᾷ",
        "ε:έἐἑἒἓἔἕὲέ",
        "η:ήἠἡἢἣἤἥἦἧὴήᾐᾑᾒᾓᾔᾕᾖᾗῂῃῄῆῇ",
        "ι:ΐίϊἰἱἲἳἴἵἶἷὶίιῐῑῒΐῖῗ",
        "ο:όὀὁὂὃὄὅὸό",
        "ρ:ῤῥ",
        "σ:ς",
        "υ:ΰϋύὐὑὒὓὔὕὖὗὺύῠῡῢΰῦῧ",
        "ω:ώὠὡὢὣὤὥὦὧὼώᾠᾡᾢᾣᾤᾥᾦᾧῲῳῴῶῷ",
        "а:ӑӓ",
        "г:ѓ",
        "е:ѐёӗ",
        "ж:ӂӝ",
        "з:ӟ",
        "и:ѝӣӥ",
        "к:ќ",
        "о:ӧ",
        "у:ўӯӱӳ",
        "ч:ӵ",
        "ы:ӹ",
        "э:ӭ",
        "і:ї",
        "ѵ:ѷ",
        "ә:ӛ",
        "ө:ӫ",
    ];

    private const char PairBase = '\uE000';
    private static readonly string[] _pairs = ["ae", "dz", "ij", "lj", "nj", "oe", "ss", "th"];
    private static readonly char[] _map = BuildMap();

    /// <summary>Folds one UTF-16 unit into <paramref name="target"/> and returns how many units were written (0, 1 or 2).</summary>
    public static int Fold(char c, Span<char> target)
    {
        if (c < 128)
        {
            target[0] = (char)(c | (c is >= 'A' and <= 'Z' ? 0x20 : 0));
            return 1;
        }

        if (c is >= '\u0300' and <= '\u036F')
        {
            return 0;
        }

        if (c is >= '\uFF01' and <= '\uFF5E')
        {
            return Fold((char)(c - 0xFEE0), target);
        }

        var lower = char.ToLowerInvariant(c);
        var mapped = lower < _map.Length ? _map[lower] : lower;
        if (mapped is >= PairBase and < (char)(PairBase + 16))
        {
            _pairs[mapped - PairBase].CopyTo(target);
            return 2;
        }

        var digit = char.IsDigit(mapped) ? CharUnicodeInfo.GetDecimalDigitValue(mapped) : -1;
        target[0] = digit >= 0 ? (char)('0' + digit) : mapped;
        return 1;
    }

    private static char[] BuildMap()
    {
        var map = new char[0x2000];
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = (char)i;
        }

        foreach (var group in _groups)
        {
            var colon = group.IndexOf(':', StringComparison.Ordinal);
            var target = group[..colon];
            var code = target.Length == 1 ? target[0] : (char)(PairBase + Array.IndexOf(_pairs, target));
            foreach (var letter in group.AsSpan(colon + 1))
            {
                map[letter] = code;
            }
        }

        return map;
    }
}
