namespace Steward.Load.Measuring;

/// <summary>One scenario's table.</summary>
internal sealed class Report(string scenario)
{
    private readonly List<(string What, string Measured, string Reach)> _rows = [];
    private readonly List<string> _notes = [];

    public void Row(string what, string measured, string reach = "") => _rows.Add((what, measured, reach));

    public void Note(string text) => _notes.Add(text);

    public void Print(TextWriter output)
    {
        string[] heads = [scenario, "measured", "reach"];
        int Width(Func<(string What, string Measured, string Reach), string> column, string head) =>
            Math.Max(head.Length, _rows.Count == 0 ? 0 : _rows.Max(r => column(r).Length));
        int[] widths = [Width(r => r.What, heads[0]), Width(r => r.Measured, heads[1]), Width(r => r.Reach, heads[2])];
        string Line(string a, string b, string c) => $"| {a.PadRight(widths[0])} | {b.PadRight(widths[1])} | {c.PadRight(widths[2])} |";
        output.WriteLine();
        output.WriteLine(Line(heads[0], heads[1], heads[2]));
        output.WriteLine($"|{new string('-', widths[0] + 2)}|{new string('-', widths[1] + 2)}|{new string('-', widths[2] + 2)}|");
        foreach (var (what, measured, reach) in _rows) output.WriteLine(Line(what, measured, reach));
        foreach (var note in _notes) output.WriteLine($"  {note}");
    }
}
