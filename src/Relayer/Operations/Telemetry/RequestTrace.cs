using System.Diagnostics;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Operations;

/// <summary>
/// A request's way as a trace. Its id follows from the request's, so that whatever process works on a stage tells it in the same trace, also after a
/// restart. Where nobody listens it costs next to nothing.
/// </summary>
public static class RequestTrace
{
    public const string SourceName = "OpenGradient.Relayer";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The trace of a request.</summary>
    public static ActivityTraceId IdOf(Hash32 requestId) => ActivityTraceId.CreateFromBytes(requestId.Bytes[..16]);

    /// <summary>Starts a stage; disposing of it ends it. Null where nobody listens.</summary>
    public static Activity? Start(string stage, Hash32 requestId)
    {
        if (!Source.HasListeners())
            return null;

        var parent = new ActivityContext(IdOf(requestId), ActivitySpanId.CreateFromBytes(requestId.Bytes[16..24]), ActivityTraceFlags.Recorded, isRemote: true);
        var activity = Source.StartActivity(stage, ActivityKind.Internal, parent);
        activity?.SetTag("request.id", requestId.ToString());
        return activity;
    }

    /// <summary>Tells of something that takes no time, such as an order or an end.</summary>
    public static void Tell(string stage, Hash32 requestId, string tag, object value)
    {
        using var activity = Start(stage, requestId);
        activity?.SetTag(tag, value);
    }
}
