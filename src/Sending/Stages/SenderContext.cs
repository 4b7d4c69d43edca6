using Microsoft.Extensions.Logging;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Sending.Broadcasting;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending.Stages;

/// <summary>What the stages of one key share.</summary>
internal sealed record SenderContext(
    Address Sender,
    ChainId Chain,
    SendingStore Store,
    SendingEndpoints Endpoints,
    SendingOptions Options,
    TransactionMaker Maker,
    Broadcaster Broadcaster,
    Portions Portions,
    SendingMeter Meter,
    ILogger Log,
    TimeProvider Clock)
{
    /// <summary>How many endpoints must say what no single one is believed about.</summary>
    public int Quorum => Math.Min(Options.FinalQuorum ?? ((Endpoints.Open.Count / 2) + 1), Endpoints.Open.Count);

    /// <summary>Called at each boundary; does nothing but in tests.</summary>
    public Func<Boundary, Task> Pass { get; init; } = static _ => Task.CompletedTask;
}
