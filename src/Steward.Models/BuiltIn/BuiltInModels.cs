namespace Steward.Models.BuiltIn;

internal static class BuiltInModels
{
    public const string Provider = "steward";
}
