using System.Text;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends.OpenAi;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Hosting;

/// <summary>Reads what servers of text models are given beside their address: limits, and a key for each. A key goes to its own server and to no other.</summary>
public static class TextServerSettings
{
    private const int MaxKeyLength = 4096;
    private const int Kib = 1024;

    /// <summary>A backend of one such server.</summary>
    /// <param name="server">The server, with its limits and key.</param>
    /// <param name="models">The versions that it runs, and what it calls them.</param>
    /// <param name="client">Must not follow redirects: the key is for one server.</param>
    /// <param name="clock">The clock of the limits.</param>
    public static OpenAiBackend Connect(RemoteServer.Text server, IReadOnlyDictionary<Hash32, string?> models, HttpClient client, TimeProvider clock) => new(
        client,
        new OpenAiOptions { Address = server.Address, Models = models, ApiKey = server.Key, TimeLimitMs = server.TimeLimitMs, MaxPromptBytes = server.MaxPromptBytes },
        clock);

    internal static IReadOnlyDictionary<Hash32, RemoteServer> Complete(SettingsReader reader, Dictionary<Hash32, RemoteServer> servers)
    {
        const int DefaultSeconds = OpenAiOptions.DefaultTimeLimitMs / 1000;
        const int DefaultKib = OpenAiOptions.DefaultPromptBytes / Kib;
        var seconds = (int)reader.Number(Names.TextLimitSeconds, DefaultSeconds, 1, 3_600);
        var prompt = (int)reader.Number(Names.TextPromptKib, DefaultKib, 1, 1 << 16);
        var authorities = servers.Values.OfType<RemoteServer.Text>().Select(server => server.Address.Authority).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var keys = ReadKeys(reader, authorities);
        if (authorities.Count == 0)
        {
            reader.Idle(Names.TextLimitSeconds, seconds != DefaultSeconds, Names.Servers);
            reader.Idle(Names.TextPromptKib, prompt != DefaultKib, Names.Servers);
        }

        return servers.ToDictionary(entry => entry.Key, entry => entry.Value is RemoteServer.Text text
            ? text with { Key = keys.GetValueOrDefault(text.Address.Authority), TimeLimitMs = seconds * 1000, MaxPromptBytes = prompt * Kib }
            : entry.Value);
    }

    private static Dictionary<string, string> ReadKeys(SettingsReader reader, HashSet<string> authorities)
    {
        Dictionary<string, string> keys = new(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in reader.List(Names.TextKeyFiles, reader.Text(Names.TextKeyFiles)))
        {
            const string Remedy = "Give HOST:PORT=FILE, separated by commas, as the address has it.";
            var pair = entry.Split('=', 2);
            if (pair.Length < 2 || pair[1].Length == 0)
                reader.Wrong(Names.TextKeyFiles, "An entry is not HOST:PORT=FILE.", Remedy);
            else if (!authorities.Contains(pair[0]))
                reader.Wrong(Names.TextKeyFiles, $"No text model runs at {pair[0]}.", $"{Remedy} {Names.Servers} names the servers.");
            else if (ReadKey(reader, reader.PathOf(pair[1])) is { } key && !keys.TryAdd(pair[0], key))
                reader.Wrong(Names.TextKeyFiles, $"{pair[0]} has two keys.", "Name one.");
        }

        if (reader.Text(Names.TextKey) is not { } told)
            return keys;
        if (!IsKey(told))
            reader.Wrong(Names.TextKey, "It is no bearer token: one line of visible ASCII, without blanks.", "Give the key alone.");
        else if (authorities.Count > 1)
            reader.Wrong(Names.TextKey, $"{authorities.Count} servers of text models are named, and each would be given the other's key.", $"Name a file for each in {Names.TextKeyFiles}.");
        else if (keys.Count > 0)
            reader.Wrong(Names.TextKey, "The server has a key in a file already.", $"Leave this out, or {Names.TextKeyFiles}.");
        else if (authorities.Count == 1)
            keys.Add(authorities.Single(), told);
        else
            reader.Idle(Names.TextKey, isTold: true, Names.Servers);
        return keys;
    }

    private static string? ReadKey(SettingsReader reader, string path)
    {
        const string Remedy = "Write the key alone into it, in one line, readable by this user and nobody else.";
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: <= MaxKeyLength } && Encoding.UTF8.GetString(File.ReadAllBytes(path)).Trim() is var key && IsKey(key))
                return key;
            reader.Wrong(Names.TextKeyFiles, $"{path} is not there, or holds no bearer token: one line of visible ASCII, without blanks.", Remedy);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reader.Wrong(Names.TextKeyFiles, $"{path} cannot be read: {failure.Message}", Remedy);
        }

        return null;
    }

    // What else stood in it would be a header's end, or a header of its own.
    private static bool IsKey(string text) => text.Length is > 0 and <= MaxKeyLength && text.All(c => c is > ' ' and <= '~');
}
