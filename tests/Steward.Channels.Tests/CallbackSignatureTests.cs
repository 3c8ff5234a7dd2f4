using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Outbound;

namespace Steward.Channels.Tests;

public sealed class CallbackSignatureTests
{
    private const string Secret = "a secret of some length";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"messageId":"1"}""");

    [Fact]
    public void A_signature_holds_for_its_body_secret_and_time()
        => BodySignature.Holds(BodySignature.Sign(Secret, Body, Now), Secret, Body, Now.AddMinutes(4)).ShouldBeTrue();

    [Fact]
    public void Another_body_secret_or_a_later_time_does_not_hold()
    {
        var header = BodySignature.Sign(Secret, Body, Now);
        BodySignature.Holds(header, Secret, "{}"u8, Now).ShouldBeFalse();
        BodySignature.Holds(header, Secret + "x", Body, Now).ShouldBeFalse();
        BodySignature.Holds(header, Secret, Body, Now.AddMinutes(6)).ShouldBeFalse();
        BodySignature.Holds(header, Secret, Body, Now.AddMinutes(-6)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=,v1=")]
    [InlineData("t=1790000000")]
    [InlineData("v1=00,t=1790000000")]
    [InlineData("t=1790000000,v1=zz")]
    [InlineData("t=99999999999999999999,v1=00")]
    public void A_header_of_another_form_does_not_hold(string? header)
        => BodySignature.Holds(header, Secret, Body, Now).ShouldBeFalse();

    [Fact]
    public void The_signature_is_the_documented_one()
    {
        // openssl dgst -sha256 -hmac 'a secret of some length' over: 1790000000.{"messageId":"1"}
        var expected = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes("""1790000000.{"messageId":"1"}""")));
        BodySignature.Sign(Secret, Body, Now).ShouldBe($"t=1790000000,v1={expected}");
    }

    [Fact]
    public void Changing_any_character_of_the_header_breaks_it()
        => Prop.ForAll(
            Gen.Choose(0, BodySignature.Sign(Secret, Body, Now).Length - 1).ToArbitrary(),
            position =>
            {
                var header = BodySignature.Sign(Secret, Body, Now).ToCharArray();
                header[position] = header[position] == '7' ? '8' : '7';
                return !BodySignature.Holds(new string(header), Secret, Body, Now);
            }).QuickCheckThrowOnFailure();
}
