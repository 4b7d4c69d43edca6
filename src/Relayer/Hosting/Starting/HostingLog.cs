using Microsoft.Extensions.Logging;
using OpenGradient.Inference.Backends.Onnx;

namespace OpenGradient.Relayer.Hosting;

/// <summary>What a host says when it starts.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(140, LogLevel.Information, "Models run on {Provider}: {Reason}")]
    public static partial void ModelsRunOn(this ILogger logger, ExecutionProvider provider, string reason);

    [LoggerMessage(141, LogLevel.Warning, "Settlements go to private endpoints by the key that claims in the open, too: public nodes see a gap in its nonces until they are mined, and claims behind it wait as long")]
    public static partial void HiddenNoncesShared(this ILogger logger);
}
