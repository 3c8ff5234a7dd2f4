using System.Text;

namespace Steward.Models.Gateway;

/// <summary>Names of models in headers: what a header cannot carry is percent-encoded, so that no name breaks an answer.</summary>
internal static class HeaderText
{
    public static string Of(string name) => name.All(IsPlain) ? name : string.Concat(Encoding.UTF8.GetBytes(name).Select(one => IsPlain((char)one) ? ((char)one).ToString() : $"%{one:X2}"));

    private static bool IsPlain(char letter) => letter is > ' ' and <= '~';
}
