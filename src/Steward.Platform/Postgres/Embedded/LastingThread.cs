using System.Collections.Concurrent;

namespace Steward.Platform.Postgres.Embedded;

/// <summary>
/// A thread that ends only with the process. A parent-death signal follows the thread that made the child, so a server
/// started from a pool thread would be stopped whenever the pool retires that thread.
/// </summary>
internal static class LastingThread
{
    private static readonly BlockingCollection<Action> Work = [];
    private static readonly Lazy<Thread> Runner = new(Start);

    internal static Task<T> Run<T>(Func<T> work)
    {
        _ = Runner.Value;
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
        });
        return done.Task;
    }

    private static Thread Start()
    {
        var thread = new Thread(() =>
        {
            foreach (var work in Work.GetConsumingEnumerable())
            {
                work();
            }
        })
        {
            IsBackground = true,
            Name = "PostgreSQL starter",
        };
        thread.Start();
        return thread;
    }
}
