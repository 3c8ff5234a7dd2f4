using System.Runtime.InteropServices;
using System.Text.Json;

namespace Steward.Models.Wires;

/// <summary>Texts to embed. <paramref name="Query"/>: they are questions that search, not what is searched.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EmbeddingInputs(string Model, IReadOnlyList<string> Texts, int? Dimensions, bool Query);

/// <summary>A wire format for embeddings.</summary>
internal interface IEmbeddingWire
{
    /// <summary>The most texts one request may hold.</summary>
    int MostInputs { get; }

    /// <summary>Whether a request of the OpenAI wire may pass as it is.</summary>
    bool Verbatim { get; }

    void Write(Utf8JsonWriter json, in EmbeddingInputs inputs);

    VectorsReader Reader(int expected);
}
