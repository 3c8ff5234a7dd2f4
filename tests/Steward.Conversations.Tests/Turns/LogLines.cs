using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Steward.Conversations.Tests.Turns;

/// <summary>Every line that a node logs, at every level, with its members by name.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(string Text, Dictionary<string, object?> Members)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => Lines.Enqueue(($"{formatter(state, exception)} {exception}", state is IEnumerable<KeyValuePair<string, object?>> members ? members.ToDictionary() : []));

    public void Dispose()
    {
    }
}
