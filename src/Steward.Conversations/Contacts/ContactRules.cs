namespace Steward.Conversations.Contacts;

/// <summary>What may be said of a contact: short lines.</summary>
internal static class ContactRules
{
    private const int LongestName = 200;
    private const int LongestEmail = 320;
    private const int LongestPhone = 60;
    private const int LongestLanguage = 35;
    private const int LongestIdentity = 200;

    /// <summary>The details, when they can be kept. Errors: contact.invalid.</summary>
    public static ContactDetails Checked(ContactDetails details)
    {
        Check("name", details.Name, LongestName);
        Check("email", details.Email, LongestEmail);
        Check("phone", details.Phone, LongestPhone);
        Check("language", details.Language, LongestLanguage);
        Check("identity", details.Identity, LongestIdentity);
        return details;
    }

    private static void Check(string field, string? value, int longest)
    {
        if (value is not null && (value.Length > longest || value.Any(char.IsControl)))
        {
            throw new ConversationProblemException(400, "contact.invalid", $"'{field}' is one line of at most {longest} characters.");
        }
    }
}
