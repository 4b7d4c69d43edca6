using System.Text.Json;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>A transaction that is only tried: what <c>eth_call</c> and <c>eth_estimateGas</c> take.</summary>
public sealed record CallRequest
{
    public Address? From { get; init; }

    /// <summary>Null runs <see cref="Data"/> as the code that creates a contract, and returns what it would deploy.</summary>
    public Address? To { get; init; }

    public ReadOnlyMemory<byte> Data { get; init; }

    public Wei? Value { get; init; }

    public ulong? Gas { get; init; }

    public ulong? Nonce { get; init; }

    /// <summary>Only without the two fees of EIP-1559.</summary>
    public Wei? GasPrice { get; init; }

    public Wei? MaxFeePerGas { get; init; }

    public Wei? MaxPriorityFeePerGas { get; init; }

    public IReadOnlyList<AccessListEntry>? AccessList { get; init; }

    public IReadOnlyList<SignedAuthorization>? Authorizations { get; init; }

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (From is { } from)
            json.WriteHex("from"u8, from.Bytes);
        if (To is { } to)
            json.WriteHex("to"u8, to.Bytes);

        // Some nodes know only "data"; those that know both refuse two that differ, so that one is enough.
        if (!Data.IsEmpty)
            json.WriteHex("data"u8, Data.Span);
        WriteAmount(json, "value"u8, Value?.Value);
        WriteAmount(json, "gas"u8, Gas);
        WriteAmount(json, "nonce"u8, Nonce);
        WriteAmount(json, "gasPrice"u8, GasPrice?.Value);
        WriteAmount(json, "maxFeePerGas"u8, MaxFeePerGas?.Value);
        WriteAmount(json, "maxPriorityFeePerGas"u8, MaxPriorityFeePerGas?.Value);
        WriteAccessList(json);
        WriteAuthorizations(json);
        json.WriteEndObject();
    }

    private static void WriteAmount(Utf8JsonWriter json, ReadOnlySpan<byte> name, UInt256? amount)
    {
        if (amount is { } value)
            json.WriteQuantity(name, value);
    }

    private void WriteAccessList(Utf8JsonWriter json)
    {
        if (AccessList is null)
            return;

        json.WriteStartArray("accessList"u8);
        foreach (var item in AccessList)
        {
            json.WriteStartObject();
            json.WriteHex("address"u8, item.Address.Bytes);
            json.WriteStartArray("storageKeys"u8);
            foreach (var key in item.StorageKeys)
                json.WriteHex(key.Bytes);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteAuthorizations(Utf8JsonWriter json)
    {
        if (Authorizations is null)
            return;

        json.WriteStartArray("authorizationList"u8);
        foreach (var item in Authorizations)
        {
            json.WriteStartObject();
            json.WriteQuantity("chainId"u8, item.Authorization.ChainId);
            json.WriteHex("address"u8, item.Authorization.Delegate.Bytes);
            json.WriteQuantity("nonce"u8, item.Authorization.Nonce);
            json.WriteQuantity("yParity"u8, (ulong)item.YParity);
            json.WriteQuantity("r"u8, item.R);
            json.WriteQuantity("s"u8, item.S);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
