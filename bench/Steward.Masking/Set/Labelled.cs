using System.Text;

namespace Steward.Masking.Set;

/// <summary>A place in a text that a masker should hide.</summary>
/// <param name="Kind">card, ssn, email, phone, iban, ip, name or address.</param>
public sealed record Label(string Kind, int Start, int Length);

/// <summary>A text, what is personal in it, and what is known of its writer.</summary>
/// <param name="Locale">en, de, fr, es or da.</param>
/// <param name="Known">Values of the writer's own record by kind (name, address, email, phone); empty for most.</param>
public sealed record Labelled(string Text, string Locale, IReadOnlyList<Label> Labels, IReadOnlyDictionary<string, string> Known);

/// <summary>Puts a text together and remembers where the values are.</summary>
internal sealed class Draft
{
    private readonly StringBuilder _text = new();
    private readonly List<Label> _labels = [];

    /// <summary>Fills a template such as <c>call me on {phone}</c>; a slot whose maker is null is filled without a label.</summary>
    public static Labelled Fill(string template, string locale, Func<string, (string Text, string? Kind)> slot, IReadOnlyDictionary<string, string>? known = null)
    {
        var draft = new Draft();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf('{', at);
            if (open < 0)
            {
                draft._text.Append(template, at, template.Length - at);
                break;
            }

            var close = template.IndexOf('}', open);
            draft._text.Append(template, at, open - at);
            var (text, kind) = slot(template[(open + 1)..close]);
            if (kind is not null)
            {
                draft._labels.Add(new Label(kind, draft._text.Length, text.Length));
            }

            draft._text.Append(text);
            at = close + 1;
        }

        return new Labelled(draft._text.ToString(), locale, draft._labels, known ?? new Dictionary<string, string>());
    }
}
