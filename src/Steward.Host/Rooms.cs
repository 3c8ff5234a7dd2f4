namespace Steward.Host;

/// <summary>The rooms of the house, lower ones first.</summary>
internal static class Rooms
{
    public static void AddRooms(this WebApplicationBuilder builder)
    {
    }

    public static void MapRooms(this WebApplication app)
    {
    }
}
