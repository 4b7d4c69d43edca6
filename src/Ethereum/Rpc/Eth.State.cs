using System.Text.Json;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

public static partial class Eth
{
    /// <summary>Runs a call on the state of a block and gives what it returned. A revert is <see cref="RpcError.Reverted"/>.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="block">On whose state.</param>
    /// <param name="overrides">What accounts are pretended to be meanwhile.</param>
    public static RpcCall<ReadOnlyMemory<byte>> Call(
        CallRequest request, BlockTag block, IReadOnlyDictionary<Address, StateOverride>? overrides = null) =>
        new(
            "eth_call",
            WriteCall(request, block, overrides),
            static (ref Utf8JsonReader reader) => reader.ReadBytes("the call's result"));

    /// <summary>The gas limit that a transaction needs, as the node guesses it. A revert is <see cref="RpcError.Reverted"/>.</summary>
    public static RpcCall<ulong> EstimateGas(
        CallRequest request, BlockTag block, IReadOnlyDictionary<Address, StateOverride>? overrides = null) =>
        new("eth_estimateGas", WriteCall(request, block, overrides), static (ref Utf8JsonReader reader) => reader.ReadUInt64("gas"));

    public static RpcCall<Wei> GasPrice() => Amount("eth_gasPrice", JsonParameters.None);

    public static RpcCall<Wei> MaxPriorityFeePerGas() => Amount("eth_maxPriorityFeePerGas", JsonParameters.None);

    public static RpcCall<Wei> BlobBaseFee() => Amount("eth_blobBaseFee", JsonParameters.None);

    public static RpcCall<Wei> GetBalance(Address account, BlockTag block) => Amount("eth_getBalance", OfAccount(account, block));

    /// <summary>An account's code; empty when it has none.</summary>
    public static RpcCall<ReadOnlyMemory<byte>> GetCode(Address account, BlockTag block) =>
        new("eth_getCode", OfAccount(account, block), static (ref Utf8JsonReader reader) => reader.ReadBytes("code"));

    /// <summary>The account's nonce; of the pending block it counts what waits in the node's pool.</summary>
    public static RpcCall<ulong> GetTransactionCount(Address account, BlockTag block) =>
        new("eth_getTransactionCount", OfAccount(account, block), static (ref Utf8JsonReader reader) => reader.ReadUInt64("nonce"));

    public static RpcCall<Hash32> GetStorageAt(Address account, Hash32 slot, BlockTag block) =>
        new(
            "eth_getStorageAt",
            JsonParameters.Write((account, slot, block), static (json, query) =>
            {
                json.WriteHex(query.account.Bytes);
                json.WriteHex(query.slot.Bytes);
                json.WriteStateBlock(query.block);
            }),
            static (ref Utf8JsonReader reader) => Hash32.FromUInt256(reader.ReadPaddedUInt256("slot")));

    /// <summary>An account's state and slots with their proofs (EIP-1186).</summary>
    public static RpcCall<AccountProof> GetProof(Address account, IReadOnlyCollection<Hash32> slots, BlockTag block) =>
        new(
            "eth_getProof",
            JsonParameters.Write((account, slots, block), static (json, query) =>
            {
                json.WriteHex(query.account.Bytes);
                json.WriteStartArray();
                foreach (var slot in query.slots)
                    json.WriteHex(slot.Bytes);
                json.WriteEndArray();
                json.WriteStateBlock(query.block);
            }),
            JsonState.ReadProof);

    /// <summary>
    /// Gives a signed transaction to the node and returns its hash. Safe to repeat: the same bytes are the same transaction. A refusal is
    /// <see cref="RpcError.Provider"/>, which <see cref="SendErrorClassifier"/> tells apart.
    /// </summary>
    public static RpcCall<Hash32> SendRawTransaction(ReadOnlyMemory<byte> signedTransaction) =>
        new(
            "eth_sendRawTransaction",
            JsonParameters.Write(signedTransaction, static (json, bytes) => json.WriteHex(bytes.Span)),
            static (ref Utf8JsonReader reader) => reader.ReadHash("transaction hash"))
        {
            // Alone on the wire, so that no other call's fate delays it or is tied to it.
            IsHeavy = true,
        };

    /// <summary>What the node calls itself.</summary>
    public static RpcCall<string> ClientVersion() =>
        new("web3_clientVersion", JsonParameters.None, static (ref Utf8JsonReader reader) => reader.ReadText("client version"));

    private static RpcCall<Wei> Amount(string method, ReadOnlyMemory<byte> parameters) =>
        new(method, parameters, static (ref Utf8JsonReader reader) => reader.ReadWei("amount"));

    private static ReadOnlyMemory<byte> OfAccount(Address account, BlockTag block) =>
        JsonParameters.Write((account, block), static (json, query) =>
        {
            json.WriteHex(query.account.Bytes);
            json.WriteStateBlock(query.block);
        });

    private static ReadOnlyMemory<byte> WriteCall(
        CallRequest request, BlockTag block, IReadOnlyDictionary<Address, StateOverride>? overrides) =>
        JsonParameters.Write((request, block, overrides), static (json, query) =>
        {
            query.request.WriteTo(json);
            json.WriteStateBlock(query.block);
            if (query.overrides is { Count: > 0 })
                StateOverride.Write(json, query.overrides);
        });
}
