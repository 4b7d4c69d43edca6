using OpenGradient.Relayer.Hosting;
using OpenGradient.Support;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Tests.Hosting;

/// <summary>What is set and would change nothing is refused: whoever set it expects something of it.</summary>
public sealed class IdleSettingsTests : IDisposable
{
    private const string Version = "0x1111111111111111111111111111111111111111111111111111111111111111";
    private const string Other = "0x2222222222222222222222222222222222222222222222222222222222222222";
    private static readonly string Somewhere = Path.GetTempPath();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("idle-settings-");

    public static TheoryData<string, string, string> Alone => new()
    {
        { Names.AttestVeto, "yes", Names.AttestListen },
        { Names.AttestRate, "7", Names.AttestListen },
        { Names.AttestLifetime, "24", Names.AttestListen },
        { Names.AttestPolicy, Repository.PathOf("docs", "attestation", "production.json"), Names.AttestListen },
        { Names.AttestArchiveEvery, "7", Names.AttestArchiveFrom },
        { Names.AttestedBy, "http://a.example", Names.Attested },
        { Names.AttestedCollateral, Somewhere, Names.Attested },
        { Names.AttestedResume, "3", Names.Attested },
        { Names.PrivatePrice, "7", Names.PrivateListen },
        { Names.Reviews, "off", Names.Verify },
        { Names.OnlyReports, "yes", Names.Verify },
        { Names.MostAtRisk, "7", Names.Verify },
        { Names.AcceptedLoss, "7", Names.Verify },
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
    public void What_has_no_effect_by_itself_is_refused_with_what_it_needs(string name, string value, string needed)
    {
        var fault = Assert.Single(Faults((name, value)));

        Assert.Equal(name, fault.Name);
        Assert.Contains(needed, fault.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-key", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_setting_takes_the_effect_of_is_refused_too()
    {
        Assert.Equal([Names.CudaFolder], NamesOf(Faults((Names.Provider, "cpu"), (Names.CudaFolder, Somewhere))), StringComparer.Ordinal);
        Assert.Equal([Names.ModelBatchWaitMs], NamesOf(Faults((Names.ModelBatch, "1"), (Names.ModelBatchWaitMs, "5"))), StringComparer.Ordinal);
        Assert.Equal([Names.MostAtRisk], NamesOf(Faults((Names.Verify, "yes"), (Names.OnlyReports, "yes"), (Names.MostAtRisk, "7"))), StringComparer.Ordinal);
        Assert.Equal([Names.AttestedCollateral], NamesOf(Faults((Names.Attested, "nsm"), (Names.AttestedBy, "http://a.example"), (Names.AttestedCollateral, Somewhere))), StringComparer.Ordinal);
        Assert.Equal([Names.Servers], NamesOf(Faults((Names.Versions, Version), (Names.Servers, Other + "=kserve+http://gpu:8000/vola"))), StringComparer.Ordinal);
        Assert.Equal([Names.AttestArchive], NamesOf(Faults((Names.AttestArchiveOcsp, "http://ocsp.example/"))), StringComparer.Ordinal);
    }

    [Fact]
    public void What_has_an_effect_is_taken()
    {
        var options = Read(
            (Names.AttestArchive, _folder.FullName), (Names.AttestArchiveOcsp, "http://ocsp.example/"), (Names.AttestArchiveEvery, "2"), (Names.AttestPolicy, Repository.PathOf("docs", "attestation", "production.json")),
            (Names.ProveSetup, ".env.example"), (Names.ProveCache, Path.Combine(_folder.FullName, "proofs")), (Names.Verify, "yes"), (Names.Reviews, "off"), (Names.MostAtRisk, "7"));

        Assert.Equal((new Uri("http://ocsp.example/"), TimeSpan.FromHours(2)), (options.Attesting!.Archive!.Responder, options.Attesting.Archive.Every));
        // Whatever is written to needs room.
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { _folder.FullName, Path.Combine(_folder.FullName, "proofs"), options.Blobs.CacheFolder, options.Database.Folder! },
            options.WrittenFolders.ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<string> NamesOf(IReadOnlyList<SettingFault> faults) => faults.Select(fault => fault.Name);

    private IReadOnlyList<SettingFault> Faults(params IReadOnlyList<(string Name, string Value)> settings) =>
        Assert.IsType<SettingsReading.Faulty>(RelayerSettings.Read(Find(settings), Repository.Root)).Faults;

    private RelayerOptions Read(params IReadOnlyList<(string Name, string Value)> settings)
    {
        var reading = RelayerSettings.Read(Find(settings), Repository.Root);
        Assert.True(reading is SettingsReading.Read, reading is SettingsReading.Faulty faulty ? string.Join('\n', faulty.Faults) : "");
        return ((SettingsReading.Read)reading).Options;
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
