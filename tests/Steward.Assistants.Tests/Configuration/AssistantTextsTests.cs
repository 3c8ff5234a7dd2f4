using Steward.Assistants.Configuration;
using Steward.Assistants.Understanding;
using Steward.Conversations;
using Steward.Platform.Wakeups;
using Steward.Testing;

namespace Steward.Assistants.Tests.Configuration;

public sealed class AssistantTextsTests(PostgresServer server)
{
    [Theory]
    [InlineData(null, null, "de-AT", "de")]
    [InlineData(null, "es", "de-AT", "es")]
    [InlineData(null, null, "ja", "en")]
    [InlineData("One moment, please.", "es", "de-AT", null)]
    public async Task A_contact_is_told_in_the_assistant_s_words_else_in_its_language_else_in_the_contact_s(string? own, string? language, string contact, string? phrases)
    {
        await using var database = await TestDatabase.CreateAsync(server, ("assistants", typeof(AssistantsServices).Assembly));
        using var store = new AssistantStore(database.Database, database.Sealing, new NoWakeups(), TimeProvider.System);
        await store.CreateAsync(database.Tenant, new AssistantSettings { LimitedText = own, Language = language }, CancellationToken.None);
        (await new AssistantTexts(store).TextAsync(database.Tenant, null, ContactText.Limited, contact, CancellationToken.None))
            .ShouldBe(phrases is null ? own : Phrases.In(phrases).Limited);
    }

    private sealed class NoWakeups : IWakeups, IDisposable
    {
        public void Send(string topic, string payload)
        {
        }

        public IDisposable Listen(string topic, Action<string> onNotify) => this;

        public void Dispose()
        {
        }
    }
}
