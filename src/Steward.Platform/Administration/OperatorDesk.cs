using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Operators;
using Steward.Platform.Paging;

namespace Steward.Platform.Administration;

internal sealed class OperatorDesk(OperatorStore store, IServiceScopeFactory scopes) : IOperatorAdministration
{
    public Task<OperatorEntry> AddAsync(string email, string name, string password, CancellationToken ct) =>
        WithAsync(async people => Entry(await people.AddAsync(email, name, password, ct)));

    public async Task<IReadOnlyList<OperatorEntry>> ListAsync(CancellationToken ct)
    {
        var rows = await Pages.AllAsync((after, size) => store.ListAsync(after, size, ct), last => new TimeCursor(last.CreatedAt, last.Id));
        return [.. rows.Select(Entry)];
    }

    public Task RemoveAsync(string email, CancellationToken ct) =>
        WithAsync(async people => await store.RemoveAsync((await FindAsync(people, email, ct)).Id, ct));

    public Task ResetPasswordAsync(string email, string password, CancellationToken ct) =>
        WithAsync(async people => await people.SetPasswordAsync(await FindAsync(people, email, ct), password, ct));

    private static OperatorEntry Entry(OperatorRow row) => new(row.Id, row.Email, row.Name, row.CreatedAt);

    private static async Task<OperatorRow> FindAsync(OperatorPeople people, string email, CancellationToken ct) =>
        await people.FindAsync(email, ct) ?? throw new RefusedException("operator.not_found", $"{email} is no operator.");

    private async Task<T> WithAsync<T>(Func<OperatorPeople, Task<T>> work)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<OperatorPeople>());
    }
}
