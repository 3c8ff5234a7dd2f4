using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Steward.Models.Calls;
using Steward.Platform.Access;

namespace Steward.Models.Gateway;

/// <summary>What every endpoint of the gateway does around its answer: read the body, name the caller, and say failures as the format does.</summary>
internal static class GatewayRequest
{
    // System.Text.Json marks so what it throws for a string that ends within a character.
    private const string NotText = "System.Text.Json.Rethrowable";

    /// <summary>Reads the body and answers; the body is given back afterwards.</summary>
    public static async Task AnswerAsync(HttpContext http, IWireErrors errors, Func<ReadOnlyMemory<byte>, Task> answer)
    {
        if (await RequestBytes.ReadAsync(http.Request, http.RequestAborted) is not { } body)
        {
            await errors.TooLargeAsync(http);
            return;
        }

        try
        {
            await answer(body.Memory);
        }
        catch (JsonException error) when (!http.Response.HasStarted)
        {
            await errors.BadRequestAsync(http, Sentence(error));
        }
        catch (InvalidOperationException error) when (error.Source == NotText && !http.Response.HasStarted)
        {
            await errors.BadRequestAsync(http, "The body has a string that is not valid Unicode.");
        }
        catch (ModelFailedException failure) when (!http.Response.HasStarted)
        {
            await errors.WriteAsync(http, failure);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; the call has ended and is recorded.
        }
        finally
        {
            body.Dispose();
        }
    }

    public static CallPurpose Purpose(Caller caller, string service) => new(service, "gateway",
        MemberId: caller.MemberId, ApiKeyId: caller.Kind == CallerKind.ApiKey ? caller.Id : null);

    // Sentences of our own checks are kept; the parser's are about positions and safe as well.
    private static string Sentence(JsonException error) => error.LineNumber is null ? error.Message : "The body is not JSON.";
}
