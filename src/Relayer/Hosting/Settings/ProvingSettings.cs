using OpenGradient.Ethereum.Primitives;
using OpenGradient.Prover;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Planning;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Reads how proofs are made. All of it is read, so that what is wrong shows before the role is switched on: by naming a setup.</summary>
internal static class ProvingSettings
{
    private const int MiB = 1 << 20;

    // The transaction that brings a proof, and one that it may have to wait for.
    private const ulong TransactionsAfterProof = 2;

    public static ProvingOptions? Read(SettingsReader reader, ulong inclusionSeconds)
    {
        var limit = reader.Number(Names.ProveLimitSeconds, 60, 1, 3_600);
        var threads = (int)reader.Number(Names.ProveThreads, 0, 0, 256);
        var setup = reader.Text(Names.ProveSetup) is { } text ? reader.PathOf(text) : null;
        if (setup is not null && !File.Exists(setup))
            reader.Wrong(Names.ProveSetup, $"There is no file {setup}.", "Name the setup that the verifier has, as `og srs import` or `og srs dev` wrote it; or leave it out to prove nothing.");
        var elsewhere = reader.Flag(Names.ProveElsewhere);
        if (elsewhere && setup is null)
            reader.Wrong(Names.ProveElsewhere, "Proofs are left to another process, and no setup is named.", $"Name it in {Names.ProveSetup} here, too: versions are checked by it before they are answered.");
        var options = new ProvingOptions
        {
            IsElsewhere = elsewhere,
            Node = ReadNode(reader),
            Setup = async cancellationToken =>
            {
                await using var file = File.OpenRead(setup ?? throw new InvalidOperationException("No setup is named."));
                return await SetupFile.ReadAsync(file, Work.OnAllCores(cancellationToken));
            },
            CacheFolder = reader.Path(Names.ProveCache, Path.Combine(".og", "relayer", "proofs")),
            Threads = threads == 0 ? Environment.ProcessorCount : threads,
            MemoryBytes = reader.Number(Names.ProveMemoryMib, 1_024, 1, 1 << 20) * MiB,
            Limit = TimeSpan.FromSeconds(limit),
            ShortLimit = TimeSpan.FromMilliseconds(reader.Number(Names.ProveShortMs, 1_000, 0, 3_600_000)),
            Batches = new ProofLimits
            {
                Items = (int)reader.Number(Names.ProveBatch, 64, 1, ProofLimits.MostItems),
                Wait = TimeSpan.FromMilliseconds(reader.Number(Names.ProveWaitMs, 2_000, 0, 600_000)),
                UrgentSeconds = (ulong)limit + (TransactionsAfterProof * inclusionSeconds),
            },
        };
        return setup is null ? null : options;
    }

    private static Address? ReadNode(SettingsReader reader)
    {
        if (reader.Text(Names.ProveNode) is not { } text)
            return null;
        if (Address.TryParse(text, out var node) && !node.IsZero)
            return node;
        reader.Wrong(Names.ProveNode, "It is no address.", "Give that of the node whose answers are proven: 0x and 40 hexadecimal digits.");
        return null;
    }
}
