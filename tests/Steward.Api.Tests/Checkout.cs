namespace Steward.Api.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string PathOf(string relative)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Steward.slnx")))
            {
                return Path.Combine(at.FullName, relative);
            }
        }

        throw new InvalidOperationException("The tests run inside a checkout: no Steward.slnx was found above them.");
    }
}
