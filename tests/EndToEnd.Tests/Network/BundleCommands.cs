using System.Text.Json;
using OpenGradient.Cli;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.EndToEnd.Tests.Network;

/// <summary>Bundles of public receipts, made and judged by the commands that people have. Who judges is given no endpoint.</summary>
internal sealed class BundleCommands : IDisposable
{
    private readonly AttestedNetwork _attested;
    private readonly string _folder = Directory.CreateTempSubdirectory("bundles-").FullName;
    private int _made;

    private BundleCommands(AttestedNetwork attested) => _attested = attested;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<BundleCommands> OpenAsync(AttestedNetwork attested)
    {
        var commands = new BundleCommands(attested);
        await File.WriteAllBytesAsync(commands.PathOf("deployment.json"), attested.Chain.AddressesFile, Stop);
        await File.WriteAllTextAsync(commands.PathOf("roots.pem"), attested.Roots.Export(), Stop);
        await File.WriteAllTextAsync(commands.PathOf("online"), $"OG_RPC_URL={attested.Chain.Endpoint}\nOG_DEPLOYMENT={commands.PathOf("deployment.json")}\n", Stop);
        await File.WriteAllTextAsync(commands.PathOf("offline"), $"OG_RPC_URL=http://127.0.0.1:1\nOG_DEPLOYMENT={commands.PathOf("deployment.json")}\n", Stop);
        return commands;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>What <c>og receipt show</c> says of a receipt, which it writes to a file as well.</summary>
    public async Task<(JsonElement Report, string File)> ShowAsync(Hash32 requestId)
    {
        var file = PathOf($"receipt-{_made++}.json");
        var shown = await RunAsync(ExitCode.Success, "receipt", "show", $"{requestId}", "--save", file, "--config", PathOf("online"));
        return (Assert.Single(shown.EnumerateArray()), file);
    }

    /// <summary>The keys as the node's pages give them: what attesters were sent.</summary>
    public async Task<string> KeysAsync(Hash32 evidenceHash)
    {
        using var http = new HttpClient { BaseAddress = _attested.Node.Address };
        var file = PathOf($"keys-{_made++}.json");
        await File.WriteAllBytesAsync(file, await http.GetByteArrayAsync(new Uri($"/api/attestation/{evidenceHash}", UriKind.Relative), Stop), Stop);
        return file;
    }

    /// <summary>Makes a bundle; gives it, and the blocks that it names.</summary>
    public async Task<(string File, IReadOnlyList<string> Blocks)> MakeAsync(string receipt, string keys)
    {
        var file = PathOf($"bundle-{_made++}.json");
        var made = await RunAsync(ExitCode.Success, "receipt", "bundle", receipt, "--keys", keys, "--out", file, "--config", PathOf("online"));
        List<string> blocks = [made.GetProperty("registrationBlock").GetString()!, made.GetProperty("anchorBlock").GetString()!];
        blocks.AddRange(made.GetProperty("revocationBlocks").EnumerateArray().Select(block => block.GetString()!));
        return (file, blocks);
    }

    /// <summary>Judges a bundle by what a reader has: the deployment's addresses, the roots, and hashes of blocks.</summary>
    public async Task<string> JudgeAsync(string bundle, params IEnumerable<string> blocks)
    {
        var verdict = await RunAsync(
            null,
            [
                "receipt", "verify", bundle, "--allow-emulated", "--roots", PathOf("roots.pem"), "--config", PathOf("offline"),
                .. blocks.SelectMany(block => (string[])["--block-hash", block]),
            ]);
        Assert.Equal("emulated", verdict.TryGetProperty("rootLabel", out var label) ? label.GetString() : "emulated");
        return verdict.GetProperty("standing").GetString()!;
    }

    /// <summary>A copy of a file in which one text stands for another.</summary>
    public async Task<string> TamperAsync(string file, string text, string other)
    {
        var whole = await File.ReadAllTextAsync(file, Stop);
        Assert.Contains(text, whole, StringComparison.Ordinal);
        var copy = PathOf($"tampered-{_made++}.json");
        await File.WriteAllTextAsync(copy, whole.Replace(text, other, StringComparison.Ordinal), Stop);
        return copy;
    }

    private static async Task<JsonElement> RunAsync(int? code, params string[] words)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var ended = await CommandLine.RunAsync([.. words, "--json"], output, errors);
        Assert.True(code is null || ended == code, $"{ended}: {errors}{output}");
        using var report = JsonDocument.Parse(output.ToString());
        return report.RootElement.Clone();
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
