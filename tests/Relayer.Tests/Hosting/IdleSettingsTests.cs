using OpenGradient.Relayer.Hosting;
using OpenGradient.Support;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Tests.Hosting;

/// <summary>What is set and changes nothing is told of; and refused where it promises protection, since whoever set it would go on without.</summary>
public sealed class IdleSettingsTests : IDisposable
{
    private const string Version = "0x1111111111111111111111111111111111111111111111111111111111111111";
    private const string Other = "0x2222222222222222222222222222222222222222222222222222222222222222";
    private static readonly string Somewhere = Path.GetTempPath();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idle-settings-");

    public static TheoryData<string, string, string> Protecting => new()
    {
        { Names.AttestVeto, "yes", Names.AttestListen },
        { Names.MostAtRisk, "7", Names.Verify },
    };

    public static TheoryData<string, string, string> Alone => new()
    {
        { Names.AttestRate, "7", Names.AttestListen },
        { Names.AttestLifetime, "24", Names.AttestListen },
        { Names.AttestPolicy, Repository.PathOf("docs", "attestation", "production.json"), Names.AttestListen },
        { Names.AttestArchiveEvery, "7", Names.AttestArchiveFrom },
        { Names.AttestedBy, "http://a.example", Names.Attested },
        { Names.AttestedCollateral, Somewhere, Names.Attested },
        { Names.AttestedResume, "3", Names.Attested },
        { Names.PrivatePrice, "7", Names.PrivateListen },
        { Names.TextKey, "secret-key", Names.Servers },
        { Names.TextLimitSeconds, "7", Names.Servers },
        { Names.TextPromptKib, "7", Names.Servers },
        { Names.CudaModelMib, "7", Names.CudaFolder },
        { Names.Reviews, "off", Names.Verify },
        { Names.OnlyReports, "yes", Names.Verify },
        { Names.AcceptedLoss, "7", Names.Verify },
        { Names.L1Fees, "op", Names.TokensPerCoin },
        { Names.PriceField, "data.price", Names.PriceUrl },
        { Names.PriceDecimals, "6", Names.PriceUrl },
        { Names.PriceLeast, "1", Names.PriceUrl },
        { Names.PriceMost, "2", Names.PriceUrl },
        { Names.ProveNode, "0x00000000000000000000000000000000000000a1", Names.ProveSetup },
        { Names.ProveThreads, "2", Names.ProveSetup },
        { Names.ProveMemoryMib, "7", Names.ProveSetup },
        { Names.ProveLimitSeconds, "7", Names.ProveSetup },
        { Names.ProveBatch, "7", Names.ProveSetup },
        { Names.ProveWaitMs, "7", Names.ProveSetup },
        { Names.ProveShortMs, "7", Names.ProveSetup },
        { Names.ProveCache, Somewhere, Names.ProveSetup },
        { BlobSettingNames.S3Bucket, "models", BlobSettingNames.S3Endpoint },
        { BlobSettingNames.S3Region, "eu-west-1", BlobSettingNames.S3Endpoint },
        { BlobSettingNames.S3Prefix, "a/", BlobSettingNames.S3Endpoint },
        { BlobSettingNames.S3Key, "id", BlobSettingNames.S3Endpoint },
        { BlobSettingNames.S3Secret, "secret-key", BlobSettingNames.S3Endpoint },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Alone))]
    public void What_has_no_effect_by_itself_is_told_of_and_keeps_nobody_from_starting(string name, string value, string needed) =>
        Expect(Assert.Single(Reading((name, value)).Idle), name, needed);

    [Theory]
    [MemberData(nameof(Protecting))]
    public void What_promises_protection_and_gives_none_is_refused(string name, string value, string needed) =>
        Expect(Assert.Single(Faults((name, value))), name, needed);

    [Fact]
    public void A_role_that_is_turned_off_leaves_its_other_settings_for_later()
    {
        var idle = Reading(
            (Names.Verify, "no"), (Names.Reviews, "sampled:100"), (Names.AcceptedLoss, "7"), (Names.ProveThreads, "2"), (Names.ProveBatch, "7"), (Names.PriceField, "data.price")).Idle;

        Assert.Equal(
            new[] { Names.AcceptedLoss, Names.PriceField, Names.ProveBatch, Names.ProveThreads, Names.Reviews }.Order(StringComparer.Ordinal),
            NamesOf(idle).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private static void Expect(SettingFault fault, string name, string needed)
    {
        Assert.Equal(name, fault.Name);
        Assert.Contains(needed, fault.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_setting_takes_the_effect_of_is_told_of_or_refused_too()
    {
        Assert.Equal([Names.CudaFolder], NamesOf(Reading((Names.Provider, "cpu"), (Names.CudaFolder, Somewhere)).Idle), StringComparer.Ordinal);
        Assert.Equal([Names.ModelBatchWaitMs], NamesOf(Reading((Names.ModelBatch, "1"), (Names.ModelBatchWaitMs, "5")).Idle), StringComparer.Ordinal);
        Assert.Equal([Names.MostAtRisk], NamesOf(Faults((Names.Verify, "yes"), (Names.OnlyReports, "yes"), (Names.MostAtRisk, "7"))), StringComparer.Ordinal);
        Assert.Equal(
            [Names.AttestedCollateral], NamesOf(Reading((Names.Attested, "nsm"), (Names.AttestedBy, "http://a.example"), (Names.AttestedCollateral, Somewhere)).Idle), StringComparer.Ordinal);
        Assert.Equal([Names.Servers], NamesOf(Faults((Names.Versions, Version), (Names.Servers, Other + "=kserve+http://gpu:8000/vola"))), StringComparer.Ordinal);
        Assert.Equal([Names.AttestArchive], NamesOf(Faults((Names.AttestArchiveOcsp, "http://ocsp.example/"))), StringComparer.Ordinal);
    }

    [Fact]
    public void What_has_an_effect_is_taken()
    {
        var reading = Reading(
            (Names.AttestArchive, _folder.FullName), (Names.AttestArchiveOcsp, "http://ocsp.example/"), (Names.AttestArchiveEvery, "2"), (Names.AttestPolicy, Repository.PathOf("docs", "attestation", "production.json")),
            (Names.ProveSetup, ".env.example"), (Names.ProveCache, Path.Combine(_folder.FullName, "proofs")), (Names.Verify, "yes"), (Names.Reviews, "off"), (Names.MostAtRisk, "7"));

        Assert.Empty(reading.Idle);
        var options = reading.Options;
        Assert.Equal((new Uri("http://ocsp.example/"), TimeSpan.FromHours(2)), (options.Attesting!.Archive!.Responder, options.Attesting.Archive.Every));
        // Whatever is written to needs room.
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { _folder.FullName, Path.Combine(_folder.FullName, "proofs"), options.Blobs.CacheFolder, options.Database.Folder! },
            options.WrittenFolders.ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(IReadOnlyList<SettingFault> faults) => faults.Select(fault => fault.Name);

    private IReadOnlyList<SettingFault> Faults(params IReadOnlyList<(string Name, string Value)> settings) =>
        Assert.IsType<SettingsReading.Faulty>(RelayerSettings.Read(Find(settings), Repository.Root)).Faults;

    private SettingsReading.Read Reading(params IReadOnlyList<(string Name, string Value)> settings)
    {
        var reading = RelayerSettings.Read(Find(settings), Repository.Root);
        Assert.True(reading is SettingsReading.Read, reading is SettingsReading.Faulty faulty ? string.Join('\n', faulty.Faults) : "");
        return (SettingsReading.Read)reading;
    }

    private Func<string, string?> Find(IReadOnlyList<(string Name, string Value)> settings)
    {
        var deployment = Path.Combine(_folder.FullName, "deployment.json");
        File.WriteAllText(deployment, SampleDeploymentFile.Text);
        var all = new Dictionary<string, string>(StringComparer.Ordinal) { [Names.Endpoints] = "http://127.0.0.1:8545", [Names.Deployment] = deployment, [Names.Versions] = "all" };
        foreach (var (name, value) in settings)
            all[name] = value;
        return name => all.GetValueOrDefault(name);
    }
}
