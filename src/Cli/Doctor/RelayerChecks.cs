using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Cli.Terminal;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Models;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Database;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Inference.Backends.Onnx;
using OpenGradient.Prover.Setup;
using OpenGradient.Relayer;
using OpenGradient.Relayer.Attesting;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Operations;
using OpenGradient.Relayer.Proving;
using OpenGradient.Relayer.Proving.Schema;
using OpenGradient.Relayer.Scheduling;
using OpenGradient.Sending;
using OpenGradient.Signing.Keys;

namespace OpenGradient.Cli.Doctor;

/// <summary>What an operator's relayer needs, by its settings: each finding says how to mend it. Only the cache and the database's schema are written.</summary>
internal sealed class RelayerChecks(Func<string, string?> find, string folder)
{
    private const long WantedRoom = 2L << 30;
    private const double GiB = 1L << 30;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (RelayerSettings.Read(find, folder) is not SettingsReading.Read(var options) { Idle: var idle })
            return Faults();

        List<Finding> findings =
        [
            Finding.Good("settings", $"chain {options.Deployment.ChainId}, hub {options.Deployment.Hub}"),
            .. idle.Select(setting => Finding.Limited(setting.Name, setting.Problem, setting.Remedy)),
        ];
        EthereumClient? usable = null;
        List<EthereumClient> clients = [];
        try
        {
            foreach (var endpoint in options.Endpoints)
            {
                var client = EthereumClient.Connect(endpoint, new RpcOptions { MaxAttempts = 1 });
                clients.Add(client);
                var finding = await TriedAsync($"endpoint {clients.Count}", () => EndpointAsync(client, options, clients.Count, cancellationToken), cancellationToken);
                findings.Add(finding);
                if (finding.Health != Health.Broken)
                    usable ??= client;
            }

            await AddNodeAsync(findings, options, usable, cancellationToken);
            findings.AddRange([Storage(options), await GpuAsync(options), await DatabaseAsync(options, cancellationToken)]);
            await AddBlobsAsync(findings, options, usable, cancellationToken);
            if (usable is not null && options.Proving is { } proving)
                findings.Add(await ProofsAsync(proving, options, usable, cancellationToken));
            if (options.Proving is { IsElsewhere: true })
                findings.Add(await ProverAsync(options, cancellationToken));
        }
        finally
        {
            foreach (var client in clients)
                await client.DisposeAsync();
        }

        return findings;
    }

    private IReadOnlyList<Finding> Faults() =>
        RelayerSettings.Read(find, folder) is SettingsReading.Faulty(var faults)
            ? [.. faults.Select(fault => Finding.Broken(fault.Name, fault.Problem, fault.Remedy))]
            : [];

    private static async Task<Finding> TriedAsync(string subject, Func<Task<Finding>> look, CancellationToken cancellationToken)
    {
        try
        {
            return await look().WaitAsync(Limit, cancellationToken);
        }
        catch (Exception failure) when (failure is RpcException or ContractRevertedException or AbiException or TimeoutException)
        {
            return Finding.Broken(subject, failure.Message, "See that the endpoint is up, and that it is one of this deployment's chain.");
        }
    }

    private static async Task<Finding> ProofsAsync(ProvingOptions proving, RelayerOptions options, EthereumClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var role = await ProvingRole.OpenAsync(proving, options.Deployment, client, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
            return role.Origin is SetupOrigin.Development
                ? Finding.Limited("proofs", PlainText.Of(role.Origin.Label), "Whoever knows its secret proves anything: nothing of value may stand on it.")
                : Finding.Good("proofs", PlainText.Of(role.Origin.Label));
        }
        catch (RelayerStartException failure)
        {
            return Finding.Broken("proofs", PlainText.Of(failure.Problem), failure.Remedy);
        }
        catch (Exception failure) when (failure is RpcException or ContractRevertedException or AbiException or IOException or UnauthorizedAccessException)
        {
            return Finding.Broken("proofs", failure.Message, "See that the setup can be read, and that the endpoint answers about the verifier's contract.");
        }
    }

    private static async Task<Finding> EndpointAsync(EthereumClient client, RelayerOptions options, int number, CancellationToken cancellationToken)
    {
        var subject = $"endpoint {number}";
        var name = client.Endpoint.Name;
        var chainId = await client.GetChainIdAsync(cancellationToken);
        if (chainId != options.Deployment.ChainId)
            return Finding.Broken(subject, $"{name} is of chain {chainId}, and the deployment is on {options.Deployment.ChainId}", "Name an endpoint of the right chain, or another deployment.");
        if ((await client.GetCodeAsync(options.Deployment.Hub, BlockTag.Latest, cancellationToken)).IsEmpty)
            return Finding.Broken(subject, $"{name} has no hub at {options.Deployment.Hub}", "The deployment's file is of another network with the same id, or the endpoint is far behind.");
        var head = await client.GetHeaderAsync(BlockTag.Latest, cancellationToken);
        if (options.Sending.FinalityDepth is null && await FinalAsync(client, cancellationToken) is null)
            return Finding.Broken(subject, $"{name} knows no finalized block", $"Set {RelayerSettingNames.Finality} to a number of blocks that this chain never takes back.");
        return Finding.Good(subject, $"{name} is at block {head?.Header.Number}");
    }

    private static async Task<ulong?> FinalAsync(EthereumClient client, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetHeaderAsync(BlockTag.Finalized, cancellationToken))?.Header.Number.Value;
        }
        catch (RpcException)
        {
            // Chains without the tag answer with an error.
            return null;
        }
    }

    private async Task AddNodeAsync(List<Finding> findings, RelayerOptions options, EthereumClient? client, CancellationToken cancellationToken)
    {
        var opening = await KeySettings.Read(KeySettingNames.Node, find).OpenAsync(options.Deployment.ChainId, cancellationToken);
        if (opening is not KeyOpening.Opened(var signer))
        {
            var (problem, remedy) = opening is KeyOpening.Refused refused ? (refused.Problem, refused.Remedy) : ("not opened", "Name its keystore.");
            findings.Add(Finding.Broken("key", problem, remedy));
            return;
        }

        var node = signer.Address;
        (signer as IDisposable)?.Dispose();
        findings.Add(Finding.Good("key", node.ToString()));
        if (client is null)
            return;
        findings.Add(await TriedAsync("registration", () => RegistrationAsync(client, options, node, cancellationToken), cancellationToken));
        findings.Add(await TriedAsync("gas", () => GasAsync(client, options, node, cancellationToken), cancellationToken));
        findings.Add(await TriedAsync("stake", () => StakeAsync(client, options, node, cancellationToken), cancellationToken));
        findings.Add(await TriedAsync("bonds", () => BondsAsync(client, options, node, cancellationToken), cancellationToken));
    }

    private static async Task<Finding> RegistrationAsync(EthereumClient client, RelayerOptions options, Address node, CancellationToken cancellationToken)
    {
        var register = await new INodeRegistryContract(client, options.Deployment.Nodes).CallNodeOfAsync(node, cancellationToken: cancellationToken);
        if (register.Operator.IsZero)
            return Finding.Broken("registration", $"{node} is no node", "Register it with the operator's cold key: `og node register`.");
        if (!((NodeRoles)register.Roles).HasFlag(NodeRoles.Inference))
            return Finding.Broken("registration", "the node has not the role of inference", "Set it: `og node register` again with the roles.");
        if (options.Proving is not null && !((NodeRoles)register.Roles).HasFlag(NodeRoles.Prover))
            return Finding.Broken("registration", "the node has not the role of a prover, and claims no request for a proof", "Set it: `og node register` again with the roles.");
        return register.Payee.IsZero || register.Payee == node
            ? Finding.Limited("registration", "the node's own hot key is paid", "Name a payee that is kept cold, with the operator's key.")
            : Finding.Good("registration", $"operator {register.Operator}, payee {register.Payee}");
    }

    private static async Task<Finding> GasAsync(EthereumClient client, RelayerOptions options, Address node, CancellationToken cancellationToken)
    {
        var balance = await client.GetBalanceAsync(node, BlockTag.Latest, cancellationToken);
        const string Remedy = "Send coin of the chain to the node's address.";
        return balance.Value.IsZero ? Finding.Broken("gas", "none", Remedy)
            : balance < options.Sending.LowBalance ? Finding.Limited("gas", $"{balance.ToEther()}, below {options.Sending.LowBalance.ToEther()}", Remedy)
            : Finding.Good("gas", balance.ToEther());
    }

    private static async Task<Finding> StakeAsync(EthereumClient client, RelayerOptions options, Address node, CancellationToken cancellationToken)
    {
        var time = await new IHubContract(client, options.Deployment.Hub).CallActiveTimeAsync(cancellationToken: cancellationToken);
        var free = await new INodeRegistryContract(client, options.Deployment.Nodes).CallFreeStakeOfAsync(node, time, cancellationToken: cancellationToken);
        return free.IsZero
            ? Finding.Broken("stake", "none is free", "Answers lock stake: `og node stake`, or wait until answers are final.")
            : Finding.Good("stake", $"{free} free");
    }

    private static async Task<Finding> BondsAsync(EthereumClient client, RelayerOptions options, Address node, CancellationToken cancellationToken)
    {
        var balance = await new IHubContract(client, options.Deployment.Hub).CallBalanceOfAsync(node, cancellationToken: cancellationToken);
        return balance < options.Deployment.HubTerms.MinBond
            ? Finding.Limited("bonds", $"{balance} at the hub, and a claim takes {options.Deployment.HubTerms.MinBond} at the least", "Deposit tokens for the node at the hub.")
            : Finding.Good("bonds", $"{balance} at the hub");
    }

    private Finding Storage(RelayerOptions options)
    {
        try
        {
            Directory.CreateDirectory(options.Blobs.CacheFolder);
            var probe = Path.Combine(options.Blobs.CacheFolder, "doctor.probe");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            // The default one is made at the start.
            if (find(BlobSettingNames.Folder) is not null && options.Blobs.Folders.FirstOrDefault(path => !Directory.Exists(path)) is { } missing)
                return Finding.Limited("storage", $"there is no folder {missing}", $"Make it, or leave it out of {BlobSettingNames.Folder}.");
            var free = new DriveInfo(options.Blobs.CacheFolder).AvailableFreeSpace;
            return free < WantedRoom
                ? Finding.Limited("storage", $"{free / GiB:0.0} GiB free at {options.Blobs.CacheFolder}", "Free some, or give the cache a smaller budget.")
                : Finding.Good("storage", $"{options.Blobs.CacheFolder}, {free / GiB:0.0} GiB free");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Finding.Broken("storage", failure.Message, $"Make {options.Blobs.CacheFolder} this user's own, or set {BlobSettingNames.Cache}.");
        }
    }

    private static async Task<Finding> GpuAsync(RelayerOptions options)
    {
        try
        {
            await using var backend = new OnnxBackend(options.Onnx, TimeProvider.System);
            var details = $"{backend.Provider.Provider}: {backend.Provider.Reason}";
            return options.Onnx.CudaFolder is not null && backend.Provider.Provider == ExecutionProvider.Cpu
                ? Finding.Limited("inference", details, "A folder for CUDA is set: see that it fits the driver.")
                : Finding.Good("inference", details);
        }
        catch (CudaUnavailableException failure)
        {
            return Finding.Broken("inference", failure.Message, $"Mend it, or set {RelayerSettingNames.Provider}=auto.");
        }
    }

    private static async Task<Finding> DatabaseAsync(RelayerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await DatabaseFactory.OpenAsync(
                options.Database, [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, AttestingSchema.Migrations, ProvingSchema.Migrations], cancellationToken: cancellationToken);
            return Finding.Good("database", $"{options.Database}, its schema is this program's");
        }
        catch (DatabaseException failure)
        {
            return Finding.Broken("database", failure.Message, $"See that the database of {RelayerSettingNames.Database} is there, and that this user may make tables.");
        }
    }

    // Proofs are left to other processes: whether any of them says that it lives.
    private static async Task<Finding> ProverAsync(RelayerOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await using var database = await DatabaseFactory.OpenAsync(
                options.Database, [.. TransactionQueue.Migrations, RelayerSchema.Migrations, OperationsSchema.Migrations, AttestingSchema.Migrations, ProvingSchema.Migrations], cancellationToken: cancellationToken);
            var register = new InstanceRegister(database, InstanceRegister.NewOwner(), options.Schedule.Silence, TimeProvider.System);
            var living = (await register.ListAsync(cancellationToken)).Count(instance => instance is { IsAlive: true, Role: InstanceRole.Prover });
            return living > 0
                ? Finding.Good("prover", $"{living} processes live that prove")
                : Finding.Limited("prover", "no process lives that proves", $"Start `og relayer prove` on this database, or take {RelayerSettingNames.ProveElsewhere} out: claims of proven requests lose their bonds when nobody proves.");
        }
        catch (DatabaseException failure)
        {
            return Finding.Limited("prover", failure.Message, "See what is said of the database.");
        }
    }

    private static OpenedBlobs? TryOpen(BlobPlaces places, out string? fault)
    {
        fault = null;
        try
        {
            return OpenedBlobs.Open(places, TimeProvider.System);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            fault = failure.Message;
            return null;
        }
    }

    // Places for blobs and what is in them; the folders were looked at before.
    private static async Task AddBlobsAsync(List<Finding> findings, RelayerOptions options, EthereumClient? client, CancellationToken cancellationToken)
    {
        using var blobs = TryOpen(options.Blobs, out var fault);
        if (blobs is null)
        {
            findings.Add(Finding.Limited(
                "versions", $"artifacts were not looked for: {fault}", "A relayer that runs has the cache open: stop it to have them looked for, or see that the folders are this user's own."));
            return;
        }

        foreach (var place in blobs.Afar)
            findings.Add(await PlaceAsync(place, cancellationToken));
        if (client is not null)
            await AddVersionsAsync(findings, options, blobs, client, cancellationToken);
    }

    // What nobody has is asked for: whoever says so works.
    private static async Task<Finding> PlaceAsync(IBlobSource place, CancellationToken cancellationToken)
    {
        const string Remedy = "See that it is up and takes the credentials, or take it out of OG_BLOB_…: what only it has cannot be answered.";
        try
        {
            var nobodys = new BlobHash(new Hash32(RandomNumberGenerator.GetBytes(Hash32.ByteLength)));
            var offer = await place.OpenAsync(nobodys, offset: 0, cancellationToken).WaitAsync(Limit, cancellationToken);
            if (offer is BlobOffer.Content(var stream, _, _))
                await stream.DisposeAsync();
            return offer is BlobOffer.Failed failed
                ? Finding.Limited("storage", $"{place.Name}: {failed.Reason}", Remedy)
                : Finding.Good("storage", $"{place.Name} answers");
        }
        catch (TimeoutException)
        {
            return Finding.Limited("storage", $"{place.Name} does not answer within {Limit.TotalSeconds} s", Remedy);
        }
    }

    private static async Task AddVersionsAsync(
        List<Finding> findings, RelayerOptions options, OpenedBlobs blobs, EthereumClient client, CancellationToken cancellationToken)
    {
        if (options.Versions.Chosen is not { } chosen)
        {
            findings.Add(Finding.Limited("versions", "all that are published are served", $"Name those that you mean in {RelayerSettingNames.Versions}: what strangers publish is fetched and run."));
            return;
        }

        var models = new IModelRegistryContract(client, options.Deployment.Models);
        foreach (var versionId in chosen)
            findings.Add(await TriedAsync($"version {versionId}", () => VersionAsync(models, blobs.Reader, options, versionId, cancellationToken), cancellationToken));
    }

    private static async Task<Finding> VersionAsync(
        IModelRegistryContract models, BlobReader blobs, RelayerOptions options, Hash32 versionId, CancellationToken cancellationToken)
    {
        var subject = $"version {versionId}";
        var status = (VersionStatus)await models.CallStatusOfAsync(versionId, cancellationToken: cancellationToken);
        if (status is VersionStatus.Unknown or VersionStatus.Yanked)
            return Finding.Broken(subject, status == VersionStatus.Unknown ? "was never published here" : "was taken out of use", $"Take it out of {RelayerSettingNames.Versions}.");
        var hash = await models.CallArtifactHashOfAsync(versionId, cancellationToken: cancellationToken);
        if (options.Servers.TryGetValue(versionId, out var server))
        {
            return await new ServerChecks(blobs, Limit).LookAsync(
                subject, $"{status}, runs at {server.Address.GetLeftPart(UriPartial.Authority)}", versionId, hash, server, cancellationToken);
        }

        var reading = await blobs.ReadAsync(new BlobRequest(new BlobHash(hash)) { MaxBytes = options.Artifacts.MaxBytes }, cancellationToken);
        if (reading is not BlobReading.Found(var found, _))
            return Finding.Limited(subject, $"{status}, and its artifact is in none of our places: {reading.Explanation}", "Put it into a folder or behind a gateway of the settings; else it is fetched from where its publisher says.");
        using (found)
            return Finding.Good(subject, $"{status}, its artifact of {found.Length} bytes is here");
    }
}
