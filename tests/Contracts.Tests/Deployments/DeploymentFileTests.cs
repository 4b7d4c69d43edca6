using System.Text;
using System.Text.Json.Nodes;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Deployments;

/// <summary>What the deployment script writes is read, and nothing else.</summary>
public sealed class DeploymentFileTests(DeployedChainFixture chain)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public void Reads_what_the_script_wrote()
    {
        var deployment = DeploymentFile.Parse(chain.AddressesFile);

        Assert.Equal(31337ul, deployment.ChainId.Value);
        Assert.True(deployment.IsDevelopment);
        Assert.Equal(chain.Owner.Address, deployment.Deployer);
        Assert.Equal(deployment.AddressOf("TestToken"), deployment.Token);
        Assert.Equal([chain.Owner.Address], deployment.Owners.Proposers);
        Assert.Equal(7200ul, deployment.HubTerms.DefaultWindow);
        Assert.Equal(Units.Parse("0.01", 18), deployment.HubTerms.MinBond);
        Assert.Equal(900ul, deployment.CourtTerms.Phase);
        Assert.Equal(600ul, deployment.KeyTerms.VetoWindow);
        Assert.Equal(32 * 6, deployment.Contracts[ContractNames.Keys].Arguments.Length - (32 * 2));
        Assert.Equal(deployment.Contracts.Values.Min(contract => contract.Block.Value), deployment.FirstBlock.Value);
        Assert.All(ContractNames.All, name => Assert.False(deployment.AddressOf(name).IsZero));
    }

    [Fact]
    public async Task Reads_the_same_from_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, chain.AddressesFile, Stop);

            Assert.Equal(chain.Deployment.Hub, (await DeploymentFile.ReadAsync(path, Stop)).Hub);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Refuses_a_file_that_ends_early_wherever_it_ends()
    {
        var whole = chain.AddressesFile.Span.TrimEnd("\n "u8).Length;
        for (var length = 0; length < whole; length++)
            Assert.Throws<DeploymentFormatException>(() => DeploymentFile.Parse(chain.AddressesFile[..length]));
    }

    [Fact]
    public void Names_any_field_that_is_missing()
    {
        var paths = Paths(Whole(), string.Empty).ToList();
        // Contracts beside those that every deployment has may be missing.
        var needed = paths.Where(path => !path.StartsWith("contracts.", StringComparison.Ordinal) || path.Count(c => c == '.') > 1
            || ContractNames.All.Contains(path["contracts.".Length..], StringComparer.Ordinal)).ToList();

        Assert.True(needed.Count > 80, $"{needed.Count}");
        foreach (var path in needed)
        {
            var file = Whole();
            Parent(file, path).Remove(Name(path));
            Assert.Contains($"'{path}' is missing", Refusal(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_any_field_that_is_of_another_kind()
    {
        foreach (var path in Paths(Whole(), string.Empty))
        {
            foreach (var wrong in (JsonNode?[])[null, -1, 1.5, "0x", "text", new JsonArray(), true])
            {
                var file = Whole();
                var parent = Parent(file, path);
                // No arguments are arguments too, and a flag is a flag.
                if ((Name(path), wrong?.ToJsonString()) is ("arguments", "\"0x\"") or ("isDevelopment", "true"))
                    continue;

                parent[Name(path)] = wrong?.DeepClone();
                Assert.Contains($"'{path}'", Refusal(file), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("schema", "2", "'schema' is 2; this program reads 1.")]
    [InlineData("contracts.InferenceHub.address", "\"0x0000000000000000000000000000000000000000\"", "'contracts.InferenceHub.address' is not an address.")]
    [InlineData("contracts.InferenceHub.address", "\"0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266\"", "'contracts.InferenceHub.address' is not an address.")]
    [InlineData("contracts.InferenceHub.block", "18446744073709551616", "'contracts.InferenceHub.block' is not a whole number.")]
    [InlineData("hub.minBond", "\"01\"", "'hub.minBond' is not a decimal number in quotes.")]
    [InlineData("hub.minBond", "\"0x10\"", "'hub.minBond' is not a decimal number in quotes.")]
    [InlineData("owners.proposers", "[]", "'owners.proposers' is not a list of 1 to 64 addresses.")]
    [InlineData("owners.proposers", "[\"0x0000000000000000000000000000000000000000\"]", "'owners.proposers[0]' is not an address.")]
    [InlineData("hub.extra", "1", "'hub.extra' is no field of a deployment.")]
    [InlineData("extra", "1", "'extra' is no field of a deployment.")]
    [InlineData("contracts.InferenceHub.arguments", "\"0x123\"", "'contracts.InferenceHub.arguments' is not bytes in hexadecimal.")]
    public void Says_what_is_wrong_with_a_value(string path, string value, string complaint)
    {
        var file = Whole();
        Parent(file, path)[Name(path)] = JsonNode.Parse(value);

        Assert.Equal(complaint, Refusal(file));
    }

    [Fact]
    public void Takes_the_zero_address_for_anyone_who_executes()
    {
        var file = Whole();
        file["owners"]!["executors"] = new JsonArray(Address.Zero.ToString());

        Assert.Equal([Address.Zero], DeploymentFile.Parse(Encoding.UTF8.GetBytes(file.ToJsonString())).Owners.Executors);
    }

    [Fact]
    public void Refuses_two_contracts_at_one_address()
    {
        var file = Whole();
        file["contracts"]!["ModelRegistry"]!["address"] = chain.Deployment.Hub.ToString();

        Assert.Contains("Two of the contracts", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_field_that_is_there_twice()
    {
        var text = Encoding.UTF8.GetString(chain.AddressesFile.Span);
        var twice = text.Insert(text.IndexOf('{', StringComparison.Ordinal) + 1, "\"schema\": 1,");

        Assert.Throws<DeploymentFormatException>(() => DeploymentFile.Parse(Encoding.UTF8.GetBytes(twice)));
    }

    [Fact]
    public void Refuses_a_file_that_is_too_long_before_it_reads_it()
    {
        var huge = new byte[DeploymentFile.MaxBytes + 1];

        Assert.Contains($"{DeploymentFile.MaxBytes}", Assert.Throws<DeploymentFormatException>(() => DeploymentFile.Parse(huge)).Message, StringComparison.Ordinal);
    }

    private JsonObject Whole() => JsonNode.Parse(chain.AddressesFile.Span)!.AsObject();

    private static string Refusal(JsonObject file) =>
        Assert.Throws<DeploymentFormatException>(() => DeploymentFile.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()))).Message;

    private static IEnumerable<string> Paths(JsonObject node, string prefix)
    {
        foreach (var (name, value) in node)
        {
            yield return prefix + name;
            if (value is JsonObject inner)
            {
                foreach (var path in Paths(inner, $"{prefix}{name}."))
                    yield return path;
            }
        }
    }

    private static JsonObject Parent(JsonObject root, string path) =>
        path.Split('.')[..^1].Aggregate(root, (node, name) => node[name]!.AsObject());

    private static string Name(string path) => path[(path.LastIndexOf('.') + 1)..];
}
