using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Ethereum.Transactions;
using OpenGradient.Ethereum.Wallets;
using OpenGradient.Signing.Keys;
using OpenGradient.Signing.Remote;
using OpenGradient.Support;

namespace OpenGradient.Signing.Tests.Remote;

public sealed class Web3SignerTests : IAsyncDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly Hash32 Digest = Keccak256.Hash("a receipt"u8);

    private static readonly FeeMarketTransaction Transaction = new()
    {
        ChainId = new ChainId(1),
        Nonce = 7,
        GasLimit = 21_000,
        To = Address.Parse("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        Value = Wei.FromEther("1"),
        MaxFeePerGas = Wei.FromGwei("3"),
        MaxPriorityFeePerGas = Wei.FromGwei("1"),
    };

    private readonly Web3SignerFake _fake = new();
    private readonly ManualTime _time = new() { LeapLimit = TimeSpan.FromSeconds(1) };

    public ValueTask DisposeAsync() => _fake.DisposeAsync();

    [Fact]
    public async Task Finds_its_key_by_the_account_and_signs_digests()
    {
        using var signer = await OpenAsync();

        var signature = await signer.SignAsync(Digest, Stop);

        Assert.True(signature.IsBy(_fake.Address, Digest));
        Assert.Equal(_fake.Address, signer.Address);
        Assert.Contains("\"applyHash\":false", _fake.Seen.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_version_signs_transactions_from_their_bytes()
    {
        _fake.IsOld = true;
        using var signer = await OpenAsync();

        var signed = await signer.SignTransactionAsync(Transaction, Stop);

        Assert.True(signed.TryRecoverSender(out var sender));
        Assert.Equal(_fake.Address, sender);
        Assert.Equal($$"""{"data":"{{Hex.Encode(Transaction.EncodeUnsigned())}}"}""", _fake.Seen.Last().Body);
    }

    [Fact]
    public async Task A_local_signer_signs_the_same_transaction()
    {
        using var signer = new LocalSigner(DevelopmentAccounts.Key(3));

        var signed = await signer.SignTransactionAsync(Transaction, Stop);

        Assert.True(signed.TryRecoverSender(out var sender) && sender == _fake.Address);
    }

    [Fact]
    public async Task An_old_version_says_that_it_signs_no_digests()
    {
        _fake.IsOld = true;
        using var signer = await OpenAsync();

        var failure = await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop));

        Assert.Equal(SignerFault.Unsupported, failure.Fault);
        Assert.Contains("August 2026", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_digest_that_was_hashed_once_more_is_told_of()
    {
        _fake.IgnoresApplyHash = true;
        using var signer = await OpenAsync();

        var failure = await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop));

        Assert.Equal(SignerFault.Unsupported, failure.Fault);
    }

    [Fact]
    public async Task A_signature_by_another_account_is_not_taken()
    {
        using var other = DevelopmentAccounts.Key(5);
        _fake.Bend = _ => other.Sign(Digest);
        using var signer = await OpenAsync();

        var failure = await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop));

        Assert.Equal(SignerFault.WrongSignature, failure.Fault);
        await Assert.ThrowsAsync<SignerException>(async () => await signer.SignTransactionAsync(Transaction, Stop));
    }

    [Fact]
    public async Task A_signature_in_its_high_form_is_brought_into_the_low_one()
    {
        _fake.Bend = signature => new Signature(signature.R, Secp256k1.Order - signature.S, !signature.YParity);
        using var signer = await OpenAsync();

        var signature = await signer.SignAsync(Digest, Stop);

        Assert.True(signature.S <= Secp256k1.GreatestLowS);
        Assert.True(signature.IsBy(_fake.Address, Digest));
    }

    [Fact]
    public async Task A_signature_with_the_bare_recovery_bit_is_taken_and_written_as_contracts_read_it()
    {
        _fake.Write = bytes => [.. bytes[..^1], (byte)(bytes[^1] - 27)];
        using var signer = await OpenAsync();
        HashSet<byte> seen = [];
        for (var i = 0; seen.Count < 2; i++)
        {
            var digest = Keccak256.Hash(BitConverter.GetBytes(i));
            var signature = await signer.SignAsync(digest, Stop);
            Assert.True(signature.IsBy(_fake.Address, digest));
            seen.Add(signature.ToBytes()[^1]);
        }

        Assert.Equal<byte>([27, 28], seen.Order());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(26)]
    [InlineData(29)]
    [InlineData(255)]
    public async Task A_signature_with_another_v_is_none(byte v)
    {
        _fake.Write = bytes => [.. bytes[..^1], v];
        using var signer = await OpenAsync();

        Assert.Equal(SignerFault.Refused, (await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop))).Fault);
    }

    [Fact]
    public async Task An_answer_that_is_no_signature_is_refused_at_every_length()
    {
        using var signer = await OpenAsync();
        var right = Hex.Encode(new Signature(1, 1, false).ToBytes());
        for (var length = 0; length < right.Length; length += 7)
        {
            _fake.Text = right[..length];
            Assert.Equal(SignerFault.Refused, (await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop))).Fault);
        }

        _fake.Text = new string('0', 100_000);
        Assert.Equal(SignerFault.Refused, (await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop))).Fault);
        // Zeros, numbers out of range: they have the form, and are nobody's.
        foreach (var text in (string[])["0x" + new string('0', 128) + "1b", "0x" + new string('f', 128) + "1b"])
        {
            _fake.Text = text;
            Assert.Equal(SignerFault.WrongSignature, (await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop))).Fault);
        }
    }

    [Theory]
    [InlineData(503)]
    [InlineData(502)]
    public async Task Is_asked_again_where_it_is_not_ready(int status)
    {
        using var signer = await OpenAsync();
        _fake.Statuses.Enqueue(status);
        _fake.Statuses.Enqueue(status);

        Assert.True((await signer.SignAsync(Digest, Stop)).IsBy(_fake.Address, Digest));
        Assert.Equal(2, _time.Leaps.Count);
    }

    [Theory]
    [InlineData(500, SignerFault.Refused)]
    [InlineData(404, SignerFault.UnknownKey)]
    [InlineData(302, SignerFault.Refused)]
    public async Task Is_not_asked_again_where_it_refused(int status, SignerFault fault)
    {
        using var signer = await OpenAsync();
        _fake.Statuses.Enqueue(status);
        var before = _fake.Seen.Count;

        Assert.Equal(fault, (await Assert.ThrowsAsync<SignerException>(async () => await signer.SignAsync(Digest, Stop))).Fault);
        Assert.Equal(before + 1, _fake.Seen.Count);
    }

    [Fact]
    public async Task A_signer_that_hangs_is_left_after_its_time()
    {
        using var signer = await OpenAsync();
        for (var i = 0; i < 3; i++)
            _fake.Statuses.Enqueue(0);
        var work = signer.SignAsync(Digest, Stop).AsTask();
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(6));
            await Task.Delay(5, Stop);
        }

        Assert.Equal(SignerFault.Unreachable, (await Assert.ThrowsAsync<SignerException>(() => work)).Fault);
    }

    [Fact]
    public async Task However_many_signatures_are_wanted_it_is_asked_for_a_few_at_a_time()
    {
        const int AtOnce = 16;
        using var signer = await OpenAsync();
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        for (var i = 0; i < AtOnce; i++)
            _fake.Statuses.Enqueue(0);
        var before = _fake.Seen.Count;
        var work = Enumerable.Range(0, 40).Select(_ => signer.SignAsync(Digest, given.Token).AsTask()).ToList();
        while (_fake.Seen.Count < before + AtOnce)
            await Task.Delay(5, Stop);

        // Those that hang have all places: were another asked beside them, it would be answered at once.
        await Task.Delay(50, Stop);
        Assert.Equal(before + AtOnce, _fake.Seen.Count);
        Assert.DoesNotContain(work, task => task.IsCompleted);

        await given.CancelAsync();
        foreach (var task in work)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.True((await signer.SignAsync(Digest, Stop)).IsBy(_fake.Address, Digest));
    }

    [Fact]
    public async Task Says_what_is_wrong_when_it_has_another_key_no_list_or_no_server()
    {
        var elsewhere = Options() with { Address = Address.Parse("0x00000000000000000000000000000000000000AA") };
        Assert.Contains("has no key of", Refusal(await Web3Signer.OpenAsync(elsewhere, _time, Stop)), StringComparison.Ordinal);

        foreach (var list in (string[])["{}", "[1]", "not json", "[[[[]]]]"])
        {
            _fake.Text = list;
            Assert.Contains("no list", Refusal(await Web3Signer.OpenAsync(Options(), _time, Stop)), StringComparison.Ordinal);
        }

        var nowhere = Options() with { Url = new Uri("http://127.0.0.1:1") };
        Assert.Contains("cannot be asked", Refusal(await Web3Signer.OpenAsync(nowhere, _time, Stop)), StringComparison.Ordinal);
    }

    private static string Refusal(KeyOpening opening) => Assert.IsType<KeyOpening.Refused>(opening).Problem;

    private RemoteSignerOptions Options() => new() { Url = _fake.Url, Address = _fake.Address };

    private async Task<Web3Signer> OpenAsync() =>
        Assert.IsType<Web3Signer>(Assert.IsType<KeyOpening.Opened>(await Web3Signer.OpenAsync(Options(), _time, Stop)).Signer);
}
