using System.Collections.Frozen;
using System.Text.Json;

namespace Steward.Simulators.Gemini;

/// <summary>Reads the body of <c>:generateContent</c> and refuses what the service refuses: unknown fields, other roles, and results of tools
/// that do not follow their calls one for one.</summary>
internal static class GeminiRequest
{
    private static readonly FrozenSet<string> Fields = FrozenSet.Create(
        "contents", "systemInstruction", "system_instruction", "tools", "toolConfig", "tool_config", "generationConfig", "generation_config",
        "safetySettings", "safety_settings", "cachedContent");

    private static readonly FrozenSet<string> Config = FrozenSet.Create(
        "temperature", "topP", "topK", "maxOutputTokens", "stopSequences", "seed", "candidateCount", "presencePenalty", "frequencyPenalty",
        "responseMimeType", "responseSchema", "responseJsonSchema", "responseModalities", "thinkingConfig", "responseLogprobs", "logprobs");

    public static ModelRequest Read(JsonElement root, string model, bool stream)
    {
        Known(root, Fields);
        var request = new ModelRequest { Model = model, Stream = stream, IncludeUsage = true };
        if (root.TryGetProperty("systemInstruction", out var system)) request.Messages.Add(("system", Text(system)));
        if (!root.TryGetProperty("contents", out var contents) || contents.ValueKind != JsonValueKind.Array || contents.GetArrayLength() == 0)
            throw new BadModelRequestException("* GenerateContentRequest.contents: contents is not specified");
        Contents(contents, request);
        if (root.TryGetProperty("generationConfig", out var config)) Generation(config, request);
        Tools(root, request);
        return request;
    }

    private static void Contents(JsonElement contents, ModelRequest request)
    {
        var open = 0;
        foreach (var content in contents.EnumerateArray())
        {
            var role = content.TryGetProperty("role", out var given) ? given.GetString() : "user";
            if (role is not ("user" or "model")) throw new BadModelRequestException("Please use a valid role: user, model.");
            var parts = content.GetProperty("parts");
            if (parts.GetArrayLength() == 0) throw new BadModelRequestException("* GenerateContentRequest.contents[0].parts: contents.parts must not be empty.");
            var results = parts.EnumerateArray().Count(part => part.TryGetProperty("functionResponse", out _));
            if (results != open && (results > 0 || open > 0))
            {
                throw new BadModelRequestException(
                    "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.");
            }

            open = parts.EnumerateArray().Count(part => part.TryGetProperty("functionCall", out _));
            request.Messages.Add((results > 0 ? "tool" : role == "model" ? "assistant" : "user", Text(content)));
        }
    }

    private static void Generation(JsonElement config, ModelRequest request)
    {
        Known(config, Config);
        request.MaxTokens = Simulators.Fields.Number(config, "maxOutputTokens");
        if (request.MaxTokens is <= 0) throw new BadModelRequestException("* GenerateContentRequest.generation_config.max_output_tokens: must be positive.");
        var form = config.TryGetProperty("responseSchema", out _) || config.TryGetProperty("responseJsonSchema", out _);
        if (form && !(config.TryGetProperty("responseMimeType", out var type) && type.ValueEquals("application/json")))
            throw new BadModelRequestException("Controlled generation with a schema needs response_mime_type application/json.");
    }

    private static void Tools(JsonElement root, ModelRequest request)
    {
        if (root.TryGetProperty("tools", out var tools))
        {
            foreach (var function in tools.EnumerateArray().SelectMany(tool => tool.GetProperty("functionDeclarations").EnumerateArray()))
            {
                request.Tools.Add(Simulators.Fields.Text(function, "name"));
                if (function.TryGetProperty("parameters", out var plain) && plain.TryGetProperty("additionalProperties", out _))
                    throw new BadModelRequestException("Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters': Cannot find field.");
            }
        }

        if (!root.TryGetProperty("toolConfig", out var toolConfig) || !toolConfig.TryGetProperty("functionCallingConfig", out var calling)) return;
        var any = calling.TryGetProperty("mode", out var mode) && mode.ValueEquals("ANY");
        if (any) request.ForcedTool = calling.TryGetProperty("allowedFunctionNames", out var names) ? names[0].GetString() : request.Tools[0];
    }

    private static void Known(JsonElement element, FrozenSet<string> names)
    {
        foreach (var member in element.EnumerateObject())
            if (!names.Contains(member.Name)) throw new BadModelRequestException($"Invalid JSON payload received. Unknown name \"{member.Name}\": Cannot find field.");
    }

    private static string Text(JsonElement content)
    {
        var texts = content.GetProperty("parts").EnumerateArray().Select(part =>
            part.TryGetProperty("text", out var text) ? text.GetString()
            : part.TryGetProperty("functionResponse", out var result) ? Result(result)
            : null);
        return string.Join('\n', texts.Where(text => text is not null));
    }

    private static string Result(JsonElement result)
    {
        Simulators.Fields.Text(result, "name");
        return result.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.Object
            ? string.Join('\n', response.EnumerateObject().Select(member => member.Value.ToString()))
            : throw new BadModelRequestException("function_response.response must be an object.");
    }
}
