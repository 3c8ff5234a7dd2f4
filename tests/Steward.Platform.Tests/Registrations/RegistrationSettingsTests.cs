using Microsoft.Extensions.Configuration;
using Steward.Platform.Registrations;

namespace Steward.Platform.Tests.Registrations;

public sealed class RegistrationSettingsTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("off", "https://steward.example")]
    public void Registration_is_off_unless_it_is_switched_on(string? set, string? address) => Read(set, address).PublicAddress.ShouldBeNull();

    [Theory]
    [InlineData("on", null)]
    [InlineData("on", "steward.example")]
    [InlineData("on", "ftp://steward.example")]
    [InlineData("yes", "https://steward.example")]
    public void What_cannot_work_stops_the_start(string set, string? address) => Should.Throw<FormatException>(() => Read(set, address)).Message.ShouldContain("STEWARD_REGISTRATION");

    private static RegistrationSettings Read(string? set, string? address) => RegistrationSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["STEWARD_REGISTRATION"] = set, ["STEWARD_PUBLIC_URL"] = address }).Build());
}
