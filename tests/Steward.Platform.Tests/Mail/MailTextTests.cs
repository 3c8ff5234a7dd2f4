using FsCheck;
using FsCheck.Fluent;
using Steward.Platform.Access;
using Steward.Platform.Access.Invitations;
using Steward.Platform.Mail;
using Steward.Platform.Mail.Mime;
using Steward.Simulators;

namespace Steward.Platform.Tests.Mail;

public sealed class MailTextTests
{
    private static ReceivedMail Read(string source) => new()
    {
        Number = 1, At = default, From = "", To = [], Encrypted = false, Data = System.Text.Encoding.UTF8.GetBytes(source),
    };

    [Fact]
    public void Any_text_comes_back_from_quoted_printable_in_short_ascii_lines() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        text =>
        {
            var sound = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]).ReplaceLineEndings("\r\n");
            var encoded = QuotedPrintable.Encode(sound);
            var back = Read($"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}").Text;
            return back == sound && encoded.Split("\r\n").All(line => line.Length <= 76 && System.Text.Ascii.IsValid(line) && !line.EndsWith(' '));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_subject_comes_back_from_its_header_and_stays_one_header() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        text =>
        {
            var sound = new string([.. text.Get.Where(c => !char.IsSurrogate(c) && !char.IsControl(c))]).Trim() + "é";
            var header = HeaderText.Encode(sound);
            return Read($"Subject: {header}\r\nTo: <a@b.c>\r\n\r\n") is { } read && read.Subject == sound && read.Header("To") == "<a@b.c>"
                && $"Subject: {header}".Split("\r\n").All(line => line.Length <= 76);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Whatever_is_read_as_an_address_ends_no_line_and_no_command() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        ArbMap.Default.ArbFor<NonNull<string>>(),
        (local, domain) => MailBox.Parse($"{local.Get}@{domain.Get}.example") is not { } box
            || !box.Address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or ',' or ';' or ':' or '"' or '(' or ')')).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("Support <support@example.com>", "Support", "support@example.com")]
    [InlineData("\"Support, Inc.\" <support@example.com>", "Support, Inc.", "support@example.com")]
    [InlineData("support@example.com", null, "support@example.com")]
    public void An_address_of_the_settings_may_have_a_name(string text, string? name, string address)
    {
        var box = MailBox.ParseNamed(text)!;
        (box.Name, box.Address).ShouldBe((name, address));
    }

    [Fact]
    public void Every_role_has_a_word_in_every_language_of_mails() =>
        MailTemplates.Languages.SelectMany(language => Enum.GetValues<Role>().Select(role => RoleWords.Of(language, role))).ShouldAllBe(word => word.Length > 0);

    public static TheoryData<string, string> Templates =>
        [.. from language in MailTemplates.Languages from name in MailTemplates.Names select (language, name)];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Every_template_is_there_in_every_language_and_escapes_what_it_is_given(string language, string name)
    {
        var template = MailTemplates.Of(language, name).ShouldNotBeNull($"{name} is missing in {language}");
        var values = template.Places.ToDictionary(place => place, place => $"<{place} & \"x\">");

        var written = MailTemplates.Write(name, language, values);

        written.Subject.ShouldNotBeNullOrWhiteSpace();
        written.Html.ShouldContain($"<html lang=\"{language}\">");
        foreach (var place in template.Places)
        {
            (written.Text + written.Subject).ShouldContain($"<{place} & \"x\">");
            written.Html.ShouldNotContain($"<{place} &");
        }

        (written.Text + written.Html).ShouldNotContain("{{");
        template.Places.Order().ShouldBe(MailTemplates.Of("en", name)!.Places.Order(), "All languages say the same.");
    }

    [Fact]
    public void Every_kind_has_a_template() => MailTemplates.Names.ShouldBe(
        typeof(MailKinds).GetFields().Select(field => (string)field.GetRawConstantValue()!), ignoreOrder: true);

    [Theory]
    [InlineData("de-AT", "de")]
    [InlineData("DE", "de")]
    [InlineData("tlh", "en")]
    [InlineData(null, "en")]
    [InlineData("../../etc", "en")]
    public void A_language_without_templates_is_english(string? tag, string spoken) => MailTemplates.LanguageOf(tag).ShouldBe(spoken);

    [Fact]
    public void A_value_is_never_taken_for_markup_or_for_a_second_subject()
    {
        var written = MailTemplates.Write(MailKinds.Invitation, "en", new Dictionary<string, string>
        {
            ["tenant"] = "Bikes\r\nBcc: eve@example.com {{link}}", ["role"] = "[click](https://evil.example)", ["link"] = "https://good.example", ["expires"] = "now",
        });
        written.Subject.ShouldNotContain('\n');
        written.Subject.ShouldContain("{{link}}");
        written.Html.ShouldNotContain("href=\"https://evil.example\"");
    }

    [Fact]
    public void A_missing_value_is_found_before_anything_is_stored() =>
        Should.Throw<ArgumentException>(() => MailTemplates.Write(MailKinds.Invitation, "en", new Dictionary<string, string>()));
}
