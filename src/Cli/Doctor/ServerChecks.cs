using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Cli.Terminal;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.KServe;
using OpenGradient.Relayer.Hosting;

namespace OpenGradient.Cli.Doctor;

/// <summary>Asks the servers that versions run on whether they would answer; none of it is a question that costs.</summary>
/// <param name="blobs">Where the documents of text models are had.</param>
/// <param name="limit">How long a server may take.</param>
internal sealed class ServerChecks(BlobReader blobs, TimeSpan limit)
{
    private const string Remedy = $"Start it, or mend {RelayerSettingNames.Servers}: until it answers, requests wait, and are lost at their deadlines.";

    /// <param name="subject">What the finding is of.</param>
    /// <param name="details">What is known of the version.</param>
    /// <param name="versionId">The version.</param>
    /// <param name="artifact">The hash of its artifact.</param>
    /// <param name="server">The server that is to run it.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<Finding> LookAsync(
        string subject, string details, Hash32 versionId, Hash32 artifact, RemoteServer server, CancellationToken cancellationToken)
    {
        using var web = CommandHttp.Open(limit: limit);
        switch (server)
        {
            case RemoteServer.KServe(var address, var model):
                var backend = new KServeBackend(
                    web, new KServeOptions { Address = address, Models = new Dictionary<Hash32, ServedModel> { [versionId] = model } }, TimeProvider.System);
                return await backend.IsReadyAsync(cancellationToken)
                    ? Finding.Good(subject, details)
                    : Finding.Limited(subject, $"{details}, and that does not say that it is ready", Remedy);
            case RemoteServer.Text text:
                return await LookAsync(subject, details, versionId, artifact, text, web, cancellationToken);
            default:
                throw new InvalidOperationException("There is a kind of server that nobody asks.");
        }
    }

    private async Task<Finding> LookAsync(
        string subject, string details, Hash32 versionId, Hash32 artifact, RemoteServer.Text server, HttpClient web, CancellationToken cancellationToken)
    {
        var reading = await blobs.ReadAsync(new BlobRequest(new BlobHash(artifact)) { MaxBytes = ArtifactLimits.Default.MaxBytes }, cancellationToken);
        if (reading is not BlobReading.Found(var found, _))
            return Finding.Limited(subject, $"{details}, and its document is in none of our places: {reading.Explanation}", "Put it into a folder or behind a gateway of the settings; else it is fetched from where its publisher says.");
        byte[] bytes;
        using (found)
            bytes = await found.ReadAllAsync(Array.MaxLength, cancellationToken);
        if (!TextModel.IsOne(bytes) || TextModel.Read(bytes) is not TextModelReading.Accepted(var model))
            return Finding.Broken(subject, $"{details}, and it is no text model", $"Take its server out of {RelayerSettingNames.Servers}: such servers run text models alone.");

        var version = new LoadedVersion(versionId, artifact, model.Signature, VersionSemantics.None.Instance, new VersionBody.Remote(model));
        var backend = TextServerSettings.Connect(server, new Dictionary<Hash32, string?> { [versionId] = server.Model }, web, TimeProvider.System);
        var called = server.Model ?? model.Name;
        return await backend.CheckAsync(version, cancellationToken) is { } trouble
            ? Finding.Limited(subject, PlainText.Of($"{details}, as {called}: {trouble.Detail}"), Remedy)
            : Finding.Good(subject, PlainText.Of($"{details}, as {called}"));
    }
}
