using System.Globalization;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rlp;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Transactions;

/// <summary>
/// Every case of the published suites: what is signed, the signed bytes from their signature, the fields and the sender back from the
/// bytes, and in some of them, since it takes most of the time, a signature of our own, which is another one each time as its nonce is
/// random.
/// </summary>
public sealed class PublishedTransactionTests
{
    private const int CasesForEachOwnSignature = 16;

    [Fact]
    public void Agrees_with_the_published_suite_of_legacy_transactions()
    {
        using var suite = PublishedSuite.Read("transactions");
        var (checkedCases, refusedCases) = (0, 0);
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            // Drawn at random, some gas limits have more than 64 bits, which is more than any client of the network takes.
            if (!Number(test, "gasLimit").FitsUInt64)
            {
                foreach (var form in (string[])["signedTransaction", "signedTransactionChainId5"])
                {
                    var error = Assert.Throws<RlpException>(() => SignedTransaction.Decode(Hex.Decode(Text(test, form))));
                    Assert.Equal(RlpFault.NumberTooLarge, error.Fault);
                }

                refusedCases++;
                continue;
            }

            var unprotected = LegacyOf(test);
            var signs = checkedCases % CasesForEachOwnSignature == 0 ? Hex.Decode(Text(test, "privateKey")) : null;
            var sender = Address.Parse(Text(test, "accountAddress"));
            Check(unprotected, signs, sender, Text(test, "unsignedTransaction"), Text(test, "signedTransaction"));
            Check(
                unprotected with { ChainId = new ChainId(5) },
                signs,
                sender,
                Text(test, "unsignedTransactionChainId5"),
                Text(test, "signedTransactionChainId5"));
            checkedCases++;
        }

        Assert.Equal((984, 83), (checkedCases, refusedCases));
    }

    [Fact]
    public void Agrees_with_the_published_suite_of_typed_transactions()
    {
        using var suite = PublishedSuite.Read("typed-transactions");
        var checkedCases = 0;
        foreach (var test in suite.RootElement.EnumerateArray())
        {
            var json = test.GetProperty("tx");
            var signs = checkedCases % CasesForEachOwnSignature == 0 ? Hex.Decode(Text(test, "key")) : null;
            Transaction transaction = json.GetProperty("type").GetInt32() == 1 ? AccessListOf(json) : FeeMarketOf(json);
            Check(transaction, signs, Address.Parse(Text(test, "address")), Text(test, "unsigned"), Text(test, "signed"));
            checkedCases++;
        }

        Assert.Equal(1_792, checkedCases);
    }

    private static void Check(Transaction transaction, byte[]? signs, Address sender, string unsigned, string signed)
    {
        Assert.Equal(unsigned, Hex.Encode(transaction.EncodeUnsigned()));
        Assert.Equal(Keccak256.Hash(Hex.Decode(unsigned)), transaction.SigningDigest());
        Assert.Equal(transaction, Transaction.DecodeUnsigned(Hex.Decode(unsigned)));

        var decoded = SignedTransaction.Decode(Hex.Decode(signed));
        Assert.Equal(transaction, decoded.Transaction);
        Assert.Equal(Keccak256.Hash(Hex.Decode(signed)), decoded.Hash);
        Assert.True(decoded.TryRecoverSender(out var recovered));
        Assert.Equal(sender, recovered);
        Assert.Equal(signed, Hex.Encode(transaction.WithSignature(decoded.Signature).Encoding.Span));

        if (signs is null)
            return;

        using var key = PrivateKey.FromSecret(signs);
        var ours = SignedTransaction.Decode(transaction.Sign(key).Encoding.Span);
        Assert.Equal(transaction, ours.Transaction);
        Assert.True(ours.TryRecoverSender(out recovered));
        Assert.Equal(sender, recovered);
    }

    private static LegacyTransaction LegacyOf(JsonElement json) => new()
    {
        ChainId = null,
        Nonce = (ulong)Number(json, "nonce"),
        GasPrice = new Wei(Number(json, "gasPrice")),
        GasLimit = (ulong)Number(json, "gasLimit"),
        To = Recipient(json),
        Value = new Wei(Number(json, "value")),
        Data = Data(json),
    };

    private static AccessListTransaction AccessListOf(JsonElement json) => new()
    {
        ChainId = new ChainId((ulong)Number(json, "chainId")),
        Nonce = (ulong)Number(json, "nonce"),
        GasPrice = new Wei(Number(json, "gasPrice")),
        GasLimit = (ulong)Number(json, "gasLimit"),
        To = Recipient(json),
        Value = new Wei(Number(json, "value")),
        Data = Data(json),
        AccessList = AccessList(json),
    };

    private static FeeMarketTransaction FeeMarketOf(JsonElement json) => new()
    {
        ChainId = new ChainId((ulong)Number(json, "chainId")),
        Nonce = (ulong)Number(json, "nonce"),
        MaxPriorityFeePerGas = new Wei(Number(json, "maxPriorityFeePerGas")),
        MaxFeePerGas = new Wei(Number(json, "maxFeePerGas")),
        GasLimit = (ulong)Number(json, "gasLimit"),
        To = Recipient(json),
        Value = new Wei(Number(json, "value")),
        Data = Data(json),
        AccessList = AccessList(json),
    };

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    // The suites leave out what is zero or empty, and write numbers as JSON numbers, as hexadecimal digits or as no digits at all.
    private static UInt256 Number(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value))
            return UInt256.Zero;
        if (value.ValueKind == JsonValueKind.Number)
            return UInt256.Parse(value.GetUInt64().ToString(CultureInfo.InvariantCulture));

        var text = value.GetString()!;
        return text.Length == 2 ? UInt256.Zero : UInt256.Parse(text);
    }

    private static Address? Recipient(JsonElement json) =>
        json.TryGetProperty("to", out var to) ? Address.Parse(to.GetString()!.ToLowerInvariant()) : null;

    private static byte[] Data(JsonElement json) => json.TryGetProperty("data", out var data) ? Hex.Decode(data.GetString()) : [];

    private static AccessListEntry[] AccessList(JsonElement json) => json.TryGetProperty("accessList", out var list)
        ?
        [
            .. list.EnumerateArray().Select(static entry => new AccessListEntry(
                Address.Parse(entry.GetProperty("address").GetString()!.ToLowerInvariant()),
                [.. entry.GetProperty("storageKeys").EnumerateArray().Select(static key => Hash32.Parse(key.GetString()!))])),
        ]
        : [];
}
