using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Steward.Platform.Sealing;

namespace Steward.Platform.Access.DataProtection;

/// <summary>Wraps a data-protection key by the master key before it becomes a row.</summary>
internal sealed class MasterKeyXmlEncryptor(MasterKeys masters) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
        => new(WrappedElement.Of(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), masters), typeof(MasterKeyXmlDecryptor));
}

/// <summary>The other way; made by the framework from the type's name in the row.</summary>
internal sealed class MasterKeyXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
        => XElement.Parse(Encoding.UTF8.GetString(WrappedElement.Open(encryptedElement, services.GetRequiredService<MasterKeys>())));
}

/// <summary>A key inside a row's XML: <c>&lt;wrapped master="2"&gt;base64&lt;/wrapped&gt;</c>. Rows of earlier versions have no number.</summary>
internal static class WrappedElement
{
    private const string Purpose = "data protection";

    public static XElement Of(byte[] plain, MasterKeys masters)
    {
        var (wrapped, master) = masters.Wrap(plain, Purpose);
        return new XElement("wrapped", new XAttribute("master", master), Convert.ToBase64String(wrapped));
    }

    public static byte[] Open(XElement element, MasterKeys masters)
        => masters.Unwrap(Convert.FromBase64String(element.Value), Purpose, Master(element));

    public static IEnumerable<int?> Masters(XElement row) => row.DescendantsAndSelf("wrapped").Select(Master);

    /// <summary>Wraps all keys in a row by the current master key.</summary>
    public static void Rewrap(XElement row, MasterKeys masters)
    {
        foreach (var element in row.DescendantsAndSelf("wrapped").ToList())
        {
            var (wrapped, master) = masters.Wrap(Open(element, masters), Purpose);
            element.SetAttributeValue("master", master);
            element.Value = Convert.ToBase64String(wrapped);
        }
    }

    private static int? Master(XElement element)
        => element.Attribute("master") is { } master ? int.Parse(master.Value, CultureInfo.InvariantCulture) : null;
}
