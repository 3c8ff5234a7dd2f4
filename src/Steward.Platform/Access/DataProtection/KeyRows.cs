using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Npgsql;
using Steward.Platform.Postgres;
using Steward.Platform.Sealing;

namespace Steward.Platform.Access.DataProtection;

/// <summary>
/// The keys that protect cookies, as rows that all nodes share. The framework asks without a task, a few times in a process's life.
/// </summary>
internal sealed class KeyRows(Database database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.Source.CreateCommand("select xml from platform.data_protection_keys order by created_at");
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
        {
            elements.Add(XElement.Parse(reader.GetString(0)));
        }

        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.Source.CreateCommand("insert into platform.data_protection_keys (name, xml, master) values ($1, $2, $3)");
        command.Parameters.AddRange(new NpgsqlParameter[]
        {
            Sql.Text(friendlyName), Sql.Text(element.ToString(SaveOptions.DisableFormatting)), Sql.Int(WrappedElement.Masters(element).FirstOrDefault()),
        });
        command.ExecuteNonQuery();
    }
}

internal sealed class KeyOptions(Database database, MasterKeys masters) : IConfigureOptions<KeyManagementOptions>
{
    public void Configure(KeyManagementOptions options)
    {
        options.XmlRepository = new KeyRows(database);
        options.XmlEncryptor = new MasterKeyXmlEncryptor(masters);
    }
}
