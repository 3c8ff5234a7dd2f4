using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Steward.Models.Gateway;

/// <summary>How a wire says failures to its clients.</summary>
internal interface IWireErrors
{
    Task WriteAsync(HttpContext http, ModelFailedException failure);

    Task BadRequestAsync(HttpContext http, string message);

    Task TooLargeAsync(HttpContext http);

    /// <summary>The frame that ends a stream which cannot be finished.</summary>
    void WriteFrame(IBufferWriter<byte> output, ModelFailedException failure);
}
