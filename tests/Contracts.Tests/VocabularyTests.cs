using System.Text.RegularExpressions;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests;

/// <summary>The same word means the same number in Solidity and in C#.</summary>
public sealed partial class VocabularyTests
{
    [Theory]
    [InlineData(typeof(Assurance), "types/Receipt.sol", "Assurance")]
    [InlineData(typeof(Stage), "types/Request.sol", "Stage")]
    [InlineData(typeof(Refusal), "types/Request.sol", "Refusal")]
    [InlineData(typeof(SemanticsKind), "types/Version.sol", "SemanticsKind")]
    [InlineData(typeof(VersionStatus), "types/Version.sol", "VersionStatus")]
    public async Task Enums_have_the_members_of_their_twins(Type ours, string source, string name)
    {
        var solidity = await File.ReadAllTextAsync(
            Repository.PathOf(["contracts", "src", .. source.Split('/')]), TestContext.Current.CancellationToken);
        var body = Regex.Match(solidity, $@"enum {name} \{{(.*?)\}}", RegexOptions.Singleline, TimeSpan.FromSeconds(1)).Groups[1].Value;
        var members = Member().Matches(Comment().Replace(body, string.Empty)).Select(match => match.Value).ToList();

        Assert.NotEmpty(members);
        Assert.Equal(members, Enum.GetNames(ours), StringComparer.Ordinal);
        Assert.Equal(Enumerable.Range(0, members.Count), Enum.GetValuesAsUnderlyingType(ours).Cast<byte>().Select(value => (int)value));
    }

    [Theory]
    [InlineData(typeof(NodeRoles), "interfaces/INodeRegistry.sol")]
    [InlineData(typeof(RequestFlags), "types/Request.sol")]
    public async Task Flags_have_the_bits_of_their_twins(Type ours, string source)
    {
        var solidity = await File.ReadAllTextAsync(
            Repository.PathOf(["contracts", "src", .. source.Split('/')]), TestContext.Current.CancellationToken);
        var bits = Bit().Matches(solidity).ToDictionary(
            match => match.Groups[1].Value.Replace("_", string.Empty, StringComparison.Ordinal), match => 1 << int.Parse(match.Groups[2].ValueSpan, provider: null),
            StringComparer.OrdinalIgnoreCase);
        var named = Enum.GetNames(ours).Where(name => name != "None")
            .ToDictionary(name => name, name => (int)(byte)Enum.Parse(ours, name), StringComparer.OrdinalIgnoreCase);

        Assert.NotEmpty(bits);
        Assert.Equal(
            bits.OrderBy(bit => bit.Value).Select(bit => bit.Key.ToUpperInvariant()),
            named.OrderBy(bit => bit.Value).Select(bit => bit.Key.ToUpperInvariant()),
            StringComparer.Ordinal);
        Assert.All(bits, bit => Assert.Equal(bit.Value, named[bit.Key]));
    }

    [GeneratedRegex(@"//.*", RegexOptions.None, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\w+", RegexOptions.None, 1000)]
    private static partial Regex Member();

    [GeneratedRegex(@"constant ([A-Z_]+) = 1 << (\d+);", RegexOptions.None, 1000)]
    private static partial Regex Bit();
}
