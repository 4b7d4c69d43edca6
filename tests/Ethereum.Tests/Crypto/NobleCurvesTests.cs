using System.Globalization;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Ethereum.Tests.Crypto;

/// <summary>Holds keys, signatures and recovery to @noble/curves, which shares no code with this library or OpenSSL.</summary>
public sealed class NobleCurvesTests
{
    private const int Seed = 19620;
    private const int Count = 500;

    // A line in: the secret and the digest. A line out: the compressed key, the tweaked key, r ‖ s, and the recovery bit.
    private const string Signing =
        """
        import { secp256k1 } from '@noble/curves/secp256k1';
        import { readFileSync } from 'node:fs';
        for (const line of readFileSync(0, 'utf8').split('\n')) {
          const [secret, digest] = line.split(' ');
          const s = secp256k1.sign(digest, secret);
          const tweaked = secp256k1.ProjectivePoint.fromPrivateKey(secret).add(secp256k1.ProjectivePoint.fromPrivateKey(digest));
          const key = Buffer.from(secp256k1.getPublicKey(secret, true)).toString('hex');
          console.log([key, tweaked.toHex(true), s.toCompactHex(), s.recovery].join(' '));
        }
        """;

    // A line in: the digest, r ‖ s, and the recovery bit. A line out: the recovered key, or none.
    private const string Recovering =
        """
        import { secp256k1 } from '@noble/curves/secp256k1';
        import { readFileSync } from 'node:fs';
        for (const line of readFileSync(0, 'utf8').split('\n')) {
          const [digest, compact, bit] = line.split(' ');
          try {
            console.log(secp256k1.Signature.fromCompact(compact).addRecoveryBit(Number(bit)).recoverPublicKey(digest).toHex(true));
          } catch {
            console.log('none');
          }
        }
        """;

    [Fact]
    public async Task Recovers_and_verifies_what_noble_signed()
    {
        var random = new Random(Seed);
        var cases = Enumerable.Range(0, Count).Select(_ => (Secret: NextScalar(random), Digest: NextScalar(random))).ToArray();
        var input = string.Join('\n', cases.Select(item => $"{Digits(item.Secret)} {Digits(item.Digest)}"));

        var output = (await PeerProcess.RunNodeAsync(Signing, input, TestContext.Current.CancellationToken)).TrimEnd().Split('\n');

        Assert.Equal(Count, output.Length);
        foreach (var ((secret, number), line) in cases.Zip(output))
        {
            var parts = line.Split(' ');
            var digest = Hash32.FromUInt256(number);
            var signature = new Signature(
                UInt256.Parse("0x" + parts[2][..64]), UInt256.Parse("0x" + parts[2][64..]), parts[3] == "1");
            using var key = PrivateKey.FromSecret(secret.ToBigEndian());
            var told = $"Seed {Seed}, secret {secret}, digest {digest}.";

            Assert.True("0x" + parts[0] == key.PublicKey.ToString(), told);
            Assert.True(key.PublicKey.TryAddTweak(digest.Bytes, out var tweaked) && "0x" + parts[1] == tweaked.ToString(), told);
            Assert.True(Secp256k1.TryRecover(digest, signature, out var recovered) && recovered == key.PublicKey, told);
            Assert.True(Secp256k1.Verify(key.PublicKey, digest, signature), told);
            Assert.True(Secp256k1.TryFindParity(key.PublicKey, digest, signature.R, signature.S, out var parity), told);
            Assert.True(parity == signature.YParity, told);
        }
    }

    [Fact]
    public async Task Is_recovered_by_noble_from_what_it_signed()
    {
        var random = new Random(Seed + 1);
        using var key = PrivateKey.FromSecret(NextScalar(random).ToBigEndian());
        var input = string.Join('\n', Enumerable.Range(0, Count).Select(_ =>
        {
            var digest = NextScalar(random);
            return Line(digest, key.Sign(Hash32.FromUInt256(digest)));
        }));

        var output = (await PeerProcess.RunNodeAsync(Recovering, input, TestContext.Current.CancellationToken)).TrimEnd().Split('\n');

        Assert.Equal(Count, output.Length);
        Assert.All(output, line => Assert.Equal(key.PublicKey.ToString(), "0x" + line));
    }

    [Fact]
    public async Task Recovers_from_random_numbers_what_noble_does_or_nothing()
    {
        var random = new Random(Seed + 2);
        var edges = Numbers.Below(Numbers.N, random: 0);
        var cases = Enumerable.Range(0, Count).Select(i =>
        {
            // Half of the r are no point's x; edges stand for r and s here and there.
            var r = i % 5 == 0 ? edges[random.Next(edges.Count)] : NextScalar(random);
            var s = i % 7 == 0 ? edges[random.Next(edges.Count)] : NextScalar(random);
            return (Digest: (UInt256)Numbers.Random(random), Signature: new Signature(r, s, random.Next(2) == 1));
        }).ToArray();
        var input = string.Join('\n', cases.Select(item => Line(item.Digest, item.Signature)));

        var output = (await PeerProcess.RunNodeAsync(Recovering, input, TestContext.Current.CancellationToken)).TrimEnd().Split('\n');

        Assert.Equal(Count, output.Length);
        foreach (var ((digest, signature), line) in cases.Zip(output))
        {
            var recovered = Secp256k1.TryRecover(Hash32.FromUInt256(digest), signature, out var key, HighS.Allowed);
            Assert.True((recovered ? key.ToString() : "0xnone") == "0x" + line, $"Seed {Seed + 2}, {digest}, {signature}: {line}.");
        }

        Assert.InRange(output.Count(line => line == "none"), Count / 4, Count * 3 / 4);
    }

    private static UInt256 NextScalar(Random random)
    {
        var number = (UInt256)(Numbers.Random(random) % Numbers.N);
        return number.IsZero ? UInt256.One : number;
    }

    private static string Line(UInt256 digest, Signature signature) => string.Create(
        CultureInfo.InvariantCulture, $"{Digits(digest)} {Digits(signature.R)}{Digits(signature.S)} {(signature.YParity ? 1 : 0)}");

    private static string Digits(UInt256 number) => Convert.ToHexStringLower(number.ToBigEndian());
}
