namespace Steward.Architecture.Tests.Sources;

public sealed class ProjectReferenceTests
{
    private static IReadOnlyList<Project> Projects(string folder) =>
        [.. Directory.GetFiles(Repository.PathOf(folder), "*.csproj", SearchOption.AllDirectories).Select(Project.Read)];

    [Fact]
    public void Rooms_stand_only_on_rooms_below_them()
    {
        var projects = Projects("src");
        projects.Count.ShouldBeGreaterThan(5);
        projects.Sum(project => project.References.Count).ShouldBeGreaterThan(10);
        ReferenceRules.Check(projects).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Steward.Platform", "Steward.Search")]
    [InlineData("Steward.Models", "Steward.Conversations")]
    [InlineData("Steward.Conversations", "Steward.Models")]
    [InlineData("Steward.Knowledge", "Steward.Assistants")]
    [InlineData("Steward.Channels", "Steward.Assistants")]
    [InlineData("Steward.Billing", "Steward.Insights")]
    [InlineData("Steward.Host", "Steward.Simulators")]
    [InlineData("Steward.Simulators", "Steward.Platform")]
    public void An_arrow_upward_or_sideways_is_found(string from, string to) =>
        ReferenceRules.Check([new Project(from, ["Steward.Platform", to])])
            .ShouldContain($"{from} must not stand on {to}.");

    [Fact]
    public void A_room_without_a_row_in_the_table_is_found() =>
        ReferenceRules.Check([new Project("Steward.Utilities", [])]).ShouldHaveSingleItem().ShouldContain("Steward.Utilities");

    [Fact]
    public void Nothing_in_the_product_stands_on_a_test() =>
        Projects("src").SelectMany(project => project.References).ShouldAllBe(reference => Directory.Exists(Repository.PathOf($"src/{reference}")));

    [Fact]
    public void No_project_is_a_drawer_for_everything() =>
        Projects("src").Select(project => project.Name.Split('.')[^1])
            .ShouldNotContain(name => name == "Common" || name == "Core" || name == "Shared" || name == "Utilities");
}
