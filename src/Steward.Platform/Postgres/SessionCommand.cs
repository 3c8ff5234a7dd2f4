using Npgsql;

namespace Steward.Platform.Postgres;

/// <summary>One command of a session: what is sent, and how its answer is read.</summary>
internal abstract class SessionCommand(string sql, NpgsqlParameter[] parameters)
{
    /// <summary>Whether the statement answers with a result set that the reader must step to.</summary>
    public abstract bool HasRows { get; }

    public NpgsqlBatchCommand ToBatchCommand()
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        return command;
    }

    public virtual ValueTask ReadAsync(NpgsqlDataReader reader, CancellationToken ct) => ValueTask.CompletedTask;

    public virtual void Finish(NpgsqlBatchCommand sent)
    {
    }
}

internal sealed class ChangeCommand(string sql, NpgsqlParameter[] parameters) : SessionCommand(sql, parameters)
{
    public Pending<int> Affected { get; } = new();

    public override bool HasRows => false;

    public override void Finish(NpgsqlBatchCommand sent) => Affected.Complete((int)sent.RecordsAffected);
}

internal sealed class OneCommand<T>(string sql, Func<NpgsqlDataReader, T> map, NpgsqlParameter[] parameters) : SessionCommand(sql, parameters)
{
    public Pending<T?> Row { get; } = new();

    public override bool HasRows => true;

    public override async ValueTask ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
        => Row.Complete(await reader.ReadAsync(ct) ? map(reader) : default);
}

internal sealed class ManyCommand<T>(string sql, Func<NpgsqlDataReader, T> map, NpgsqlParameter[] parameters) : SessionCommand(sql, parameters)
{
    public Pending<List<T>> Rows { get; } = new();

    public override bool HasRows => true;

    public override async ValueTask ReadAsync(NpgsqlDataReader reader, CancellationToken ct)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(map(reader));
        }

        Rows.Complete(rows);
    }
}
