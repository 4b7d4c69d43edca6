using System.Buffers.Binary;
using System.Security.Cryptography;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using OpenGradient.Prover.Verifying;
using OpenGradient.Support;

namespace OpenGradient.Prover.Tests.Setup;

/// <summary>Files that snarkjs itself wrote, with one contribution: as they come from a ceremony, and prepared for circuits ("phase 2"), with more sections.</summary>
public sealed class SnarkjsFileTests
{
    private const int Power = 5;
    private const int PowersOfG1 = (2 << Power) - 1;
    private const int G1Section = 2;
    private const int G2Section = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Powers_that_snarkjs_made_are_imported_and_proofs_over_them_hold(bool isPrepared)
    {
        var file = await MakeAsync(isPrepared);
        var imported = Assert.IsType<ImportOutcome.Imported>(await ImportAsync(file, PowersOfG1));
        Assert.Equal(PowersOfG1, imported.Setup.Length);
        Assert.Equal(new Hash32(SHA256.HashData(file)), imported.FileHash);
        Assert.Null(imported.Known);
        Assert.Equal(Power - 1, imported.Setup.Verifier.Powers.Length);

        using var kept = new MemoryStream();
        await SetupFile.WriteAsync(imported.Setup, kept, TestContext.Current.CancellationToken);
        kept.Position = 0;
        var setup = Assert.IsType<SetupReading.Accepted>(await SetupFile.ReadAsync(kept, TestWork.Here)).Setup;
        var context = new ProofContext(new ChainId(1), Address.Zero);
        var model = CommittedModel.Create(TestModels.Random(1, 3, 5, 3, 2), setup, TestWork.Here);
        InferenceToProve[] inferences = [new(TestModels.Input(1, 5), Hash32.Zero)];
        var prover = new InferenceProver(model, context);
        foreach (var proof in new[] { prover.ProveShort(inferences, TestWork.Here), prover.ProveLong(VersionCache.Fill(model, null, TestWork.Here), inferences, TestWork.Here) })
            Assert.IsType<ProofVerdict.Holds>(new ProofVerifier(setup.Verifier, context).Verify(proof.Statements, proof.Bytes));
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_said()
    {
        foreach (var isPrepared in new[] { false, true })
        {
            var file = await MakeAsync(isPrepared);
            var (g1, g2) = (StartOf(file, G1Section), StartOf(file, G2Section));
            foreach (var length in new[] { 0, 3, 11, 12, 23, 60, g1 - 1, g1 + 100, g2 + 1 })
                await RefusesAsync(file[..length], PowersOfG1);
            await RefusesAsync(file, PowersOfG1 + 1, $"has {PowersOfG1} powers; {PowersOfG1 + 1} are wanted.");
            await RefusesAsync(Changed(file, bytes => bytes[0] = (byte)'q'), 4, "no powers of tau");
            await RefusesAsync(Changed(file, bytes => bytes[4] = 2), 4, "of version 2");
            // Of a point: a bit, another point of the curve, and a coordinate that is not reduced.
            await RefusesAsync(Changed(file, bytes => bytes[g1 + (3 * G1Affine.ByteLength)] ^= 1), PowersOfG1, "not on the curve");
            await RefusesAsync(Changed(file, bytes => bytes.AsSpan(g1 + 64, 64).CopyTo(bytes.AsSpan(g1 + (3 * 64)))), PowersOfG1, "are not those of [τ]₂");
            await RefusesAsync(Changed(file, bytes => bytes.AsSpan(g1 + 64, 32).Fill(0xFF)), PowersOfG1, "not below the modulus");
            await RefusesAsync(Changed(file, bytes => bytes[g2 + 128] ^= 1), PowersOfG1, "[τ^1]₂ is not on the curve");
            await RefusesAsync(Changed(file, bytes => bytes.AsSpan(g2, 128).CopyTo(bytes.AsSpan(g2 + 128))), PowersOfG1, "are not those of [τ]₂");
            await RefusesAsync(Changed(file, bytes => bytes.AsSpan(g2 + 128, 128).CopyTo(bytes.AsSpan(g2 + 256))), PowersOfG1, "[τ^2]₂ is not the power");
        }
    }

    private static async Task RefusesAsync(byte[] file, int length, string detail = "")
    {
        var refused = Assert.IsType<ImportOutcome.Refused>(await ImportAsync(file, length));
        Assert.Contains(detail, refused.Detail, StringComparison.Ordinal);
    }

    private static byte[] Changed(byte[] file, Action<byte[]> change)
    {
        var bytes = file.ToArray();
        change(bytes);
        return bytes;
    }

    private static Task<ImportOutcome> ImportAsync(byte[] file, int length) => PowersOfTau.ImportAsync(new MemoryStream(file), "a test's", length, progress: null, TestWork.Here);

    private static int StartOf(byte[] file, int section)
    {
        for (var at = 12; ;)
        {
            var (type, length) = (BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)), (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at + 4)));
            at += 12;
            if (type == section)
                return at;
            at += length;
        }
    }

    private static async Task<byte[]> MakeAsync(bool isPrepared)
    {
        var file = await SnarkjsPeer.FindPowersAsync(Power, isPrepared ? "prepared" : "plain", TestContext.Current.CancellationToken);
        Assert.SkipWhen(file is null, SnarkjsPeer.Missing);
        return file!;
    }
}
