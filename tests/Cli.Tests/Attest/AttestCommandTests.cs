using System.Text.Json;
using OpenGradient.Cli.Tests.Support;
using OpenGradient.Relayer.Attesting.Platforms;

namespace OpenGradient.Cli.Tests.Attest;

/// <summary><c>og attest</c>, with roots of a folder of its own.</summary>
public sealed class AttestCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-attest-").FullName;

    private string Roots => Path.Combine(_folder, "roots.pem");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("sgx", "dcap")]
    [InlineData("tdx", "dcap")]
    [InlineData("nitro", "nitro")]
    [InlineData("snp", "snp")]
    [InlineData("nvidia", "nvidia")]
    public async Task Emulated_evidence_is_accepted_only_where_emulated_roots_are_allowed(string tee, string kind)
    {
        var made = await OgRun.ReportAsync("attest", "emulate", "--tee", tee, "--out", Out(tee), "--report-data", "0x0102", "--roots", Roots);
        Assert.Equal((kind, "emulated"), (made.GetProperty("kind").GetString(), made.GetProperty("rootLabel").GetString()));

        var allowed = await OgRun.ReportAsync([.. Verify(tee, kind), "--allow-emulated", "--roots", Roots]);
        Assert.True(allowed.GetProperty("accepted").GetBoolean());
        Assert.Empty(allowed.GetProperty("reasons").EnumerateArray());
        Assert.Equal("emulated", allowed.GetProperty("rootLabel").GetString());
        foreach (var name in (string[])["tcbStatus", "rootId", "workloadId", "platformId", "validFrom", "validTo", "evidenceHash", "teeType"])
            Assert.NotEmpty(allowed.GetProperty(name).GetString()!);

        var refused = await OgRun.RunAsync([.. Verify(tee, kind), "--json"]);
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Contains("root-unknown", ReasonsOf(refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_evidence_must_say_is_compared()
    {
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", Out("tdx"), "--report-data", "0102", "--roots", Roots);

        var same = await OgRun.ReportAsync([.. Verify("tdx", "dcap"), "--allow-emulated", "--roots", Roots, "--report-data", "0102"]);
        Assert.StartsWith("0x0102", same.GetProperty("reportData").GetString(), StringComparison.Ordinal);
        var other = await OgRun.RunAsync([.. Verify("tdx", "dcap"), "--allow-emulated", "--roots", Roots, "--report-data", "0103", "--json"]);
        Assert.Equal(ExitCode.Failed, other.ExitCode);
        Assert.Equal("report-data", ReasonsOf(other));
    }

    [Fact]
    public async Task The_policys_file_decides_and_the_time_can_be_told()
    {
        await OgRun.ReportAsync("attest", "emulate", "--tee", "snp", "--out", Out("snp"), "--roots", Roots);
        var policy = Path.Combine(_folder, "policy.json");
        await File.WriteAllTextAsync(policy, """{"version":1,"allowEmulated":true,"teeTypes":["tdx"]}""", TestContext.Current.CancellationToken);

        var refused = await OgRun.RunAsync([.. Verify("snp", "snp"), "--policy", policy, "--roots", Roots, "--json"]);
        Assert.Equal(ExitCode.Failed, refused.ExitCode);
        Assert.Equal("kind", ReasonsOf(refused));

        var late = await OgRun.RunAsync([.. Verify("snp", "snp"), "--allow-emulated", "--roots", Roots, "--at", "2099-01-01T00:00:00Z", "--json"]);
        Assert.Equal(ExitCode.Failed, late.ExitCode);
        Assert.Contains("certificate-window", ReasonsOf(late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collateral_is_named_one_by_one_or_behind_one_another()
    {
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", Out("tdx"), "--roots", Roots);
        var files = Directory.GetFiles(Path.Combine(Out("tdx"), "collateral"));
        string[] evidence = ["attest", "verify", "--kind", "dcap", "--evidence", Path.Combine(Out("tdx"), "evidence.bin"), "--allow-emulated", "--roots", Roots];

        Assert.True((await OgRun.ReportAsync([.. evidence, "--collateral", .. files])).GetProperty("accepted").GetBoolean());
        Assert.True((await OgRun.ReportAsync([.. evidence, .. files.SelectMany(file => (string[])["--collateral", file])])).GetProperty("accepted").GetBoolean());
        Assert.Equal(ExitCode.Failed, (await OgRun.RunAsync([.. evidence, "--collateral", .. files[..^1], "--json"])).ExitCode);
    }

    [Fact]
    public async Task Evidence_is_fetched_with_a_nonce_where_there_is_a_place_for_one()
    {
        Assert.SkipWhen(Directory.Exists(TsmDevice.DefaultFolder) || File.Exists(NsmDevice.DefaultPath), "This machine has a device, and would be asked.");

        Assert.Contains(NsmDevice.DefaultPath, await OgRun.RefusalAsync(ExitCode.Usage, "attest", "fetch", "--out", Out("own"), "--nonce", "0102"), StringComparison.Ordinal);
        Assert.Contains("--nonce", await OgRun.RefusalAsync(ExitCode.Usage, "attest", "fetch", "--out", Out("own"), "--nonce", "xyz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_exits_with_2()
    {
        var noise = Path.Combine(_folder, "noise");
        await File.WriteAllTextAsync(noise, "noise", TestContext.Current.CancellationToken);

        var malformed = await OgRun.RunAsync("attest", "verify", "--kind", "nitro", "--evidence", noise, "--json");
        Assert.Equal((ExitCode.Usage, "evidence-malformed"), (malformed.ExitCode, ReasonsOf(malformed)));

        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "nitro", "--evidence", noise + "2");
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "nitro", "--evidence", noise, "--policy", noise);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "nitro", "--evidence", noise, "--at", "noon");
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "nitro", "--evidence", noise, "--nonce", "xyz");
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "nitro", "--evidence", noise, "--allow-emulated", "--roots", noise);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "none", "--evidence", noise);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "7", "--evidence", noise);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "emulate", "--tee", "nvidia", "--out", Out("x"), "--nonce", "00", "--roots", Roots);
    }

    [Fact]
    public async Task What_is_no_file_of_evidence_exits_with_2()
    {
        var (empty, huge) = (Path.Combine(_folder, "empty"), Path.Combine(_folder, "huge"));
        await File.WriteAllBytesAsync(empty, [], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(huge, new byte[(1024 * 1024) + 1], TestContext.Current.CancellationToken);
        foreach (var kind in (string[])["dcap", "nitro", "snp", "nvidia"])
        {
            var run = await OgRun.RunAsync("attest", "verify", "--kind", kind, "--evidence", empty, "--json");
            Assert.Equal((ExitCode.Usage, "evidence-malformed"), (run.ExitCode, ReasonsOf(run)));
        }

        Assert.Contains("longer than", await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "snp", "--evidence", huge), StringComparison.Ordinal);
        Assert.Contains("is a folder", await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "snp", "--evidence", _folder), StringComparison.Ordinal);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "snp", "--evidence", empty, "--collateral", Path.Combine(_folder, "nowhere"));
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "snp", "--evidence", empty, "--collateral", huge);
        // A device that never ends has no length to be told by.
        if (OperatingSystem.IsLinux())
            Assert.Contains("longer than", await OgRun.RefusalAsync(ExitCode.Usage, "attest", "verify", "--kind", "dcap", "--evidence", "/dev/zero"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_is_shown_to_people_too()
    {
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", Out("tdx"), "--roots", Roots);

        var run = await OgRun.RunAsync([.. Verify("tdx", "dcap"), "--allow-emulated", "--roots", Roots]);

        Assert.Equal(ExitCode.Success, run.ExitCode);
        Assert.Contains("accepted", run.Output, StringComparison.Ordinal);
        Assert.Contains("An emulated root shows that programs work", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roots_are_their_owners_alone_and_are_made_once()
    {
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", Out("tdx"), "--roots", Roots);
        var made = await File.ReadAllTextAsync(Roots, TestContext.Current.CancellationToken);
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", Out("tdx"), "--roots", Roots);

        Assert.Equal(made, await File.ReadAllTextAsync(Roots, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Roots));
    }

    [Fact]
    public async Task A_machine_without_the_device_says_so()
    {
        Assert.SkipWhen(Directory.Exists(TsmDevice.DefaultFolder) || File.Exists(NsmDevice.DefaultPath), "This machine has a device.");

        Assert.Contains("no guest of TDX or SEV-SNP", await OgRun.RefusalAsync(ExitCode.Usage, "attest", "fetch", "--out", Out("x")), StringComparison.Ordinal);
    }

    private string Out(string name) => Path.Combine(_folder, name);

    private string[] Verify(string tee, string kind) =>
    [
        "attest", "verify", "--kind", kind, "--evidence", Path.Combine(Out(tee), "evidence.bin"),
        .. Directory.Exists(Path.Combine(Out(tee), "collateral")) ? (string[])["--collateral", Path.Combine(Out(tee), "collateral")] : [],
    ];

    private static string ReasonsOf(OgRun run)
    {
        using var report = JsonDocument.Parse(run.Output);
        return string.Join(' ', report.RootElement.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("check").GetString()).Distinct(StringComparer.Ordinal));
    }
}
