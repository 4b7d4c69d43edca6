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
    private const long UsualLimitSeconds = 60;
    private const long UsualMemoryMib = 1_024;
    private const long UsualBatch = 64;
    private const long UsualWaitMs = 2_000;
    private const long UsualShortMs = 1_000;

    // The transaction that brings a proof, and one that it may have to wait for.
    private const ulong TransactionsAfterProof = 2;

    public static ProvingOptions? Read(SettingsReader reader, ulong inclusionSeconds)
    {
        var limit = reader.Number(Names.ProveLimitSeconds, UsualLimitSeconds, 1, 3_600);
        var memory = reader.Number(Names.ProveMemoryMib, UsualMemoryMib, 1, 1 << 20);
        var shortMs = reader.Number(Names.ProveShortMs, UsualShortMs, 0, 3_600_000);
        var batch = reader.Number(Names.ProveBatch, UsualBatch, 1, ProofLimits.MostItems);
        var wait = reader.Number(Names.ProveWaitMs, UsualWaitMs, 0, 600_000);
        var usualCache = Path.Combine(".og", "relayer", "proofs");
        var cache = reader.Path(Names.ProveCache, usualCache);
        var threads = (int)reader.Number(Names.ProveThreads, 0, 0, 256);
        var setup = reader.Text(Names.ProveSetup) is { } text ? reader.PathOf(text) : null;
        if (setup is not null && !File.Exists(setup))
            reader.Wrong(Names.ProveSetup, $"There is no file {setup}.", "Name the setup that the verifier has, as `og srs import` or `og srs dev` wrote it; or leave it out to prove nothing.");
        var elsewhere = reader.Flag(Names.ProveElsewhere);
        if (elsewhere && setup is null)
            reader.Wrong(Names.ProveElsewhere, "Proofs are left to another process, and no setup is named.", $"Name it in {Names.ProveSetup} here, too: versions are checked by it before they are answered.");
        var node = ReadNode(reader);
        if (setup is null)
        {
            foreach (var (name, isTold) in new[]
            {
                (Names.ProveNode, node is not null), (Names.ProveThreads, threads != 0), (Names.ProveMemoryMib, memory != UsualMemoryMib), (Names.ProveLimitSeconds, limit != UsualLimitSeconds),
                (Names.ProveBatch, batch != UsualBatch), (Names.ProveWaitMs, wait != UsualWaitMs), (Names.ProveShortMs, shortMs != UsualShortMs),
                (Names.ProveCache, cache != reader.PathOf(usualCache)),
            })
            {
                reader.Idle(name, isTold, Names.ProveSetup);
            }
        }

        var options = new ProvingOptions
        {
            IsElsewhere = elsewhere,
            Node = node,
            Setup = async cancellationToken =>
            {
                await using var file = File.OpenRead(setup ?? throw new InvalidOperationException("No setup is named."));
                return await SetupFile.ReadAsync(file, Work.OnAllCores(cancellationToken));
            },
            CacheFolder = cache,
            Threads = threads == 0 ? Environment.ProcessorCount : threads,
            MemoryBytes = memory * MiB,
            Limit = TimeSpan.FromSeconds(limit),
            ShortLimit = TimeSpan.FromMilliseconds(shortMs),
            Batches = new ProofLimits
            {
                Items = (int)batch,
                Wait = TimeSpan.FromMilliseconds(wait),
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
