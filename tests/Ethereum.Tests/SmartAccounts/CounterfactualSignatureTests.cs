using FsCheck;
using FsCheck.Fluent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.SmartAccounts;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.SmartAccounts;

public sealed class CounterfactualSignatureTests
{
    private static readonly CounterfactualSignature Sample = new(
        Address.Parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"), new byte[] { 1, 2, 3 }, new byte[65]);

    [Fact]
    public void Unwraps_what_it_wrapped()
    {
        var bytes = ArbMap.Default.GeneratorFor<byte[]>();
        var samples = bytes.SelectMany(call => bytes.Select(signature => new CounterfactualSignature(Sample.Factory, call, signature)));

        Prop.ForAll(samples.ToArbitrary(), sample =>
            CounterfactualSignature.TryUnwrap(sample.Wrap(), out var unwrapped) && sample.Equals(unwrapped)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Refuses_a_wrapper_that_is_cut_off_anywhere()
    {
        var content = Sample.Wrap()[..^32];

        // A contract would not miss the 31 bytes that only fill up the last word.
        for (var length = 0; length < content.Length - 31; length++)
        {
            byte[] cut = [.. content[..length], .. CounterfactualSignature.Magic.ToArray()];
            Assert.True(CounterfactualSignature.IsWrapped(cut));
            Assert.False(CounterfactualSignature.TryUnwrap(cut, out _), $"{length} bytes");
        }
    }

    [Fact]
    public void Does_not_take_other_signatures_for_wrapped_ones()
    {
        Assert.False(CounterfactualSignature.IsWrapped([]));
        Assert.False(CounterfactualSignature.IsWrapped(new byte[65]));
        Assert.False(CounterfactualSignature.IsWrapped(Sample.Wrap().AsSpan()[..^1]));
        Assert.True(CounterfactualSignature.IsWrapped(CounterfactualSignature.Magic.Bytes));
    }

    [Fact]
    public async Task Wraps_as_viem_does()
    {
        const string Module = """
            import { serializeErc6492Signature } from "viem/utils";
            process.stdout.write(serializeErc6492Signature({
              address: "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", data: "0x010203", signature: "0x" + "00".repeat(65) }));
            """;

        Assert.Equal(Hex.Encode(Sample.Wrap()), (await PeerProcess.RunNodeAsync(Module, "", TestContext.Current.CancellationToken)).Trim());
    }
}
