using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends.OpenAi;
using OpenGradient.Relayer.Hosting;
using Names = OpenGradient.Relayer.Hosting.RelayerSettingNames;

namespace OpenGradient.Relayer.Tests.Hosting;

public sealed class TextServerSettingsTests : IDisposable
{
    private static readonly Hash32 First = Hash32.FromUInt256(1u);
    private static readonly Hash32 Second = Hash32.FromUInt256(2u);

    private readonly string _folder = Directory.CreateTempSubdirectory("og-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_server_is_named_by_its_address_and_the_model_where_it_is_called_otherwise()
    {
        var servers = Read((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1,{Second}=openai+https://api.example/v1/#Qwen/Qwen3-8B"), (Names.TextLimitSeconds, "9"), (Names.TextPromptKib, "2"));

        Assert.Equal(("http://127.0.0.1:8000/v1/", null, 9_000, 2_048), (servers[First].Address.ToString(), servers[First].Model, servers[First].TimeLimitMs, servers[First].MaxPromptBytes));
        Assert.Equal(("https://api.example/v1/", "Qwen/Qwen3-8B"), (servers[Second].Address.ToString().Split('#')[0], servers[Second].Model));
        Assert.All(servers.Values, server => Assert.Null(server.Key));
        var plain = Read((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1"))[First];
        Assert.Equal((OpenAiOptions.DefaultTimeLimitMs, OpenAiOptions.DefaultPromptBytes), (plain.TimeLimitMs, plain.MaxPromptBytes));
    }

    [Fact]
    public void A_key_goes_to_its_own_server_and_to_no_other()
    {
        File.WriteAllText(Path.Combine(_folder, "key"), "secret-key\n");
        var servers = Read(
            (Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1,{Second}=openai+https://api.example/v1"), (Names.TextKeyFiles, $"api.example={Path.Combine(_folder, "key")}"));

        Assert.Null(servers[First].Key);
        Assert.Equal("secret-key", servers[Second].Key);
        Assert.Equal("secret-key", Read((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1"), (Names.TextKey, "secret-key"))[First].Key);
        var shared = Faults((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1,{Second}=openai+https://api.example/v1"), (Names.TextKey, "secret-key"));
        Assert.Equal([Names.TextKey], shared.Select(fault => fault.Name), StringComparer.Ordinal);
    }

    [Fact]
    public void A_key_is_in_nothing_that_is_said()
    {
        File.WriteAllText(Path.Combine(_folder, "key"), "secret-key");
        File.WriteAllText(Path.Combine(_folder, "lines"), "secret-key\nX-Other: secret-key");
        var server = Read((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1"), (Names.TextKey, "secret-key"))[First];

        Assert.DoesNotContain("secret-key", server.ToString(), StringComparison.Ordinal);
        foreach (var faults in (IReadOnlyList<SettingFault>[])[
            Faults((Names.TextKey, "secret-key secret-key")),
            Faults((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1"), (Names.TextKeyFiles, $"127.0.0.1:8000={Path.Combine(_folder, "lines")}")),
            Faults((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1"), (Names.TextKeyFiles, $"127.0.0.1:8000={Path.Combine(_folder, "key")}"), (Names.TextKey, "secret-key")),
            Faults((Names.Servers, $"{First}=openai+http://127.0.0.1:8000/v1"), (Names.TextKeyFiles, $"127.0.0.1:8000={Path.Combine(_folder, "none")}")),
        ])
        {
            Assert.DoesNotContain("secret-key", Assert.Single(faults).ToString(), StringComparison.Ordinal);
        }
    }

    private static Dictionary<Hash32, RemoteServer.Text> Read(params (string Name, string Value)[] settings)
    {
        var reader = ReaderOf(settings);
        var servers = RemoteServers.Read(reader, served: null);
        Assert.Empty(reader.Faults);
        return servers.ToDictionary(entry => entry.Key, entry => Assert.IsType<RemoteServer.Text>(entry.Value));
    }

    private static IReadOnlyList<SettingFault> Faults(params (string Name, string Value)[] settings)
    {
        var reader = ReaderOf(settings);
        RemoteServers.Read(reader, served: null);
        return reader.Faults;
    }

    private static SettingsReader ReaderOf((string Name, string Value)[] settings) =>
        new(name => Array.Find(settings, setting => setting.Name == name).Value, Path.GetTempPath());
}
