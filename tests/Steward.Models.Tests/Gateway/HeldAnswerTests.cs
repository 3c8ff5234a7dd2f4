using System.Buffers;
using Steward.Models.Gateway;

namespace Steward.Models.Tests.Gateway;

public sealed class HeldAnswerTests
{
    [Fact]
    public void What_is_held_comes_out_as_it_went_in()
    {
        var bytes = new byte[400_000];
        Random.Shared.NextBytes(bytes);
        using var held = new HeldAnswer(bytes.Length);
        held.Write("of another model"u8);
        held.Clear();
        foreach (var piece in bytes.Chunk(7_001)) held.Write(piece);
        var output = new ArrayBufferWriter<byte>();
        held.CopyTo(output);
        output.WrittenSpan.SequenceEqual(bytes).ShouldBeTrue();
        held.Length.ShouldBe(bytes.Length);
    }

    [Fact]
    public void An_answer_that_grows_beyond_its_bound_is_a_failure_of_its_model()
    {
        using var held = new HeldAnswer(most: 10);
        held.Write("0123456789"u8);
        Should.Throw<ModelFailedException>(() => held.Write("x"u8)).Kind.ShouldBe(FailureKind.Malformed);
    }

    [Fact]
    public void A_node_holds_only_so_much()
    {
        using var held = new HeldAnswer(most: 10, mostOnNode: 0);
        var failure = Should.Throw<ModelFailedException>(() => held.Write("x"u8));
        failure.Kind.ShouldBe(FailureKind.Overloaded);
        failure.RetryAfter.ShouldNotBeNull();
    }
}
