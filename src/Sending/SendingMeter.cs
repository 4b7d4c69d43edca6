using System.Diagnostics.Metrics;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Sending;

/// <summary>A key's numbers as metrics. What begins with <c>sending.alarm</c> is for people: above zero somebody has to look.</summary>
public sealed class SendingMeter : IDisposable
{
    public const string MeterName = "OpenGradient.Sending";

    private readonly Meter _meter = new(MeterName);
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Counter<long> _orders;
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _unconfirmed;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _outside;
    private double _balance;
    private int _inFlight;
    private int _isLow;
    private int _isAtCap;
    private int _isShort;
    private int _isStuck;
    private int _failedRounds;

    public SendingMeter(ChainId chain, Address sender)
    {
        _tags = [new("chain", chain.ToString()), new("sender", sender.ToString())];
        _orders = _meter.CreateCounter<long>("sending.orders", "{order}", "Orders that came to a state, by state.");
        _attempts = _meter.CreateCounter<long>("sending.attempts", "{attempt}", "Transactions signed, by reason.");
        _refusals = _meter.CreateCounter<long>("sending.refusals", "{refusal}", "Refusals by nodes, by kind.");
        _unconfirmed = _meter.CreateCounter<long>("sending.unconfirmed", "{order}", "Orders whose block was replaced.");
        _failures = _meter.CreateCounter<long>("sending.failures", "{failure}", "Rounds that failed and were tried again, by cause.");
        _outside = _meter.CreateCounter<long>("sending.outside_nonces", "{order}", "Orders whose nonce was used by somebody else with the same key.");
        Gauge("sending.in_flight", "Transactions that wait for a block.", () => Volatile.Read(ref _inFlight));
        Gauge("sending.balance", "What the key has, in ether.", () => Volatile.Read(ref _balance));
        Gauge("sending.failed_rounds", "Rounds in a row that failed.", () => Volatile.Read(ref _failedRounds));
        Gauge("sending.alarm.low_balance", "1 when the key has too little.", () => Volatile.Read(ref _isLow));
        Gauge("sending.alarm.insufficient_funds", "1 when the key cannot pay for what waits.", () => Volatile.Read(ref _isShort));
        Gauge("sending.alarm.at_cap", "1 when a transaction waits that may not be raised any more.", () => Volatile.Read(ref _isAtCap));
        Gauge("sending.alarm.stuck", "1 when a transaction was replaced by an empty one and neither is mined.", () => Volatile.Read(ref _isStuck));
    }

    /// <summary>Whether the key cannot pay for what waits.</summary>
    public bool IsShortOfFunds
    {
        get => Volatile.Read(ref _isShort) != 0;
        internal set => Volatile.Write(ref _isShort, value ? 1 : 0);
    }

    /// <summary>Whether a transaction waits that may not be raised any more.</summary>
    public bool IsAtCap
    {
        get => Volatile.Read(ref _isAtCap) != 0;
        internal set => Volatile.Write(ref _isAtCap, value ? 1 : 0);
    }

    /// <summary>Whether a transaction was replaced by an empty one, and neither is mined.</summary>
    public bool IsStuck
    {
        get => Volatile.Read(ref _isStuck) != 0;
        internal set => Volatile.Write(ref _isStuck, value ? 1 : 0);
    }

    /// <summary>How many rounds in a row failed: nothing is sent as long as it grows.</summary>
    public int FailedRounds
    {
        get => Volatile.Read(ref _failedRounds);
        internal set => Volatile.Write(ref _failedRounds, value);
    }

    public void Dispose() => _meter.Dispose();

    internal void OnOrders(TransactionState state, int count) => _orders.Add(count, [.. _tags, new("state", Name(state))]);

    internal void OnAttempts(string reason, int count) => _attempts.Add(count, [.. _tags, new("reason", reason)]);

    internal void OnRefused(SendErrorKind kind) => _refusals.Add(1, [.. _tags, new("kind", Name(kind))]);

    internal void OnUnconfirmed(int count) => _unconfirmed.Add(count, _tags);

    internal void OnOutside(int count) => _outside.Add(count, _tags);

    internal void OnFailure(string cause) => _failures.Add(1, [.. _tags, new("cause", cause)]);

    internal void OnHead(Wei balance, Wei low)
    {
        Volatile.Write(ref _balance, double.Parse(balance.ToEther()));
        Volatile.Write(ref _isLow, balance < low ? 1 : 0);
    }

    /// <summary>Nobody need look at what another replica sends.</summary>
    internal void OnNotHolder() => (IsShortOfFunds, IsAtCap, IsStuck) = (false, false, false);

    internal void OnFlight(int count) => Volatile.Write(ref _inFlight, count);

    private static string Name<T>(T value)
        where T : struct, Enum => string.Concat(
            value.ToString().Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    private void Gauge(string name, string description, Func<double> read) =>
        _meter.CreateObservableGauge(name, () => new Measurement<double>(read(), _tags), null, description);
}
