using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Steward.Models.Schemas;

/// <summary>Checks a value against a JSON schema (draft 2020-12, and the older spellings that tools still send): the applicators, the assertions
/// and local references. Annotations and words it does not know say nothing, as the standard has it; a reference that leads elsewhere than into
/// the schema is a violation, because nothing can be promised then. <c>contains</c>, <c>dependentSchemas</c>, <c>unevaluated*</c> and <c>$dynamicRef</c>
/// are such unknown words.</summary>
internal sealed class SchemaValidator
{
    private const int MostViolations = 20;
    private const int DeepestNesting = 64;

    // Forms that refer to each other can ask for more work than there is time; what cannot be checked is not valid.
    private const int MostWork = 50_000;
    private readonly JsonElement _root;
    private readonly StrongBox<int> _work;
    private readonly List<SchemaViolation> _violations = [];

    private SchemaValidator(JsonElement root, StrongBox<int> work) => (_root, _work) = (root, work);

    public static IReadOnlyList<SchemaViolation> Check(JsonElement schema, JsonElement value)
    {
        var validator = new SchemaValidator(schema, new StrongBox<int>());
        validator.Value(schema, value, "", 0);
        return validator._violations;
    }

    private bool Holds(JsonElement schema, JsonElement value, int depth)
    {
        var inner = new SchemaValidator(_root, _work);
        inner.Value(schema, value, "", depth);
        return inner._violations.Count == 0;
    }

    private void Value(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (_violations.Count >= MostViolations) return;
        if (depth > DeepestNesting || _work.Value++ > MostWork)
        {
            Add(path, "is nested deeper than can be checked.");
            return;
        }

        if (schema.ValueKind == JsonValueKind.True) return;
        if (schema.ValueKind != JsonValueKind.Object)
        {
            Add(path, schema.ValueKind == JsonValueKind.False ? "is not allowed here." : "has no schema.");
            return;
        }

        if (schema.TryGetProperty("$ref", out var reference)) Reference(reference, value, path, depth);
        if (!TypeHolds(schema, value, path)) return;
        if (schema.TryGetProperty("enum", out var options) && !options.EnumerateArray().Any(option => JsonElement.DeepEquals(option, value)))
            Add(path, $"must be one of {options.GetRawText()}.");
        if (schema.TryGetProperty("const", out var only) && !JsonElement.DeepEquals(only, value)) Add(path, $"must be {only.GetRawText()}.");
        Combined(schema, value, path, depth);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Object(schema, value, path, depth);
                break;
            case JsonValueKind.Array:
                Array(schema, value, path, depth);
                break;
            case JsonValueKind.String:
                foreach (var fault in SchemaScalars.Text(schema, value.GetString()!)) Add(path, fault);
                break;
            case JsonValueKind.Number:
                foreach (var fault in SchemaScalars.Number(schema, value)) Add(path, fault);
                break;
            default:
                break;
        }
    }

    private void Reference(JsonElement reference, JsonElement value, string path, int depth)
    {
        if (SchemaPointer.Follow(_root, reference.GetString() ?? "") is { } target) Value(target, value, path, depth + 1);
        else Add(path, "cannot be checked: its schema refers to one that is not there.");
    }

    private bool TypeHolds(JsonElement schema, JsonElement value, string path)
    {
        if (!schema.TryGetProperty("type", out var type)) return true;
        var names = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(name => name.GetString())] : new[] { type.GetString() };
        if (names.Any(name => SchemaScalars.Is(name, value))) return true;
        // What OpenAPI calls nullable is a type of its own in JSON Schema; both spellings are met.
        if (value.ValueKind == JsonValueKind.Null && schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True) return true;
        Add(path, $"must be of type {string.Join(" or ", names)}.");
        return false;
    }

    private void Combined(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (schema.TryGetProperty("allOf", out var all))
            foreach (var part in all.EnumerateArray()) Value(part, value, path, depth + 1);
        if (schema.TryGetProperty("anyOf", out var any) && !any.EnumerateArray().Any(part => Holds(part, value, depth + 1)))
            Add(path, "matches none of the allowed forms.");
        if (schema.TryGetProperty("oneOf", out var one) && one.EnumerateArray().Count(part => Holds(part, value, depth + 1)) is var count && count != 1)
            Add(path, count == 0 ? "matches none of the allowed forms." : "matches more than one of the forms that exclude each other.");
        if (schema.TryGetProperty("not", out var not) && Holds(not, value, depth + 1)) Add(path, "has a form that is not allowed.");
        if (!schema.TryGetProperty("if", out var condition)) return;
        if (schema.TryGetProperty(Holds(condition, value, depth + 1) ? "then" : "else", out var consequence)) Value(consequence, value, path, depth + 1);
    }

    private void Object(JsonElement schema, JsonElement value, string path, int depth)
    {
        if (schema.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array)
        {
            foreach (var name in required.EnumerateArray())
                if (!value.TryGetProperty(name.GetString()!, out _)) Add(path, $"lacks the property '{name.GetString()}'.");
        }

        if (schema.TryGetProperty("dependentRequired", out var dependent))
        {
            foreach (var rule in dependent.EnumerateObject().Where(rule => value.TryGetProperty(rule.Name, out _)))
                foreach (var name in rule.Value.EnumerateArray())
                    if (!value.TryGetProperty(name.GetString()!, out _)) Add(path, $"lacks the property '{name.GetString()}', which '{rule.Name}' needs.");
        }

        Properties(schema, value, path, depth);
    }

    private void Properties(JsonElement schema, JsonElement value, string path, int depth)
    {
        var named = schema.TryGetProperty("properties", out var properties) ? properties : default;
        var patterned = schema.TryGetProperty("patternProperties", out var patterns) ? patterns : default;
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        var hasNames = schema.TryGetProperty("propertyNames", out var names);
        var count = 0;
        foreach (var property in value.EnumerateObject())
        {
            count++;
            var at = $"{path}/{SchemaPointer.Escape(property.Name)}";
            var known = false;
            if (named.ValueKind == JsonValueKind.Object && named.TryGetProperty(property.Name, out var own))
            {
                known = true;
                Value(own, property.Value, at, depth + 1);
            }

            if (patterned.ValueKind == JsonValueKind.Object)
            {
                foreach (var pattern in patterned.EnumerateObject().Where(pattern => SchemaScalars.Matches(pattern.Name, property.Name) is not false))
                {
                    known = true;
                    Value(pattern.Value, property.Value, at, depth + 1);
                }
            }

            if (hasNames && !Holds(names, JsonSerializer.SerializeToElement(property.Name), depth + 1)) Add(path, "has a property whose name is not allowed.");
            if (known || !hasOthers) continue;
            if (others.ValueKind == JsonValueKind.False) Add(path, $"has the property '{property.Name}', which is not known.");
            else Value(others, property.Value, at, depth + 1);
        }

        if (SchemaScalars.Bound(schema, "minProperties") > count) Add(path, "has too few properties.");
        if (SchemaScalars.Bound(schema, "maxProperties") < count) Add(path, "has too many properties.");
    }

    private void Array(JsonElement schema, JsonElement value, string path, int depth)
    {
        var length = value.GetArrayLength();
        if (SchemaScalars.Bound(schema, "minItems") is { } least && length < least) Add(path, $"must have at least {least} items.");
        if (SchemaScalars.Bound(schema, "maxItems") is { } most && length > most) Add(path, $"must have at most {most} items.");
        if (schema.TryGetProperty("uniqueItems", out var unique) && unique.ValueKind == JsonValueKind.True && !AllDiffer(value)) Add(path, "must have no item twice.");
        var (leading, others) = Items(schema);
        var position = 0;
        foreach (var item in value.EnumerateArray())
        {
            var at = $"{path}/{position}";
            if (leading.ValueKind == JsonValueKind.Array && position < leading.GetArrayLength()) Value(leading[position], item, at, depth + 1);
            else if (others.ValueKind != JsonValueKind.Undefined) Value(others, item, at, depth + 1);
            position++;
        }
    }

    // Before 2020-12 'items' could be the list of the first items, and 'additionalItems' the rest.
    private static (JsonElement Leading, JsonElement Others) Items(JsonElement schema)
    {
        schema.TryGetProperty("items", out var items);
        if (items.ValueKind != JsonValueKind.Array) return (schema.TryGetProperty("prefixItems", out var prefix) ? prefix : default, items);
        return (items, schema.TryGetProperty("additionalItems", out var additional) ? additional : default);
    }

    private static bool AllDiffer(JsonElement array)
    {
        var seen = new List<JsonElement>();
        foreach (var item in array.EnumerateArray())
        {
            if (seen.Exists(other => JsonElement.DeepEquals(other, item))) return false;
            seen.Add(item);
        }

        return true;
    }

    private void Add(string path, string message)
    {
        if (_violations.Count < MostViolations) _violations.Add(new SchemaViolation(path, message));
    }
}
