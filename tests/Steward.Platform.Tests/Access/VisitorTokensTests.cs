using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Steward.Platform.Access.Visitors;
using Steward.Platform.Erasing.Contacts;
using Steward.Platform.Sealing;
using Steward.Platform.Tenancy;
using Steward.Testing;

namespace Steward.Platform.Tests.Access;

public sealed class VisitorTokensTests
{
    private static readonly MasterKey Master = new([.. Enumerable.Range(0, 32).Select(n => (byte)n)]);
    private readonly ManualTime time = new();

    [Fact]
    public void A_token_says_whom_it_was_given_to()
    {
        var tokens = Tokens(Master);
        var (tenant, channel, contact) = (TenantId.New(), Guid.NewGuid(), Guid.NewGuid());
        var token = tokens.Issue(tenant, channel, contact);
        tokens.TryRead(token.Value, out var visitor).ShouldBeTrue();
        (visitor!.Tenant, visitor.ChannelId, visitor.ContactId, visitor.ExpiresAt).ShouldBe((tenant, channel, contact, token.ExpiresAt));
        token.ExpiresAt.ShouldBe(time.GetUtcNow().AddHours(24));
    }

    [Fact]
    public void An_expired_token_is_renewed_for_thirty_days_and_reads_nothing()
    {
        var tokens = Tokens(Master);
        var contact = Guid.NewGuid();
        var token = tokens.Issue(TenantId.New(), Guid.NewGuid(), contact).Value;
        time.Advance(TimeSpan.FromDays(31) - TimeSpan.FromSeconds(1));
        tokens.TryRead(token, out _).ShouldBeFalse();
        tokens.TryRenew(token, out var visitor).ShouldBeTrue();
        visitor!.ContactId.ShouldBe(contact);
        time.Advance(TimeSpan.FromSeconds(1));
        tokens.TryRenew(token, out visitor).ShouldBeFalse();
        visitor.ShouldBeNull();
    }

    [Fact]
    public void No_changed_character_is_accepted()
    {
        var tokens = Tokens(Master);
        var token = tokens.Issue(TenantId.New(), Guid.NewGuid(), Guid.NewGuid()).Value;
        Prop.ForAll(Gen.Choose(0, token.Length - 1).ToArbitrary(), Gen.Elements("Aa0_-=! ".ToCharArray()).ToArbitrary(), (at, other) =>
        {
            var changed = token[..at] + other + token[(at + 1)..];
            return changed == token || (!tokens.TryRead(changed, out _) && !tokens.TryRenew(changed, out _));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_text_is_read_without_an_exception()
    {
        var tokens = Tokens(Master);
        Prop.ForAll<string>(text => text is null || !tokens.TryRead("vt_" + text, out _)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Another_installation_signs_otherwise()
    {
        var other = Tokens(new MasterKey(new byte[32]));
        var token = other.Issue(TenantId.New(), Guid.NewGuid(), Guid.NewGuid()).Value;
        Tokens(Master).TryRead(token, out _).ShouldBeFalse();
    }

    // Before a start has read them, the secrets are those of a fresh installation.
    private VisitorTokens Tokens(MasterKey master) => new(new InstallationSecrets(null!, new MasterKeys([master])), new ErasedContacts(null!, null!, NullLogger<ErasedContacts>.Instance), time);
}
