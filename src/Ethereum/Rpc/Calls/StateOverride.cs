using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>What an account is pretended to be for the length of one call. What is null stays as it is.</summary>
public sealed record StateOverride
{
    public Wei? Balance { get; init; }

    public ulong? Nonce { get; init; }

    public ReadOnlyMemory<byte>? Code { get; init; }

    /// <summary>The whole storage: slots that are not named are zero. Not together with <see cref="StateDiff"/>.</summary>
    public IReadOnlyDictionary<Hash32, Hash32>? State { get; init; }

    /// <summary>Only these slots.</summary>
    public IReadOnlyDictionary<Hash32, Hash32>? StateDiff { get; init; }

    internal static void Write(Utf8JsonWriter json, IReadOnlyDictionary<Address, StateOverride> overrides)
    {
        json.WriteStartObject();
        foreach (var (account, change) in overrides)
        {
            json.WritePropertyName(account.ToLowerHex());
            change.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private void WriteTo(Utf8JsonWriter json)
    {
        if (State is not null && StateDiff is not null)
            throw new InvalidOperationException("An account's storage is either replaced or changed, not both.");

        json.WriteStartObject();
        if (Balance is { } balance)
            json.WriteQuantity("balance"u8, balance.Value);
        if (Nonce is { } nonce)
            json.WriteQuantity("nonce"u8, nonce);
        if (Code is { } code)
            json.WriteHex("code"u8, code.Span);
        WriteSlots(json, "state"u8, State);
        WriteSlots(json, "stateDiff"u8, StateDiff);
        json.WriteEndObject();
    }

    private static void WriteSlots(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<Hash32, Hash32>? slots)
    {
        if (slots is null)
            return;

        json.WriteStartObject(name);
        foreach (var (slot, value) in slots)
        {
            json.WritePropertyName(slot.ToString());
            json.WriteHex(value.Bytes);
        }

        json.WriteEndObject();
    }
}
