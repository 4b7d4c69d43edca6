using System.CommandLine;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Cli.Attest;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Node;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Inference.Tensors;
using OpenGradient.PrivateService.Answering;
using Spectre.Console;

namespace OpenGradient.Cli.Private;

/// <summary><c>og private gateway</c>: opens sealed requests and answers them. Its keys are born when it starts, and end with it.</summary>
internal static class PrivateGatewayCommand
{
    private static readonly Option<string> Node = new("--node") { Description = "The node that it answers for.", Required = true };
    private static readonly Option<string?> Payee = new("--payee") { Description = "Who is paid; the node itself without it." };
    private static readonly Option<string[]> Serve = new("--serve") { Description = "A version and its artifact's file, as VERSION=FILE; as often as needed.", Required = true };
    private static readonly Option<string> Price = new("--price") { Description = "What an answer costs, in tokens.", Required = true };
    private static readonly Option<string> Listen = new("--listen") { Description = "Where it answers.", DefaultValueFactory = _ => "http://127.0.0.1:8095" };
    private static readonly Option<ulong?> Epoch = new("--key-epoch") { Description = "Which of the node's keys these are; the one behind the last that was registered without it." };
    private static readonly Option<TeeType?> Emulate = new("--emulate") { Description = "Stand in for sgx, tdx, nitro or snp, for development; without it this machine's own TDX, SEV-SNP or Nitro enclave is asked." };
    private static readonly Option<string?> Collateral = new("--collateral") { Description = "The folder of what the platform's vendor signs (an archive's current/), which clients check TDX and SEV-SNP against; Nitro needs none." };
    private static readonly Option<string?> Keys = new("--save-keys") { Description = "Write the public keys and their evidence to a file, for their registration and for bundles; anew each time they change." };

    // Less than a command may take to stop.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    public static Command Create(ActionGuard guard)
    {
        var command = new Command("gateway", "Open sealed requests and answer them with receipts by an attested key, until it is stopped.")
        {
            Node, Payee, Serve, Price, Listen, Epoch, Emulate, Collateral, Keys, TrustReading.RootsFile,
        };
        command.SetAction(guard((context, token) => ChainOptions.RunAsync(context, chain => RunAsync(context, chain, token), token)));
        return command.WithChain();
    }

    private static async Task<int> RunAsync(CommandContext context, ChainSession chain, CancellationToken cancellationToken)
    {
        var parsed = context.Parsed;
        var node = PrivateCommand.AccountIn(parsed.GetRequiredValue(Node), Node.Name);
        var listen = PrivateCommand.ListenIn(parsed.GetRequiredValue(Listen), Listen.Name);
        var price = (await StakeToken.ReadAsync(chain, cancellationToken)).Parse(parsed.GetRequiredValue(Price));
        await using var onnx = new OnnxBackend(new OnnxBackendOptions(), TimeProvider.System);
        List<ServedModel> served = [];
        foreach (var text in parsed.GetRequiredValue(Serve))
        {
            var (reference, file) = PrivateCommand.PairIn(text, Serve.Name);
            var version = await LoadAsync(chain, reference, file, cancellationToken);
            if (served.Exists(known => known.Version.Id == version.Id))
                throw new ExpectedFailureException(ExitCode.Usage, $"{Serve.Name} names {reference} twice.", "Name each version once.");
            served.Add(new ServedModel(version, version.Body is VersionBody.Integer ? new IntegerBackend() : onnx, price));
        }

        var key = PrivateKey.Generate();
        using var signer = new LocalSigner(key);
        var register = new IAttestedKeysContract(chain.Client, chain.Deployment.Keys);
        if (parsed.GetValue(Epoch) is 0)
            throw new ExpectedFailureException(ExitCode.Usage, $"{Epoch.Name} is 0.", "The first epoch is 1.");
        var epoch = parsed.GetValue(Epoch) ?? await register.CallEpochOfAsync(node, cancellationToken: cancellationToken) + 1;
        using var roots = parsed.GetValue(Emulate) is null
            ? null
            : await AttestFolder.ReadOrMakeRootsAsync(parsed.GetValue(TrustReading.RootsFile) ?? AttestFolder.RootsOf(context.Checkout), cancellationToken);
        var attesting = new GatewayAttesting(context, chain, key.PublicKey, signer, GatewayAttesting.SourceOf(parsed.GetValue(Emulate), roots, parsed.GetValue(Collateral)));
        using var keys = await AttestAsync(epoch, cancellationToken);
        var payee = parsed.GetValue(Payee) is { } named ? PrivateCommand.AccountIn(named, Payee.Name) : node;
        var options = new GatewayOptions
        {
            Node = node,
            Payee = () => payee,
            Hub = new HubDomain(chain.Id, chain.Deployment.Hub),
        };
        using var gateway = new RequestGateway(options, keys, new BackendModels(served), TimeProvider.System);
        using var loggers = PrivateCommand.Loggers();
        await using var host = await GatewayHost.StartAsync(listen, gateway, TimeProvider.System, loggers, cancellationToken);
        context.Output.Errors.MarkupLineInterpolated($"The gateway answers at {host.Address} with key {signer.Address}, epoch {epoch}; Ctrl-C stops.");
        if (parsed.GetValue(Emulate) is not null)
            context.Output.Errors.MarkupLine("[yellow]Its evidence is emulated: it shows that programs work, and nothing about hardware.[/]");
        try
        {
            if (KeyRenewal.IsNeeded(keys.Evidence))
                await new KeyRenewal(AttestAsync, host.Rotate, TellFailed, TimeProvider.System).RunAsync(epoch, cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return ExitCode.Success;
        }
        finally
        {
            await host.StopAsync(StopLimit);
        }

        async Task<GatewayKeys> AttestAsync(ulong of, CancellationToken stop)
        {
            var made = await attesting.AttestAsync(of, stop);
            if (parsed.GetValue(Keys) is { } path)
                await System.IO.File.WriteAllBytesAsync(path, made.Evidence.ToUtf8(), stop);
            return made;
        }

        void TellFailed(Exception failure) =>
            context.Output.Errors.MarkupLineInterpolated($"[yellow]There is no newer evidence, and clients will not take this one for long: {failure.Message}[/]");
    }

    private static async Task<LoadedVersion> LoadAsync(ChainSession chain, string reference, string path, CancellationToken cancellationToken)
    {
        var (_, version) = await VersionReference.Parse(reference).FindVersionAsync(ModelRegister.Of(chain), cancellationToken);
        if (!System.IO.File.Exists(path))
            throw new ExpectedFailureException(ExitCode.Usage, $"There is no file {path}.", "`og model pull` fetches a version's artifact.");
        var semantics = version.Published.Semantics;
        var published = new PublishedVersion(version.VersionId, version.Published.ArtifactHash, version.Published.SignatureHash, version.Kind switch
        {
            SemanticsKind.Integer => new VersionSemantics.Integer(semantics.DescriptorHash),
            SemanticsKind.Float => new VersionSemantics.Float(new Tolerance((UInt128)semantics.ToleranceAbs, (UInt128)semantics.ToleranceRel)),
            _ => VersionSemantics.None.Instance,
        });
        return await VersionLoader.LoadAsync(published, ArtifactSource.OfFile(path), ArtifactLimits.Default, cancellationToken) switch
        {
            VersionLoading.Loaded(var loaded) => loaded,
            VersionLoading.Refused(var fault, var detail) => throw new ExpectedFailureException(
                ExitCode.Failed, $"{path} is not what {reference} was published as. {fault}: {detail}", "`og model pull` fetches a version's artifact."),
            _ => throw new InvalidOperationException("There is an end of loading that is not known."),
        };
    }
}
