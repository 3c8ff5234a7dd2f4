using Steward.Models.BuiltIn;
using Steward.Search.Hybrid;
using Steward.Search.Indexing;
using Steward.Search.Vectors;

namespace Steward.Models.Tests.Answers;

/// <summary>A tenant's knowledge with the whole built-in path over it: search, its verdict, and the extractive model.</summary>
internal sealed class Shop
{
    private const double Threshold = 0.7;
    private const int Passages = 5;
    private readonly HashEmbedder _embedder = new();
    private readonly Dictionary<Guid, FilePassage> _passages = [];
    private readonly SearchIndex _index;

    public Shop(params IEnumerable<string> files)
    {
        var builder = new SegmentBuilder(HashEmbedder.ModelName);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            foreach (var passage in KnowledgeFiles.Read(file))
            {
                var id = new Guid(_passages.Count + 1, 0, 0, new byte[8]);
                _passages.Add(id, passage);
                builder.Add(new IndexPassage
                {
                    PassageId = id,
                    ArticleId = id,
                    SourceId = id,
                    Kind = "document",
                    Title = passage.Headings.Length > 0 ? $"{passage.Title}\n{passage.Headings}" : passage.Title,
                    Text = passage.Text,
                    Keywords = passage.Keywords,
                    Vector = _embedder.Embed(string.Join('\n', new[] { passage.Title, passage.Headings, passage.Text }.Where(part => part.Length > 0))),
                });
            }
        }

        _index = SearchIndex.Empty.With(builder.Build(Guid.NewGuid()));
    }

    public SearchResult Search(string question) =>
        HybridSearch.Search(_index, new SearchQuery(question) { Vector = _embedder.Embed(question), VectorModel = HashEmbedder.ModelName, Take = Passages });

    public FilePassage this[Guid id] => _passages[id];

    public ExtractiveAnswer Ask(string question)
    {
        var found = Search(question);
        return ExtractiveModel.Answer(new ExtractiveOptions(
            [new ExtractiveQuestion(question, found.Answerability >= Threshold, found.Answerability)],
            [
                .. found.Hits.Select((hit, i) => new ExtractivePassage(
                    i + 1, hit.PassageId, Titled(_passages[hit.PassageId]), _passages[hit.PassageId].Text, hit.Score)),
            ]));
    }

    private static string Titled(FilePassage passage) => passage.Headings.Length == 0 ? passage.Title : $"{passage.Title} > {passage.Headings}";
}
