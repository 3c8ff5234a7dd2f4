using Steward.Platform.Postgres.Embedded;

namespace Steward.Platform.Tests.Postgres.Embedded;

public sealed class AccessListTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string directory = Directory.CreateTempSubdirectory("steward-access-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void An_entry_lets_one_account_pass_and_nobody_else()
    {
        var list = AccessList.WithPass(null, Private, 4711);

        AccessList.LetsPass(list, 4711).ShouldBeTrue();
        AccessList.LetsPass(list, 4712).ShouldBeFalse();
    }

    [Fact]
    public void Entries_of_others_are_kept_and_a_second_time_changes_nothing()
    {
        var first = AccessList.WithPass(null, Private, 10);
        var both = AccessList.WithPass(first, Private, 5);

        AccessList.LetsPass(both, 10).ShouldBeTrue();
        AccessList.WithPass(both, Private, 5).ShouldBe(both);
    }

    [Fact]
    public void The_system_accepts_the_list_and_others_still_may_not_pass()
    {
        var list = AccessList.WithPass(null, Private, 4711);
        Assert.SkipUnless(Native.WriteAttribute(directory, AccessList.Attribute, list), "This file system keeps no access lists.");

        Native.ReadAttribute(directory, AccessList.Attribute).ShouldBe(list);
        File.GetUnixFileMode(directory).HasFlag(UnixFileMode.OtherExecute).ShouldBeFalse();
        File.GetUnixFileMode(directory).HasFlag(Private).ShouldBeTrue();
    }
}
