using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Backends.KServe;
using OpenGradient.Relayer.Versions;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>A model on a server.</summary>
/// <param name="Address">Where the protocol's paths begin; ends with a slash.</param>
/// <param name="Model">What the server calls it.</param>
public sealed record RemoteServer(Uri Address, ServedModel Model);

/// <summary>Versions that run on servers of their own: <c>VERSION=kserve+http://host:port/MODEL[:VERSION]</c>.</summary>
internal static class RemoteServers
{
    private const string Scheme = "kserve+";
    private const string Remedy = "Give VERSION-ID=kserve+http://host:port/MODEL, separated by commas; MODEL:1 names a version that the server has.";

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

        return servers;
    }

    /// <summary>One backend for each address.</summary>
    public static IReadOnlyDictionary<Hash32, IInferenceBackend> Connect(
        IReadOnlyDictionary<Hash32, RemoteServer> servers, HttpClient client, TimeProvider clock)
    {
        Dictionary<Hash32, IInferenceBackend> backends = [];
        foreach (var group in servers.GroupBy(entry => entry.Value.Address))
        {
            var options = new KServeOptions { Address = group.Key, Models = group.ToDictionary(entry => entry.Key, entry => entry.Value.Model) };
            var backend = new KServeBackend(client, options.Validated(), clock);
            foreach (var (versionId, _) in group)
                backends[versionId] = backend;
        }

        return backends;
    }

    private static RemoteServer? ServerIn(string text)
    {
        if (!text.StartsWith(Scheme, StringComparison.Ordinal) || !Uri.TryCreate(text[Scheme.Length..], UriKind.Absolute, out var url)
            || url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0)
            return null;

        var slash = url.AbsolutePath.LastIndexOf('/');
        var model = Uri.UnescapeDataString(url.AbsolutePath[(slash + 1)..]).Split(':', 2);
        if (model[0].Length == 0 || (model.Length > 1 && model[1].Length == 0))
            return null;
        return new RemoteServer(
            new Uri(url, url.AbsolutePath[..(slash + 1)]), new ServedModel(model[0], model.Length > 1 ? model[1] : null));
    }
}
