using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Foundry;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Transactions;

/// <summary>Random transactions of every kind, written and read by two other implementations.</summary>
public sealed class TransactionPeerTests
{
    private const int Seed = 20_260_404;
    private const int RunsOfEachKind = 60;

    // Answers, for each transaction, with viem's unsigned and signed bytes, and with the fields that it reads otherwise in ours.
    private const string ViemModule = """
        import { serializeTransaction, parseTransaction } from 'viem';
        import { hashAuthorization } from 'viem/utils';
        import { readFileSync } from 'node:fs';
        const big = new Set(['gas', 'gasPrice', 'maxFeePerGas', 'maxPriorityFeePerGas', 'maxFeePerBlobGas', 'value']);
        const revive = (key, value) => big.has(key) ? BigInt(value) : value;
        const text = value => JSON.stringify(value, (_, item) => typeof item === 'bigint' ? item.toString() : typeof item === 'string' ? item.toLowerCase() : item);
        const pick = ({ chainId, address, nonce, r, s, yParity }) => ({ chainId, address, nonce, r, s, yParity });
        const answers = JSON.parse(readFileSync(0, 'utf8'), revive).map(({ transaction, signature, ours }) => {
            const parsed = parseTransaction(ours);
            const differences = Object.entries(transaction).filter(([key, value]) => {
                const read = key === 'authorizationList' ? parsed[key].map(pick) : parsed[key];
                const isNothing = value === undefined || value === 0 || value === 0n || value === '0x' || value === null || value.length === 0;
                return isNothing ? !(read === undefined || read === 0 || read === 0n || read === '0x' || read.length === 0) : text(read) !== text(value);
            });
            const full = { r: signature.r, s: signature.s, yParity: signature.yParity, v: BigInt(27 + signature.yParity) };
            return {
                unsigned: serializeTransaction(transaction),
                signed: serializeTransaction(transaction, full),
                differences: text(differences),
                signature: [parsed.r, parsed.s, parsed.yParity],
                authorizations: (transaction.authorizationList ?? []).map(item => hashAuthorization(item)),
            };
        });
        console.log(JSON.stringify(answers));
        """;

    [Fact]
    public async Task Writes_and_reads_random_transactions_as_viem_does()
    {
        var random = new Random(Seed);
        var transactions = Enum.GetValues<TransactionType>()
            .SelectMany(type => Enumerable.Range(0, RunsOfEachKind).Select(_ => RandomTransactions.Next(random, type)))
            .Select(transaction => transaction.WithSignature(
                new Signature(RandomTransactions.Scalar(random), RandomTransactions.Scalar(random), random.Next(2) == 0)))
            .ToArray();
        var input = new JsonArray([.. transactions.Select(JsonOf)]);

        var output = await PeerProcess.RunNodeAsync(ViemModule, input.ToJsonString(), TestContext.Current.CancellationToken);

        using var answers = JsonDocument.Parse(output);
        Assert.Equal(transactions.Length, answers.RootElement.GetArrayLength());
        foreach (var (transaction, answer) in transactions.Zip(answers.RootElement.EnumerateArray()))
        {
            var context = $"seed {Seed}, {transaction.Transaction.Type}: ";
            Assert.Equal(context + answer.GetProperty("unsigned").GetString(), context + Hex.Encode(transaction.Transaction.EncodeUnsigned()));
            Assert.Equal(context + answer.GetProperty("signed").GetString(), context + Hex.Encode(transaction.Encoding.Span));
            Assert.Equal(context + "[]", context + answer.GetProperty("differences").GetString());
            Assert.Equal(transaction.Signature.R, UInt256.Parse(answer.GetProperty("signature")[0].GetString()!));
            Assert.Equal(transaction.Signature.S, UInt256.Parse(answer.GetProperty("signature")[1].GetString()!));
            Assert.Equal(transaction.Signature.YParity, answer.GetProperty("signature")[2].GetInt32() == 1);
            if (transaction.Transaction is SetCodeTransaction setCode)
            {
                Assert.Equal(
                    setCode.Authorizations.Select(item => item.Authorization.SigningDigest()),
                    answer.GetProperty("authorizations").EnumerateArray().Select(item => Hash32.Parse(item.GetString()!)));
            }
        }
    }

    [Fact]
    public async Task Cast_reads_the_hash_and_the_sender_of_what_was_signed_here()
    {
        var random = new Random(Seed);
        using var key = PrivateKey.Generate();
        foreach (var type in Enum.GetValues<TransactionType>())
        {
            var transaction = RandomTransactions.Next(random, type).Sign(key);

            var output = await PeerProcess.RunAsync(
                FoundryPrograms.Cast(Repository.Root),
                ["decode-transaction", Hex.Encode(transaction.Encoding.Span)],
                "",
                TestContext.Current.CancellationToken);

            // It prints a JSON string that holds a JSON object.
            using var text = JsonDocument.Parse(output);
            using var answer = JsonDocument.Parse(text.RootElement.GetString()!);
            Assert.Equal(transaction.Hash, Hash32.Parse(answer.RootElement.GetProperty("hash").GetString()!));
            Assert.Equal(key.Address, Address.Parse(answer.RootElement.GetProperty("signer").GetString()!));
            Assert.Equal(transaction.Transaction.Nonce, (ulong)UInt256.Parse(answer.RootElement.GetProperty("nonce").GetString()!));
        }
    }

    [Fact]
    public async Task Reads_what_viem_signed_and_viem_recovers_what_was_signed_here()
    {
        const string Module = """
            import { parseGwei, recoverTransactionAddress } from 'viem';
            import { privateKeyToAccount } from 'viem/accounts';
            import { recoverAuthorizationAddress } from 'viem/utils';
            import { readFileSync } from 'node:fs';
            const { secret, ours, authorization } = JSON.parse(readFileSync(0, 'utf8'));
            const account = privateKeyToAccount(secret);
            const signed = await account.signAuthorization({ chainId: 10, address: '0x1111111111111111111111111111111111111111', nonce: 7 });
            const transaction = await account.signTransaction({
                type: 'eip7702', chainId: 10, nonce: 3, gas: 90000n, maxFeePerGas: parseGwei('3'), maxPriorityFeePerGas: 1n,
                to: '0x2222222222222222222222222222222222222222', authorizationList: [signed],
            });
            console.log(JSON.stringify({
                transaction,
                senders: await Promise.all(ours.map(serializedTransaction => recoverTransactionAddress({ serializedTransaction }))),
                authority: await recoverAuthorizationAddress({ authorization }),
            }));
            """;
        const string Secret = "0x0123456789012345678901234567890123456789012345678901234567890123";
        using var key = PrivateKey.FromSecret(Hex.Decode(Secret));
        var random = new Random(Seed);
        var ours = Enum.GetValues<TransactionType>().Select(type => RandomTransactions.Next(random, type).Sign(key)).ToArray();
        var authorization = new Authorization(10UL, RandomTransactions.NextAddress(random), 9).Sign(key);
        var input = new JsonObject
        {
            ["secret"] = Secret,
            ["ours"] = new JsonArray([.. ours.Select(transaction => (JsonNode)Hex.Encode(transaction.Encoding.Span))]),
            ["authorization"] = JsonOf(authorization),
        };

        var output = await PeerProcess.RunNodeAsync(Module, input.ToJsonString(), TestContext.Current.CancellationToken);

        using var answer = JsonDocument.Parse(output);
        Assert.Equal(key.Address, Address.Parse(answer.RootElement.GetProperty("authority").GetString()!));
        Assert.Equal(ours.Length, answer.RootElement.GetProperty("senders").GetArrayLength());
        foreach (var sender in answer.RootElement.GetProperty("senders").EnumerateArray())
            Assert.Equal(key.Address, Address.Parse(sender.GetString()!));

        var theirs = SignedTransaction.Decode(Hex.Decode(answer.RootElement.GetProperty("transaction").GetString()));
        Assert.True(theirs.TryRecoverSender(out var recovered));
        Assert.Equal(key.Address, recovered);
        var setCode = Assert.IsType<SetCodeTransaction>(theirs.Transaction);
        Assert.Equal((3UL, 90_000UL, new ChainId(10)), (setCode.Nonce, setCode.GasLimit, setCode.ChainId));
        var theirAuthorization = Assert.Single(setCode.Authorizations);
        Assert.Equal(new Authorization(10UL, Address.Parse("0x" + new string('1', 40)), 7), theirAuthorization.Authorization);
        Assert.True(theirAuthorization.TryRecoverAuthority(out var authority));
        Assert.Equal(key.Address, authority);
    }

    private static JsonNode JsonOf(SignedTransaction signed)
    {
        var transaction = signed.Transaction;
        var json = new JsonObject
        {
            ["type"] = transaction.Type switch
            {
                TransactionType.Legacy => "legacy",
                TransactionType.AccessList => "eip2930",
                TransactionType.FeeMarket => "eip1559",
                TransactionType.Blob => "eip4844",
                _ => "eip7702",
            },
            ["nonce"] = transaction.Nonce,
            ["gas"] = transaction.GasLimit.ToString(CultureInfo.InvariantCulture),
            ["to"] = transaction.To?.ToString(),
            ["value"] = transaction.Value.Value.ToString(),
            ["data"] = Hex.Encode(transaction.Data.Span),
        };
        switch (transaction)
        {
            case LegacyTransaction legacy:
                json["gasPrice"] = legacy.GasPrice.Value.ToString();
                break;
            case AccessListTransaction accessList:
                json["gasPrice"] = accessList.GasPrice.Value.ToString();
                break;
            case FeeMarketTransaction feeMarket:
                AddFees(feeMarket.MaxPriorityFeePerGas, feeMarket.MaxFeePerGas);
                break;
            case BlobTransaction blob:
                AddFees(blob.MaxPriorityFeePerGas, blob.MaxFeePerGas);
                json["maxFeePerBlobGas"] = blob.MaxFeePerBlobGas.Value.ToString();
                json["blobVersionedHashes"] = new JsonArray([.. blob.BlobVersionedHashes.Select(hash => (JsonNode)hash.ToString())]);
                break;
            case SetCodeTransaction setCode:
                AddFees(setCode.MaxPriorityFeePerGas, setCode.MaxFeePerGas);
                json["authorizationList"] = new JsonArray([.. setCode.Authorizations.Select(JsonOf)]);
                break;
        }

        if (transaction is TypedTransaction typed)
        {
            json["chainId"] = typed.ChainId.Value;
            json["accessList"] = new JsonArray([.. typed.AccessList.Select(JsonOf)]);
        }
        else if (((LegacyTransaction)transaction).ChainId is { } chainId)
        {
            json["chainId"] = chainId.Value;
        }

        return new JsonObject
        {
            ["transaction"] = json,
            ["signature"] = new JsonObject
            {
                ["r"] = Word(signed.Signature.R),
                ["s"] = Word(signed.Signature.S),
                ["yParity"] = signed.Signature.YParity ? 1 : 0,
            },
            ["ours"] = Hex.Encode(signed.Encoding.Span),
        };

        void AddFees(Wei tip, Wei fee) =>
            (json["maxPriorityFeePerGas"], json["maxFeePerGas"]) = (tip.Value.ToString(), fee.Value.ToString());
    }

    private static JsonObject JsonOf(AccessListEntry entry) => new()
    {
        ["address"] = entry.Address.ToString(),
        ["storageKeys"] = new JsonArray([.. entry.StorageKeys.Select(key => (JsonNode)key.ToString())]),
    };

    private static JsonObject JsonOf(SignedAuthorization signed) => new()
    {
        ["chainId"] = (ulong)signed.Authorization.ChainId,
        ["address"] = signed.Authorization.Delegate.ToString(),
        ["nonce"] = signed.Authorization.Nonce,
        ["r"] = Word(signed.R),
        ["s"] = Word(signed.S),
        ["yParity"] = signed.YParity,
    };

    private static string Word(UInt256 number) => Hex.Encode(number.ToBigEndian());
}
