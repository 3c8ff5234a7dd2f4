using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Steward.Models.Schemas;

namespace Steward.Models.Tests.Schemas;

public sealed class SchemaTests
{
    [Theory]
    // schema, a value that is valid, one that is not, and what is said of it
    [InlineData("""{"type":"string"}""", "\"a\"", "1", "/: must be of type string.")]
    [InlineData("""{"type":["string","null"]}""", "null", "1", "/: must be of type string or null.")]
    [InlineData("""{"type":"integer"}""", "2.0", "2.5", "/: must be of type integer.")]
    [InlineData("""{"enum":["a",{"b":1}]}""", "{\"b\":1.0}", "\"c\"", "/: must be one of")]
    [InlineData("""{"const":3}""", "3", "4", "/: must be 3.")]
    [InlineData("""{"required":["a"]}""", "{\"a\":1}", "{\"b\":1}", "/: lacks the property 'a'.")]
    [InlineData("""{"properties":{"a":{"type":"number"}}}""", "{\"b\":\"\"}", "{\"a\":\"\"}", "/a: must be of type number.")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", "{\"a\":1}", "{\"b\":1}", "/: has the property 'b', which is not known.")]
    [InlineData("""{"additionalProperties":{"type":"boolean"}}""", "{\"x\":true}", "{\"x~/\":1}", "/x~0~1: must be of type boolean.")]
    [InlineData("""{"patternProperties":{"^n":{"type":"number"}},"additionalProperties":false}""", "{\"n1\":1}", "{\"n1\":\"\"}", "/n1: must be of type number.")]
    [InlineData("""{"propertyNames":{"maxLength":2}}""", "{\"ab\":1}", "{\"abc\":1}", "/: has a property whose name is not allowed.")]
    [InlineData("""{"minProperties":1,"maxProperties":1}""", "{\"a\":1}", "{}", "/: has too few properties.")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", "{\"b\":1}", "{\"a\":1}", "/: lacks the property 'b', which 'a' needs.")]
    [InlineData("""{"items":{"type":"string"}}""", "[\"a\"]", "[\"a\",1]", "/1: must be of type string.")]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":false}""", "[\"a\"]", "[\"a\",1]", "/1: is not allowed here.")]
    [InlineData("""{"items":[{"type":"string"}],"additionalItems":{"type":"number"}}""", "[\"a\",1]", "[\"a\",\"b\"]", "/1: must be of type number.")]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1]", "[1,2,3]", "/: must have at most 2 items.")]
    [InlineData("""{"uniqueItems":true}""", "[1,2]", "[{\"a\":1},{\"a\":1}]", "/: must have no item twice.")]
    [InlineData("""{"minLength":2,"maxLength":2}""", "\"😀😀\"", "\"a\"", "/: must have at least 2 characters.")]
    [InlineData("""{"pattern":"^[A-Z]-\\d+$"}""", "\"A-1\"", "\"a-1\"", "/: must match the pattern")]
    [InlineData("""{"format":"date"}""", "\"2026-02-28\"", "\"2026-02-30\"", "/: must be a date.")]
    [InlineData("""{"format":"date-time"}""", "\"2026-02-28T10:00:00Z\"", "\"tomorrow at ten o'clock\"", "/: must be a date-time.")]
    [InlineData("""{"format":"email"}""", "\"a@b.example\"", "\"Ada <a@b.example>\"", "/: must be a email.")]
    [InlineData("""{"format":"uuid"}""", "\"00000000-0000-0000-0000-000000000001\"", "\"1\"", "/: must be a uuid.")]
    [InlineData("""{"minimum":1,"maximum":3}""", "3", "4", "/: must be at most 3.")]
    [InlineData("""{"exclusiveMinimum":1}""", "1.1", "1", "/: must be more than 1.")]
    [InlineData("""{"minimum":1,"exclusiveMinimum":true}""", "2", "1", "/: must be at least 1.")]
    [InlineData("""{"multipleOf":0.01}""", "19.99", "19.995", "/: must be a multiple of 0.01.")]
    [InlineData("""{"anyOf":[{"type":"string"},{"type":"number"}]}""", "1", "true", "/: matches none of the allowed forms.")]
    [InlineData("""{"oneOf":[{"multipleOf":3},{"multipleOf":5}]}""", "9", "15", "/: matches more than one")]
    [InlineData("""{"allOf":[{"required":["a"]},{"required":["b"]}]}""", "{\"a\":1,\"b\":1}", "{\"a\":1}", "/: lacks the property 'b'.")]
    [InlineData("""{"not":{"type":"string"}}""", "1", "\"\"", "/: has a form that is not allowed.")]
    [InlineData("""{"if":{"properties":{"k":{"const":1}}},"then":{"required":["a"]},"else":{"required":["b"]}}""", "{\"k\":1,\"a\":1}", "{\"k\":2,\"a\":1}", "/: lacks the property 'b'.")]
    [InlineData("""{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}}}""", "{\"next\":{\"next\":{}}}", "{\"next\":{\"next\":1}}", "/next/next: must be of type object.")]
    [InlineData("""{"type":"string","nullable":true}""", "null", "1", "/: must be of type string.")]
    [InlineData("true", "1", null, null)]
    public void A_value_is_held_to_its_schema(string schema, string valid, string? invalid, string? says)
    {
        Check(schema, valid).ShouldBeEmpty();
        if (invalid is not null) Check(schema, invalid)[0].ToString().ShouldStartWith(says!);
    }

    [Theory]
    [InlineData("""{"$ref":"https://example.test/schema"}""")]
    [InlineData("""{"$ref":"#/$defs/missing"}""")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"pattern":"("}""")]
    [InlineData("""{"pattern":"^(a+)+$"}""")]
    [InlineData("""{"anyOf":[{"$ref":"#"},{"$ref":"#"},{"$ref":"#"}]}""")]
    public void What_cannot_be_checked_is_not_valid(string schema) => Check(schema, $"\"{new string('a', 40)}!\"").ShouldNotBeEmpty();

    [Fact]
    public void Violations_are_bounded() => Check("""{"items":{"type":"string"}}""", $"[{string.Join(',', Enumerable.Range(0, 1000))}]").Count.ShouldBe(20);

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"],"enum":["x"]},"b":{"items":{"anyOf":[{"$ref":"#/$defs/c"},true]}}},"required":["a"],"x-own":{"type":7}}""", true)]
    [InlineData("true", true)]
    [InlineData("7", false)]
    [InlineData("[]", false)]
    [InlineData("""{"type":"text"}""", false)]
    [InlineData("""{"type":["string",7]}""", false)]
    [InlineData("""{"properties":[]}""", false)]
    [InlineData("""{"properties":{"a":"string"}}""", false)]
    [InlineData("""{"items":3}""", false)]
    [InlineData("""{"anyOf":{}}""", false)]
    [InlineData("""{"required":"a"}""", false)]
    [InlineData("""{"required":[1]}""", false)]
    [InlineData("""{"enum":"a"}""", false)]
    [InlineData("""{"additionalProperties":"no"}""", false)]
    [InlineData("""{"properties":{"a":{"not":{"type":"nil"}}}}""", false)]
    public void A_schema_is_told_from_what_is_none(string schema, bool isOne) => (SchemaShape.Fault(JsonElement.Parse(schema)) is null).ShouldBe(isOne);

    [Fact]
    public void A_value_is_valid_against_the_schema_that_only_it_has() => FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        ArbMap.Default.ArbFor<Dictionary<NonNull<string>, int>>(), members =>
        {
            var value = JsonSerializer.SerializeToElement(members.ToDictionary(member => member.Key.Get, member => member.Value));
            var schema = JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["const"] = value, ["minProperties"] = members.Count });
            return SchemaValidator.Check(schema, value).Count == 0 && SchemaShape.Fault(schema) is null;
        }));

    private static IReadOnlyList<SchemaViolation> Check(string schema, string value) => SchemaValidator.Check(JsonElement.Parse(schema), JsonElement.Parse(value));
}
