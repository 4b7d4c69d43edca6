using OpenGradient.Attestation.Emulated;
using OpenGradient.Ethereum.Following;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Relayer.Attesting.Keys;
using OpenGradient.Relayer.Attesting.Platforms;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Support;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Tests.Hosting;

public sealed class RelayerSettingsTests : IDisposable
{
    private const string Version = "0x1111111111111111111111111111111111111111111111111111111111111111";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relayer-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_must_be_said_is_asked_for_all_at_once()
    {
        var faults = Faults([]);

        Assert.Equal([Names.Endpoints, Names.Deployment, Names.Versions], faults.Select(fault => fault.Name).OrderBy(Place).ThenBy(name => name, StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.All(faults, fault => Assert.NotEmpty(fault.Remedy));

        static int Place(string name) => Array.IndexOf([Names.Endpoints, Names.Deployment, Names.Versions], name);
    }

    [Fact]
    public void The_example_has_the_defaults_that_the_code_has()
    {
        var example = File.ReadAllLines(Repository.PathOf(".env.example"))
            .Where(line => line.StartsWith("OG_RELAYER_", StringComparison.Ordinal) || line.StartsWith("OG_BLOB_", StringComparison.Ordinal))
            .Where(line => !line.EndsWith('='))
            .Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        Assert.True(example.Count > 25, $"{example.Count} defaults stand there.");

        var plain = Read([]);
        var told = Read([.. example]);
        // Which file does not matter: it is read when the relayer starts.
        KeyValuePair<string, string> setup = new(Names.ProveSetup, ".env.example");
        Assert.Null(plain.Proving);
        Assert.Equal(Read([setup]).Proving! with { Setup = null! }, Read([.. example, setup]).Proving! with { Setup = null! });

        // Records with the same values are equal; those with lists are compared by what they show.
        Assert.Equal(plain.Sending, told.Sending);
        Assert.Equal(plain.Schedule, told.Schedule);
        Assert.Equal(plain.Onnx, told.Onnx);
        Assert.Equal(plain.Pipeline, told.Pipeline);
        Assert.Equal(plain.Desk, told.Desk);
        Assert.Equal(plain.Price, told.Price);
        Assert.Equal((plain.Shelf, plain.DataFees, plain.Compute.PerSecond), (told.Shelf, told.DataFees, told.Compute.PerSecond));
        Assert.Equal(plain.Listen, told.Listen);
        Assert.Equal(plain.Database.ToString(), told.Database.ToString());
        Assert.Equal(plain.Blobs.CacheFolder, told.Blobs.CacheFolder);
        Assert.Equal(plain.Blobs.Folders, told.Blobs.Folders, StringComparer.Ordinal);
        Assert.Equal(plain.Blobs.CacheBytes, told.Blobs.CacheBytes);
        Assert.Equal(plain.Blobs.MaxInputBytes, told.Blobs.MaxInputBytes);
        Assert.Equal(plain.Following.Finality, told.Following.Finality);
        Assert.Equal(plain.Following.BloomUse, told.Following.BloomUse);
        Assert.Equal(
            (plain.Admission.LeastFee, plain.Admission.MarginBp, plain.Admission.CallbackGas, plain.Admission.LeastSeconds, plain.InclusionSeconds, plain.MostOpenClaims),
            (told.Admission.LeastFee, told.Admission.MarginBp, told.Admission.CallbackGas, told.Admission.LeastSeconds, told.InclusionSeconds, told.MostOpenClaims));
    }

    [Fact]
    public void Every_name_is_read_and_changes_something()
    {
        // Each wrong value is told of under its own name, so that none is read by mistake for another.
        var texts = new[] { Names.CudaFolder, Names.PriceField, Names.SettlementEndpoints, Names.ProveCache, Names.AttestArchive };
        HashSet<string> asked = [];
        RelayerSettings.Read(name =>
        {
            asked.Add(name);
            return null;
        });
        Assert.Equal([.. Names.All.Concat(BlobSettingNames.All).Order(StringComparer.Ordinal)], asked.Except(BlobSettingNames.Former.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var name in Names.All.Except(texts, StringComparer.Ordinal))
            Assert.Contains(Faults([new(name, "\u0001?")]), fault => fault.Name == name);
    }

    [Theory]
    [InlineData(Names.Endpoints, "ftp://somewhere")]
    [InlineData(Names.Endpoints, "http://127.0.0.1:1,http://127.0.0.1:1")]
    [InlineData(Names.Quorum, "3")]
    [InlineData(Names.Finality, "0")]
    [InlineData(Names.Finality, "soon")]
    [InlineData(Names.Deployment, "no-such-file.json")]
    [InlineData(Names.Deployment, "99999999")]
    [InlineData(Names.Database, "mysql://x")]
    [InlineData(Names.Database, "sqlite:")]
    [InlineData(Names.Listen, "http://0.0.0.0:80")]
    [InlineData(Names.Listen, "http://relayer.example:80")]
    [InlineData(Names.Listen, "https://127.0.0.1:80")]
    [InlineData(Names.ListenAnywhere, "maybe")]
    [InlineData(Names.Versions, "0x12")]
    [InlineData(Names.Servers, "0x12=kserve+http://a/m")]
    [InlineData(Names.Servers, Version + "=triton+http://a/m")]
    [InlineData(Names.Servers, Version + "=kserve+http://a/")]
    [InlineData(Names.Servers, Version + "=kserve+http://a/m," + Version + "=kserve+http://b/m")]
    [InlineData(Names.Servers, Version + "=openai+ftp://a/v1")]
    [InlineData(Names.Servers, Version + "=openai+http://a/v1#")]
    [InlineData(Names.Servers, Version + "=openai+http://a/v1?key=1")]
    [InlineData(Names.Servers, Version + "=openai+http://me:key@a/v1")]
    [InlineData(Names.TextKey, "two words")]
    [InlineData(Names.TextKeyFiles, "a:80=key.txt")]
    [InlineData(Names.TextLimitSeconds, "0")]
    [InlineData(Names.TextPromptKib, "0")]
    [InlineData(Names.Provider, "tpu")]
    [InlineData(Names.CudaFolder, "/no/such/folder")]
    [InlineData(Names.Workers, "0")]
    [InlineData(Names.Workers, "1e3")]
    [InlineData(Names.SettleBatch, "129")]
    [InlineData(Names.LeastFee, "1.5")]
    [InlineData(Names.L1Fees, "arbitrum")]
    [InlineData(Names.ComputePrice, "1,2")]
    [InlineData(Names.LeastFee, "-1")]
    [InlineData(Names.Callers, "bob")]
    [InlineData(Names.MaxFeeGwei, "0")]
    [InlineData(Names.RetentionDays, "6")]
    [InlineData(Names.OtlpEndpoint, "localhost")]
    [InlineData(Names.ProveSetup, "no-such-setup.ogs")]
    [InlineData(Names.ProveBatch, "129")]
    [InlineData(Names.ProveLimitSeconds, "0")]
    public void Refuses_what_makes_no_sense(string name, string value)
    {
        var fault = Assert.Single(Faults([new(name, value)]));

        Assert.Equal(name, fault.Name);
        Assert.NotEmpty(fault.Problem);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public void A_setting_that_was_renamed_is_refused_with_its_new_name()
    {
        Assert.Equal(4, BlobSettingNames.Former.Count);
        foreach (var (former, name) in BlobSettingNames.Former)
        {
            var fault = Assert.Single(Faults([new(former, "1")]));
            Assert.Equal(former, fault.Name);
            Assert.Contains(name, fault.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_relayer_has_blobs_from_where_all_other_commands_have_them()
    {
        var options = Read(
        [
            new(BlobSettingNames.Folder, "/srv/a, b"), new(BlobSettingNames.Gateways, "https://a.example/blobs/"), new(BlobSettingNames.IpfsGateway, "https://ipfs.example"),
            new(BlobSettingNames.S3Endpoint, "https://s3.example"), new(BlobSettingNames.S3Bucket, "models"), new(BlobSettingNames.S3Key, "id"), new(BlobSettingNames.S3Secret, "secret-key"),
        ]).Blobs;

        Assert.Equal(["/srv/a", Path.Combine(Repository.Root, "b")], options.Folders, StringComparer.Ordinal);
        Assert.Equal(("models", "us-east-1"), (options.S3!.Bucket, options.S3.Region));
        Assert.Equal(new Uri("https://ipfs.example"), options.IpfsGateway);
        Assert.Empty(Read([new(BlobSettingNames.Folder, "none")]).Blobs.Folders);
        Assert.Equal(
            [BlobSettingNames.S3Bucket, BlobSettingNames.S3Secret],
            Faults([new(BlobSettingNames.S3Endpoint, "https://s3.example"), new(BlobSettingNames.S3Key, "id")]).Select(fault => fault.Name), StringComparer.Ordinal);
        foreach (var name in new[] { BlobSettingNames.Gateways, BlobSettingNames.IpfsGateway })
        {
            var fault = Assert.Single(Faults([new(name, "https://me:secret-key@a.example/blobs")]));
            Assert.Equal(name, fault.Name);
            Assert.DoesNotContain("secret-key", fault.ToString(), StringComparison.Ordinal);
        }

        var odd = Assert.Single(Faults(
        [
            new(BlobSettingNames.S3Endpoint, "https://s3.example"), new(BlobSettingNames.S3Bucket, "No Bucket"), new(BlobSettingNames.S3Key, "id"), new(BlobSettingNames.S3Secret, "secret-key"),
        ]));
        Assert.DoesNotContain("secret-key", odd.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Never_repeats_an_address_that_may_hold_a_key()
    {
        var faults = Faults([new(Names.Endpoints, "gopher://host/secret-key"), new(Names.Database, "postgres://user:secret-key@"), new(Names.OtlpEndpoint, "x secret-key")]);

        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("secret-key", StringComparison.Ordinal));
    }

    [Fact]
    public void Cuda_needs_its_folder_and_a_price_from_elsewhere_its_bounds()
    {
        Assert.Equal([Names.CudaFolder], Faults([new(Names.Provider, "cuda")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Equal([Names.PriceField, Names.PriceMost], Faults([new(Names.PriceUrl, "https://prices.example/")]).Select(fault => fault.Name), StringComparer.Ordinal);
    }

    [Fact]
    public void Reads_what_is_set()
    {
        var options = Read(
        [
            new(Names.Endpoints, "http://127.0.0.1:1, wss://a.example/key"), new(Names.SettlementEndpoints, "https://private.example"),
            new(Names.Quorum, "2"), new(Names.Finality, "12"), new(Names.TrustHeaders, "yes"), new(Names.Listen, "http://0.0.0.0:9000"),
            new(Names.ListenAnywhere, "yes"), new(Names.Versions, Version), new(Names.Servers, Version + "=kserve+http://gpu:8000/base/vola:2"),
            new(Names.Provider, "cpu"), new(Names.Workers, "300"), new(Names.RunSeconds, "5"), new(Names.InclusionSeconds, "10"),
            new(Names.Callers, "0x00000000000000000000000000000000000000aa"), new(Names.MaxFeeGwei, "1.5"), new(Names.PriceUrl, "https://prices.example/?key=1"),
            new(Names.PriceField, "data.price"), new(Names.PriceDecimals, "6"), new(Names.PriceLeast, "1000"), new(Names.PriceMost, "9000.5"),
            new(Names.L1Fees, "op"), new(Names.ComputePrice, "7," + Version + "=9"), new(Names.VersionMemoryMib, "64"),
            new(Names.DrainSeconds, "90"), new(Names.Database, "postgres://me@db/relayer"),
        ], expectedWorkers: false);

        Assert.Equal(2, options.Endpoints.Count);
        Assert.Single(options.SettlementEndpoints);
        Assert.Equal((2, FinalityRule.Depth(12), BloomUse.None, 12), (options.Following.Quorum, options.Following.Finality, options.Following.BloomUse, options.Sending.FinalityDepth));
        Assert.Null(options.Following.HeaderCheck);
        Assert.True(options.Versions.Includes(Hash32.Parse(Version)));
        Assert.False(options.Versions.Includes(Hash32.Zero));
        var server = Assert.IsType<RemoteServer.KServe>(options.Servers[Hash32.Parse(Version)]);
        Assert.Equal(("http://gpu:8000/base/", "vola", "2"), (server.Address.ToString(), server.Model.Name, server.Model.Version));
        Assert.Equal(ExecutionProvider.Cpu, options.Onnx.Provider);
        Assert.Equal(35UL, options.Admission.LeastSeconds);
        Assert.Single(options.Admission.Requesters);
        Assert.Equal(new Wei(1_500_000_000u), options.Sending.MaxFeePerGas);
        Assert.Equal(["data", "price"], options.Price.Source!.Field);
        Assert.Equal(((UInt256)1_000_000_000u, (UInt256)9_000_500_000u), (options.Price.Source.Least, options.Price.Source.Most));
        Assert.DoesNotContain("key", options.Price.Source.ToString(), StringComparison.Ordinal);
        Assert.Equal((DataFees.OpStack, (UInt256)7u, (UInt256)9u), (options.DataFees, options.Compute.PerSecond, options.Compute.OfVersions[Hash32.Parse(Version)]));
        Assert.Equal(64L << 20, options.Shelf.MemoryBytes);
        Assert.Equal(TimeSpan.FromSeconds(90), options.Pipeline.DrainTime);
        Assert.Null(options.Pipeline.Fault());
        Assert.Equal("postgres://me@db:5432/relayer", options.Database.ToString());
    }

    [Fact]
    public void An_attester_and_an_attested_node_are_read_from_their_settings()
    {
        using var roots = EmulatedRoots.Generate();
        var (rootsFile, policy) = (Path.Combine(_folder.FullName, "roots.pem"), Repository.PathOf("docs", "attestation", "development.json"));
        File.WriteAllText(rootsFile, roots.Export());
        var development = Path.Combine(_folder.FullName, "development.json");
        File.WriteAllText(development, SampleDeploymentFile.Text.Replace("\"isDevelopment\": false", "\"isDevelopment\": true", StringComparison.Ordinal));
        KeyValuePair<string, string>[] emulated = [new(Names.AttestPolicy, policy), new(Names.AttestRoots, rootsFile)];

        var read = Read(
        [
            new(Names.Deployment, development), .. emulated, new(Names.AttestListen, "http://0.0.0.0:9465"), new(Names.AttestRate, "60"), new(Names.Verify, "yes"),
            new(Names.Attested, "emulated-tdx"), new(Names.AttestedBy, "http://a.example/base, https://b.example"), new(Names.AttestLifetime, "24"), new(Names.AttestKey, "p256"),
            new(Names.PrivateListen, "http://0.0.0.0:8095"), new(Names.PrivatePrice, "7"),
        ]);
        var attesting = read.Attesting!;

        Assert.Equal((new Uri("http://0.0.0.0:8095"), (UInt256)7), (read.Private!.Listen, read.Private.Price));
        Assert.Equal([Names.PrivateListen], Faults([new(Names.PrivateListen, "http://0.0.0.0:8095")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Equal([Names.PrivateListen], Faults([new(Names.PrivateListen, "https://0.0.0.0:8095")]).Select(fault => fault.Name), StringComparer.Ordinal);

        Assert.Equal((new Uri("http://0.0.0.0:9465"), 60), (attesting.Attester!.Listen, attesting.Attester.RequestsPerMinute));
        Assert.Equal([new Uri("http://a.example/base/"), new Uri("https://b.example/")], attesting.Attested!.Attesters);
        Assert.IsType<EmulatedSource>(attesting.Attested.Source);
        Assert.Equal(KeyCurve.P256, attesting.Attested.Curve);
        Assert.Equal((TimeSpan.FromHours(24), true, 5), (attesting.Lifetime, attesting.Policy.AllowEmulated, attesting.EmulatedRoots.Count));

        // Where value is at stake nothing emulated is even read for use.
        Assert.Equal([Names.AttestRoots, Names.AttestPolicy], Faults([.. emulated, new(Names.AttestListen, "http://0.0.0.0:1"), new(Names.Verify, "yes")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Equal([Names.AttestListen], Faults([new(Names.AttestListen, "http://0.0.0.0:1")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Equal([Names.AttestKey], Faults([new(Names.AttestKey, "ed25519")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Equal([Names.AttestedBy], Faults([new(Names.Attested, "tsm")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Equal(
            [Names.Attested], Faults([new(Names.Attested, "tsm"), new(Names.AttestedBy, "http://a"), new(Names.Database, "postgres://me@db/relayer")]).Select(fault => fault.Name), StringComparer.Ordinal);
        Assert.Null(Read([]).Attesting);
    }

    [Fact]
    public void Proofs_are_left_to_another_process_that_is_told_whose_they_are()
    {
        KeyValuePair<string, string> setup = new(Names.ProveSetup, ".env.example");
        var relayer = Read([setup, new(Names.ProveElsewhere, "yes")]).Proving!;
        var prover = Read([setup, new(Names.ProveNode, "0x00000000000000000000000000000000000000a1")]).Proving!;

        Assert.Equal((true, null), (relayer.IsElsewhere, relayer.Node));
        Assert.Equal((false, Address.Parse("0x00000000000000000000000000000000000000a1")), (prover.IsElsewhere, prover.Node));
        Assert.Equal(Names.ProveNode, Assert.Single(Faults([setup, new(Names.ProveNode, "bob")]), fault => fault.Name.Contains("PROVE", StringComparison.Ordinal)).Name);
        Assert.Equal(Names.ProveElsewhere, Assert.Single(Faults([new(Names.ProveElsewhere, "yes")]), fault => fault.Name.Contains("PROVE", StringComparison.Ordinal)).Name);
    }

    [Fact]
    public void An_archive_of_collateral_is_read_from_its_settings()
    {
        var attesting = Read([new(Names.AttestArchive, _folder.FullName), new(Names.AttestArchiveFrom, "a.crl=https://a.example/x?y=z, b.json=http://b.example/"), new(Names.AttestArchiveEvery, "2")]).Attesting!;
        Assert.Equal((_folder.FullName, TimeSpan.FromHours(2)), (attesting.Archive!.Folder, attesting.Archive.Every));
        Assert.Equal([("a.crl", "https://a.example/x?y=z"), ("b.json", "http://b.example/")], attesting.Archive.Sources.Select(source => (source.Name, source.Address.ToString())));
        Assert.Null(attesting.Attester);

        Assert.Equal([Names.AttestArchive], Faults([new(Names.AttestArchiveFrom, "a=https://a.example/")]).Select(fault => fault.Name), StringComparer.Ordinal);
        foreach (var wrong in (string[])["a", "../a=https://a.example/", "a=ftp://a.example/", "a=https://a.example/,a=https://b.example/", "a=https://a.example/,a.issuers.pem=https://b.example/"])
            Assert.Equal([Names.AttestArchiveFrom], Faults([new(Names.AttestArchive, _folder.FullName), new(Names.AttestArchiveFrom, wrong)]).Select(fault => fault.Name), StringComparer.Ordinal);

        KeyValuePair<string, string>[] attester = [new(Names.AttestListen, "http://0.0.0.0:9465"), new(Names.Verify, "yes")];
        Assert.False(Read(attester).Attesting!.Attester!.Vetoes);
        Assert.True(Read([.. attester, new(Names.AttestVeto, "yes")]).Attesting!.Attester!.Vetoes);
        Assert.IsType<NsmSource>(Read([new(Names.Attested, "nsm"), new(Names.AttestedBy, "http://a.example")]).Attesting!.Attested!.Source);
    }

    private RelayerOptions Read(IReadOnlyList<KeyValuePair<string, string>> settings, bool expectedWorkers = true)
    {
        var told = expectedWorkers ? settings : [.. settings.Where(setting => setting.Key != Names.Workers)];
        var reading = RelayerSettings.Read(Find(told), Repository.Root);
        Assert.True(reading is SettingsReading.Read, reading is SettingsReading.Faulty faulty ? string.Join('\n', faulty.Faults) : "");
        return ((SettingsReading.Read)reading).Options;
    }

    // Alone, without what every relayer must be told, only where nothing is given.
    private IReadOnlyList<SettingFault> Faults(IReadOnlyList<KeyValuePair<string, string>> settings) =>
        Assert.IsType<SettingsReading.Faulty>(RelayerSettings.Read(settings.Count == 0 ? _ => null : Find(settings), Repository.Root)).Faults;

    private Func<string, string?> Find(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Names.Endpoints] = "http://127.0.0.1:8545",
            [Names.Deployment] = SampleFile(),
            [Names.Versions] = "all",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        return name => all.GetValueOrDefault(name);
    }

    private string SampleFile()
    {
        var path = Path.Combine(_folder.FullName, "deployment.json");
        File.WriteAllText(path, SampleDeploymentFile.Text);
        return path;
    }
}
