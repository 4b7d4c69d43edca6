using System.Text.Json;
using OpenGradient.Cli.Tests.Support;

namespace OpenGradient.Cli.Tests.Attest;

/// <summary><c>og attest collateral</c>, with an archive in a folder of its own.</summary>
public sealed class CollateralCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("og-collateral-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string Roots => Path.Combine(_folder, "roots.pem");

    private string Archive => Path.Combine(_folder, "archive");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_filled_by_hand_is_listed_shown_and_verifies_evidence()
    {
        var made = Path.Combine(_folder, "tdx");
        await OgRun.ReportAsync("attest", "emulate", "--tee", "tdx", "--out", made, "--roots", Roots);
        Assert.Empty((await OgRun.ReportAsync("attest", "collateral", "list", "--archive", Archive)).GetProperty("files").EnumerateArray());
        var current = Path.Combine(Archive, "current");
        foreach (var path in Directory.EnumerateFiles(Path.Combine(made, "collateral")))
            File.Copy(path, Path.Combine(current, Path.GetFileName(path)));

        var files = (await OgRun.ReportAsync("attest", "collateral", "list", "--archive", Archive)).GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(6, files.Count);
        var hash = files.Single(file => file.GetProperty("name").GetString() == "tcbinfo.json").GetProperty("hash").GetString()!;
        var shown = await OgRun.ReportAsync("attest", "collateral", "show", "--archive", Archive, hash, "--allow-emulated", "--roots", Roots, "--out", Path.Combine(_folder, "copy"));
        Assert.Equal(("tcbInfo", "emulated"), (Word(shown.GetProperty("facts").GetProperty("form")), Word(shown.GetProperty("facts").GetProperty("label"))));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(current, "tcbinfo.json"), Stop), await File.ReadAllBytesAsync(Path.Combine(_folder, "copy"), Stop));
        await OgRun.ReportAsync("attest", "verify", "--kind", "dcap", "--evidence", Path.Combine(made, "evidence.bin"), "--collateral", current, "--allow-emulated", "--roots", Roots);
        // Without the root it is nobody's.
        Assert.False((await OgRun.ReportAsync("attest", "collateral", "show", "--archive", Archive, hash)).TryGetProperty("facts", out _));
    }

    [Fact]
    public async Task What_cannot_be_had_exits_with_1_and_what_is_wrong_with_2()
    {
        var failed = await OgRun.RunAsync("attest", "collateral", "refresh", "--archive", Archive, "--from", "a.crl=http://127.0.0.1:9/", "--json");
        Assert.Equal(ExitCode.Failed, failed.ExitCode);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "collateral", "refresh", "--archive", Archive);
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "collateral", "refresh", "--archive", Archive, "--ocsp", "ftp://127.0.0.1/");
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "collateral", "refresh", "--archive", Archive, "--from", "../a=http://127.0.0.1:9/");
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "collateral", "refresh", "--archive", Archive, "--from", "a=file:///etc/passwd");
        await OgRun.RefusalAsync(ExitCode.Usage, "attest", "collateral", "show", "--archive", Archive, "0x12");
        await OgRun.RefusalAsync(ExitCode.Failed, "attest", "collateral", "show", "--archive", Archive, "0x" + new string('0', 64));
    }

    // Words of enumerations begin as they are declared.
    private static string Word(JsonElement value) => JsonNamingPolicy.CamelCase.ConvertName(value.GetString()!);
}
