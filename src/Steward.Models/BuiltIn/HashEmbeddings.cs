using Microsoft.Extensions.AI;
using Steward.Search.Vectors;

namespace Steward.Models.BuiltIn;

/// <summary>The embedder <c>steward-hash</c>. It is arithmetic in this process: it costs nothing and has no spend row.</summary>
internal static class HashEmbeddings
{
    private static readonly HashEmbedder Embedder = new();

    public static GeneratedEmbeddings<Embedding<float>> Generate(IEnumerable<string> values)
    {
        var all = new GeneratedEmbeddings<Embedding<float>>();
        foreach (var value in values) all.Add(new Embedding<float>(Embedder.Embed(value)) { ModelId = BuiltInModelNames.Hash });
        return all;
    }
}
