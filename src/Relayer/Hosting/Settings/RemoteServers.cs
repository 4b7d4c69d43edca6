using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.KServe;
using OpenGradient.Inference.Backends.OpenAi;
using OpenGradient.Relayer.Versions;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>A model on a server.</summary>
/// <param name="Address">Where the protocol's paths begin; ends with a slash.</param>
public abstract record RemoteServer(Uri Address)
{
    /// <summary>A server of the open inference protocol.</summary>
    /// <param name="Address">Where the protocol's paths begin.</param>
    /// <param name="Model">What the server calls it.</param>
    public sealed record KServe(Uri Address, ServedModel Model) : RemoteServer(Address);

    /// <summary>A server of chat completions, which runs text models.</summary>
    /// <param name="Address">Where the protocol's paths begin.</param>
    /// <param name="Model">What the server calls it; null where that is what the version calls it.</param>
    public sealed record Text(Uri Address, string? Model) : RemoteServer(Address)
    {
        /// <summary>A secret.</summary>
        public string? Key { get; init; }

        public int TimeLimitMs { get; init; } = OpenAiOptions.DefaultTimeLimitMs;

        public int MaxPromptBytes { get; init; } = OpenAiOptions.DefaultPromptBytes;

        // The key never reaches a log.
        public override string ToString() => $"{nameof(Text)} {{ {nameof(Address)} = {Address.Authority}, {nameof(Model)} = {Model} }}";
    }
}

/// <summary>
/// Versions that run on servers of their own: <c>VERSION=kserve+http://host:port/MODEL[:VERSION]</c>, and of text models <c>VERSION=openai+http://host:port/v1[#MODEL]</c>.
/// </summary>
internal static class RemoteServers
{
    private const string KServeScheme = "kserve+";
    private const string TextScheme = "openai+";
    private const string Remedy =
        "Give VERSION-ID=kserve+http://host:port/MODEL, separated by commas; MODEL:1 names a version that the server has. Of a text model give VERSION-ID=openai+http://host:port/v1, and #NAME behind it "
        + "where the server calls it otherwise than the version does.";

    /// <param name="reader">The settings.</param>
    /// <param name="served">The versions that are served; null where that is wrong itself.</param>
    public static IReadOnlyDictionary<Hash32, RemoteServer> Read(SettingsReader reader, ServedVersions? served)
    {
        Dictionary<Hash32, RemoteServer> servers = [];
        foreach (var entry in reader.List(Names.Servers, reader.Text(Names.Servers)))
        {
            var pair = entry.Split('=', 2);
            if (!Hash32.TryParse(pair[0], out var versionId))
                reader.Wrong(Names.Servers, $"'{pair[0]}' is no version's id.", Remedy);
            else if (pair.Length < 2 || ServerIn(pair[1]) is not { } server)
                reader.Wrong(Names.Servers, $"The server of {versionId} is none.", Remedy);
            else if (!servers.TryAdd(versionId, server))
                reader.Wrong(Names.Servers, $"{versionId} has two servers.", "Name one: a proxy before several looks to us like one.");
            else if (served is not null && !served.Includes(versionId))
                reader.Wrong(Names.Servers, $"{versionId} has a server, and is not served.", $"Add it to {Names.Versions}, or take its server out: what is only verified is never run on a server.");
        }

        return TextServerSettings.Complete(reader, servers);
    }

    /// <summary>One backend for each address.</summary>
    public static IReadOnlyDictionary<Hash32, IInferenceBackend> Connect(
        IReadOnlyDictionary<Hash32, RemoteServer> servers, HttpClient client, TimeProvider clock)
    {
        Dictionary<Hash32, IInferenceBackend> backends = [];
        foreach (var group in servers.GroupBy(entry => (Kind: entry.Value.GetType(), entry.Value.Address)))
        {
            var backend = Connect(group.Key.Address, [.. group], client, clock);
            foreach (var (versionId, _) in group)
                backends[versionId] = backend;
        }

        return backends;
    }

    // All of one kind; the settings of text servers are one for each address.
    private static IInferenceBackend Connect(Uri address, IReadOnlyList<KeyValuePair<Hash32, RemoteServer>> versions, HttpClient client, TimeProvider clock) =>
        versions[0].Value is RemoteServer.Text text
            ? TextServerSettings.Connect(text, versions.ToDictionary(entry => entry.Key, entry => ((RemoteServer.Text)entry.Value).Model), client, clock)
            : new KServeBackend(
                client,
                new KServeOptions { Address = address, Models = versions.ToDictionary(entry => entry.Key, entry => ((RemoteServer.KServe)entry.Value).Model) }.Validated(),
                clock);

    private static RemoteServer? ServerIn(string text) =>
        text.StartsWith(KServeScheme, StringComparison.Ordinal) ? KServeIn(text[KServeScheme.Length..])
        : text.StartsWith(TextScheme, StringComparison.Ordinal) ? TextIn(text[TextScheme.Length..])
        : null;

    private static RemoteServer.KServe? KServeIn(string text)
    {
        if (!TryUrl(text, out var url) || url.Fragment.Length > 0)
            return null;
        var slash = url.AbsolutePath.LastIndexOf('/');
        var model = Uri.UnescapeDataString(url.AbsolutePath[(slash + 1)..]).Split(':', 2);
        if (model[0].Length == 0 || (model.Length > 1 && model[1].Length == 0))
            return null;
        return new RemoteServer.KServe(
            new Uri(url, url.AbsolutePath[..(slash + 1)]), new ServedModel(model[0], model.Length > 1 ? model[1] : null));
    }

    // Names of such models have slashes in them, so that none can be told from the path.
    private static RemoteServer.Text? TextIn(string text)
    {
        if (!TryUrl(text, out var url) || url.UserInfo.Length > 0)
            return null;
        var name = Uri.UnescapeDataString(url.Fragment.TrimStart('#'));
        if (text.Contains('#', StringComparison.Ordinal) && name.Length == 0)
            return null;
        return new RemoteServer.Text(new Uri(url, url.AbsolutePath.TrimEnd('/') + "/"), name.Length == 0 ? null : name);
    }

    private static bool TryUrl(string text, out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url!) && url.Scheme is ("http" or "https") && url.Query.Length == 0;
}
