using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Steward.Simulators.Scripting;

/// <summary>A decision about one call.</summary>
internal sealed record Ruling(string? Rule, Answer Answer, Latency? Latency, Fault? Fault);

/// <summary>A script with its expressions compiled and its rules counting. Safe for many calls at once.</summary>
internal sealed class CompiledScript
{
    private readonly CompiledRule[] _rules;
    private readonly Ruling _default;

    public CompiledScript(Script source)
    {
        Source = source;
        _rules = [.. source.Rules.Select((rule, i) => new CompiledRule(rule, i, source))];
        _default = new Ruling(null, source.Default, source.Latency, null);
    }

    public Script Source { get; }

    public Ruling Decide(ModelRequest request, HttpRequest http)
    {
        foreach (var rule in _rules)
        {
            if (rule.Matches(request, http) && rule.AppliesNow()) return rule.Ruling;
        }

        return _default;
    }
}

internal sealed class CompiledRule
{
    // A script is the tester's own, but a runaway expression should fail one call, not hang the simulator.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Match? _when;
    private readonly Regex? _lastUser, _system, _model, _path, _headerValue;
    private readonly HashSet<int>? _calls;
    private readonly bool _passOverToolResults;
    private int _count;

    public CompiledRule(Rule rule, int index, Script script)
    {
        _when = rule.When;
        _lastUser = Compile(rule.When?.LastUser);
        _system = Compile(rule.When?.System);
        _model = Compile(rule.When?.Model);
        _path = Compile(rule.When?.Path);
        _headerValue = Compile(rule.When?.HeaderValue);
        _calls = rule.Calls is null ? null : [.. rule.Calls];
        _passOverToolResults = rule.Answer?.Mode == AnswerMode.Tools && rule.When?.LastRole is null;
        Ruling = new Ruling(rule.Name ?? $"rule {index + 1}", rule.Answer ?? script.Default, rule.Latency ?? script.Latency, rule.Fault);
    }

    public Ruling Ruling { get; }

    public bool Matches(ModelRequest request, HttpRequest http)
    {
        if (_passOverToolResults && request.LastRole == "tool") return false;
        if (_when is null) return true;
        if (_when.LastRole is { } role && role != request.LastRole) return false;
        if (_when.Stream is { } stream && stream != request.Stream) return false;
        if (_when.Header is { } header)
        {
            if (!http.Headers.TryGetValue(header, out var value)) return false;
            if (_headerValue is not null && !_headerValue.IsMatch(value.ToString())) return false;
        }

        return Holds(_lastUser, request.LastUserText) && Holds(_model, request.Model) && Holds(_path, http.Path.Value ?? "")
            && (_system is null || _system.IsMatch(request.SystemText));
    }

    public bool AppliesNow()
    {
        var number = Interlocked.Increment(ref _count);
        return _calls is null || _calls.Contains(number);
    }

    private static bool Holds(Regex? pattern, string text) => pattern is null || pattern.IsMatch(text);

    private static Regex? Compile(string? pattern) => pattern is null
        ? null
        : new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, Patience);
}
