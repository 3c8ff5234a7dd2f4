using Microsoft.Extensions.Configuration;

namespace Steward.Platform.Registrations;

/// <summary>Whether strangers may make tenants.</summary>
/// <param name="PublicAddress">Where the links of mails lead; null when registration is off. Never taken from a request: its sender chooses that.</param>
internal sealed record RegistrationSettings(Uri? PublicAddress)
{
    /// <summary>Throws <see cref="FormatException"/> with a sentence that says what to change.</summary>
    public static RegistrationSettings Read(IConfiguration configuration) => configuration["STEWARD_REGISTRATION"] switch
    {
        null or "" or "off" => new RegistrationSettings(PublicAddress: null),
        "on" => Uri.TryCreate(configuration["STEWARD_PUBLIC_URL"], UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new RegistrationSettings(address)
            : throw new FormatException("STEWARD_REGISTRATION is on, so STEWARD_PUBLIC_URL must say where people reach this installation: the links in mails lead there."),
        _ => throw new FormatException("STEWARD_REGISTRATION is on or off."),
    };
}
