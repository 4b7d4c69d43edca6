using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.PrivateService.Answering;

/// <summary>Whom a gateway answers for, and within which limits.</summary>
public sealed record GatewayOptions
{
    /// <summary>The node that receipts are of.</summary>
    public required Address Node { get; init; }

    /// <summary>Tells who is paid. It is asked when a receipt is signed: a node's operator may name another at any time.</summary>
    public required Func<Address> Payee { get; init; }

    /// <summary>The hub that receipts are for.</summary>
    public required HubDomain Hub { get; init; }

    /// <summary>How far a request's time and ours may be apart: 10 seconds to an hour.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many requests are remembered so that none counts twice: for two windows each. 1 to 10,000,000.</summary>
    public int RememberedRequests { get; init; } = 100_000;

    /// <summary>How many requests are held at a time, each with up to 17 MiB: 1 to 1,000.</summary>
    public int MostAtOnce { get; init; } = 16;

    /// <summary>The longest answer, in bytes: up to 16 MiB.</summary>
    public int MostAnswerBytes { get; init; } = 16 << 20;

    /// <summary>How long a request may take, from its first byte to the last of its answer: a second to an hour.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a receipt can be settled after it was signed: a minute to 30 days.</summary>
    public TimeSpan ReceiptLifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a key still opens requests once another has taken its place: up to a day.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is outside its range; null where all is well.</summary>
    public string? FindFault() =>
        Window < TimeSpan.FromSeconds(10) || Window > TimeSpan.FromHours(1) ? nameof(Window)
        : RememberedRequests is < 1 or > 10_000_000 ? nameof(RememberedRequests)
        : MostAtOnce is < 1 or > 1_000 ? nameof(MostAtOnce)
        : MostAnswerBytes is < 1 or > 16 << 20 ? nameof(MostAnswerBytes)
        : AnswerTime < TimeSpan.FromSeconds(1) || AnswerTime > TimeSpan.FromHours(1) ? nameof(AnswerTime)
        : ReceiptLifetime < TimeSpan.FromMinutes(1) || ReceiptLifetime > TimeSpan.FromDays(30) ? nameof(ReceiptLifetime)
        : Drain < TimeSpan.Zero || Drain > TimeSpan.FromDays(1) ? nameof(Drain)
        : null;
}
