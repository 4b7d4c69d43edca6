using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Foundry;

/// <summary>
/// Deploys all contracts by <c>contracts/script/Deploy.s.sol</c>, which deploys what is missing, and once nothing is, checks what stands on the chain
/// and writes the addresses down.
/// </summary>
public static class DeploymentScript
{
    // Foundry's own variable: an address on the command line could be seen by others on the machine.
    private const string EndpointVariable = "FOUNDRY_ETH_RPC_URL";
    private const string NotesVariable = "FOUNDRY_CACHE_PATH";
    private const string ErrorPrefix = "Error: ";
    private const string CompilingPrefix = "Compiling ";
    private const string StepPrefix = "  deploying ";

    // One round deploys. An endpoint that lags behind its own transactions may make the next one look necessary.
    private const int Rounds = 3;
    private const int LastLines = 10;

    /// <summary>
    /// Deploys what is missing, and gives the path of the file with the addresses, which the script has written after it had checked everything: a
    /// scratch file, the caller's to move or delete. A run that was cut short is simply made again. Throws <see cref="DeploymentFailedException"/>.
    /// </summary>
    public static async Task<string> RunAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var file = ScratchFile(run);
        for (var round = 0; round < Rounds; round++)
        {
            // Nothing is signed where nothing is missing, and who deploys is not asked for a password. A chain that just started lacks everything.
            if (round > 0 || !run.IsDevelopment)
            {
                run.OnStep?.Invoke("checking what stands");
                await ForgeAsync(run, file, isSending: false, cancellationToken);
            }

            if (!File.Exists(file))
                await ForgeAsync(run, file, isSending: true, cancellationToken);
            if (File.Exists(file))
                return file;
        }

        throw new DeploymentFailedException("Contracts are still missing after they were deployed: the endpoint does not show what it was sent.");
    }

    /// <summary>Says what would be deployed, and sends nothing.</summary>
    public static async Task<IReadOnlyList<string>> PlanAsync(DeploymentRun run, CancellationToken cancellationToken)
    {
        var file = ScratchFile(run);
        var printed = await ForgeAsync(run, file, isSending: false, cancellationToken);
        File.Delete(file);
        return
        [
            .. printed.Split('\n').Where(line => line.StartsWith(StepPrefix, StringComparison.Ordinal)).Select(line => line[StepPrefix.Length..]),
        ];
    }

    // Where the script may write, and git does not look.
    private static string ScratchFile(DeploymentRun run) => Path.Combine(ScratchFolder(run), Path.GetRandomFileName() + ".json");

    private static string ScratchFolder(DeploymentRun run) => Directory.CreateDirectory(Path.Combine(run.RepositoryRoot, ".og", "deployments")).FullName;

    private static async Task<string> ForgeAsync(DeploymentRun run, string file, bool isSending, CancellationToken cancellationToken)
    {
        var endpoint = new RpcEndpoint(run.Endpoint);
        // One by one: what follows a transaction that failed is not sent, and a full block leaves nothing behind.
        IEnumerable<string> sending = isSending ? ["--broadcast", "--slow", .. run.WalletOptions] : [];
        var script = run.IsDevelopment ? "contracts/script/DeployDevelopment.s.sol" : "contracts/script/Deploy.s.sol";
        using var notes = await CompileNotes.CopyAsync(Path.Combine(run.RepositoryRoot, "contracts", "cache"), ScratchFolder(run), cancellationToken);
        var hasCompiled = false;
        var result = await ProgramRunner.RunAsync(
            new ProgramRun(
                FoundryPrograms.Forge(run.RepositoryRoot), ["script", script, "--sender", run.Deployer.ToString(), .. sending], run.RepositoryRoot)
            {
                Environment = EnvironmentOf(run, file, notes),
                OnLine = line =>
                {
                    if (line.StartsWith(CompilingPrefix, StringComparison.Ordinal))
                    {
                        hasCompiled = true;
                        run.OnStep?.Invoke("compiling the contracts, which takes a minute or two");
                    }
                    else if (isSending && line.StartsWith(StepPrefix, StringComparison.Ordinal))
                        run.OnStep?.Invoke(line.Trim());
                },
            },
            cancellationToken);
        if (hasCompiled && result.Succeeded)
            notes.Share();
        return result.Succeeded ? result.Output : throw new DeploymentFailedException(endpoint.WithoutSecrets(ErrorsOf(result)));
    }

    // A name that is set to nothing is not set; left out, it would be read from .env.
    private static Dictionary<string, string> EnvironmentOf(DeploymentRun run, string file, CompileNotes notes)
    {
        var environment = DeploymentSettings.Names.ToDictionary(
            name => name, name => run.Settings.GetValueOrDefault(name, string.Empty), StringComparer.Ordinal);
        environment[DeploymentSettings.File] = Path.GetRelativePath(run.RepositoryRoot, file);
        environment[EndpointVariable] = run.Endpoint.ToString();
        environment[NotesVariable] = notes.Folder;
        return environment;
    }

    // A failed script comes with pages of traces, which say nothing to who deploys.
    private static string ErrorsOf(ProgramResult result)
    {
        var lines = result.Errors.Split('\n');
        var first = Array.FindIndex(lines, line => line.StartsWith(ErrorPrefix, StringComparison.Ordinal));
        return first < 0
            ? $"forge ended with {result.ExitCode}: {LastOf($"{result.Errors}{result.Output}")}"
            : string.Join('\n', lines.Skip(first).TakeWhile(line => line.Length > 0).Take(LastLines))[ErrorPrefix.Length..];

        static string LastOf(string text) => string.Join('\n', text.Split('\n').Where(line => line.Length > 0).TakeLast(LastLines));
    }
}
