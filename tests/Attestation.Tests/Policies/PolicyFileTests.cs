using System.Text;
using System.Text.Json;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Support;

namespace OpenGradient.Attestation.Tests.Policies;

public sealed class PolicyFileTests
{
    private const string Full = """
        {
          "$schema": "policy.schema.json", "version": 1, "allowEmulated": true, "roots": ["0x1111111111111111111111111111111111111111111111111111111111111111"], "teeTypes": ["tdx", "snp"],
          "workloads": ["0x2222222222222222222222222222222222222222222222222222222222222222"],
          "platforms": ["0x3333333333333333333333333333333333333333333333333333333333333333"],
          "deniedPlatforms": ["0x4444444444444444444444444444444444444444444444444444444444444444"],
          "dcap": { "statuses": ["upToDate", "swHardeningNeeded"], "minTcbEvaluation": 18, "allowSeptVeEnabled": true, "tdAttributes": "0x10000000",
            "serviceTds": [], "mrTds": [], "mrEnclaves": [], "mrSigners": [] },
          "nitro": { "maxAgeSeconds": 60, "maxSkewSeconds": 5, "pcrs": { "8": [] } },
          "snp": { "products": ["Turin"], "allowVlek": true, "vmpls": [0, 1], "minTcb": { "bootloader": 1, "tee": 2, "snp": 3, "microcode": 200, "fmc": 4 },
            "allowMigrationAgent": true, "allowMissingCrl": true, "measurements": [], "hostData": [] },
          "nvidia": { "allowMissingManifests": true, "allowMissingOcsp": true }
        }
        """;

    [Fact]
    public void Every_field_is_read()
    {
        Assert.True(PolicyFile.TryRead(Encoding.UTF8.GetBytes(Full), out var policy, out _));

        Assert.True(policy.AllowEmulated);
        Assert.Equal([TeeType.Tdx, TeeType.Snp], policy.TeeTypes);
        Assert.Equal(Hash32.Parse("0x" + new string('1', 64)), Assert.Single(policy.Roots));
        Assert.Equal(Hash32.Parse("0x" + new string('2', 64)), Assert.Single(policy.Workloads));
        Assert.Equal(Hash32.Parse("0x" + new string('3', 64)), Assert.Single(policy.Platforms));
        Assert.Equal(Hash32.Parse("0x" + new string('4', 64)), Assert.Single(policy.DeniedPlatforms));
        Assert.Equal([TcbStatus.UpToDate, TcbStatus.SWHardeningNeeded], policy.Dcap.Statuses);
        Assert.Equal((18u, true, 0x10000000UL), (policy.Dcap.MinTcbEvaluation, policy.Dcap.AllowSeptVeEnabled, policy.Dcap.TdAttributes));
        Assert.Equal((60, 5), (policy.Nitro.MaxAgeSeconds, policy.Nitro.MaxSkewSeconds));
        Assert.Equal(8, Assert.Single(policy.Nitro.Pcrs.Keys));
        Assert.Equal(new SnpTcbFloor(1, 2, 3, 200, 4), policy.Snp.MinTcb);
        Assert.True(policy.Snp is { AllowVlek: true, AllowMigrationAgent: true, AllowMissingCrl: true });
        Assert.True(policy.Nvidia is { AllowMissingManifests: true, AllowMissingOcsp: true });
    }

    [Fact]
    public void A_policy_that_says_nothing_is_the_strict_one()
    {
        Assert.True(PolicyFile.TryRead("""{"version":1}"""u8.ToArray(), out var policy, out _));

        Assert.Equal(AttestationPolicy.Default with { Roots = policy.Roots, TeeTypes = policy.TeeTypes, Workloads = policy.Workloads, Platforms = policy.Platforms, DeniedPlatforms = policy.DeniedPlatforms }, policy);
        Assert.False(policy.AllowEmulated);
    }

    [Theory]
    [InlineData("""{}""", "version")]
    [InlineData("""{"version":2}""", "version")]
    [InlineData("""{"version":1,"allowEmulatd":true}""", "allowEmulatd")]
    [InlineData("""{"version":1,"allowEmulated":"yes"}""", "allowEmulated")]
    [InlineData("""{"version":1,"roots":["0x12"]}""", "roots")]
    [InlineData("""{"version":1,"teeTypes":["1"]}""", "teeTypes")]
    [InlineData("""{"version":1,"dcap":{"debug":true}}""", "debug")]
    [InlineData("""{"version":1,"dcap":{"statuses":["fine"]}}""", "statuses")]
    [InlineData("""{"version":1,"dcap":{"minTcbEvaluation":-1}}""", "minTcbEvaluation")]
    [InlineData("""{"version":1,"dcap":{"tdAttributes":"10"}}""", "tdAttributes")]
    [InlineData("""{"version":1,"dcap":{"mrTds":["00"]}}""", "mrTds")]
    [InlineData("""{"version":1,"nitro":{"pcrs":{"32":[]}}}""", "pcrs")]
    [InlineData("""{"version":1,"nitro":{"maxAgeSeconds":300.5}}""", "maxAgeSeconds")]
    [InlineData("""{"version":1,"snp":{"vmpls":[4]}}""", "vmpls")]
    [InlineData("""{"version":1,"snp":{"minTcb":{"ucode":1}}}""", "ucode")]
    [InlineData("""{"version":1,"nvidia":[]}""", "nvidia")]
    public void A_slip_of_the_pen_refuses_the_file_and_is_named(string json, string fault)
    {
        Assert.False(PolicyFile.TryRead(Encoding.UTF8.GetBytes(json), out var policy, out var named));

        Assert.Null(policy);
        Assert.Equal(fault, named);
    }

    [Fact]
    public void A_policy_cut_at_any_byte_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes(Full.TrimEnd());
        for (var length = 0; length < whole.Length; length++)
            Assert.False(PolicyFile.TryRead(whole.AsMemory(0, length), out _, out _));
    }

    [Theory]
    [InlineData("""{"version":1,"snp":{"products":["\ud800"]}}""")]
    [InlineData("""{"version":1,"\ud800":1}""")]
    [InlineData("""{"version":1,"snp":{"\udc00":1,"\udc00":2}}""")]
    public void Half_a_character_refuses_the_file(string json) => Assert.False(PolicyFile.TryRead(Encoding.UTF8.GetBytes(json), out _, out _));

    [Fact]
    public void A_name_that_stands_twice_refuses_the_file() =>
        Assert.False(PolicyFile.TryRead("""{"version":1,"allowEmulated":false,"allowEmulated":true}"""u8.ToArray(), out _, out _));

    [Theory]
    [InlineData("production.json", false)]
    [InlineData("development.json", true)]
    public void The_examples_are_policies(string name, bool allowsEmulated)
    {
        Assert.True(PolicyFile.TryRead(File.ReadAllBytes(Repository.PathOf("docs", "attestation", name)), out var policy, out var fault), fault);

        Assert.Equal(allowsEmulated, policy.AllowEmulated);
    }

    [Fact]
    public void The_schema_describes_exactly_the_names_that_are_read()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("docs", "attestation", "policy.schema.json")));
        using var full = JsonDocument.Parse(Full);

        Assert.Equal(Described(schema.RootElement, string.Empty).Order(StringComparer.Ordinal), Written(full.RootElement, string.Empty).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Described(JsonElement schema, string path) => schema.TryGetProperty("properties", out var properties)
        ? properties.EnumerateObject().SelectMany(property => Described(property.Value, $"{path}/{property.Name}"))
        : [path];

    // Registers are named by number, and not one by one.
    private static IEnumerable<string> Written(JsonElement policy, string path) => policy.ValueKind == JsonValueKind.Object && !path.EndsWith("/pcrs", StringComparison.Ordinal)
        ? policy.EnumerateObject().SelectMany(field => Written(field.Value, $"{path}/{field.Name}"))
        : [path];
}
