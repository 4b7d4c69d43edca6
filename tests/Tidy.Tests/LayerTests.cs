using System.Text.RegularExpressions;
using OpenGradient.Support;

namespace OpenGradient.Tidy.Tests;

/// <summary>Inside the Ethereum library, folders depend on each other in one direction too.</summary>
public sealed partial class LayerTests
{
    // From the bottom up: each folder may use those before it. Primitives and Crypto are one layer: an address has a checksum that is a hash,
    // and a hash is a primitive.
    private static readonly string[][] Layers =
    [
        ["Primitives", "Crypto", "Http"],
        ["Rlp", "Signing", "TypedData", "Wallets"],
        ["Transactions", "Tries"],
        ["Blocks"],
        ["Abi"],
        ["Contracts"],
        ["Rpc"],
        ["SmartAccounts", "Following"],
    ];

    [Fact]
    public void Every_folder_of_the_ethereum_library_uses_only_what_lies_below()
    {
        var height = Layers.SelectMany((layer, i) => layer.Select(folder => (folder, i))).ToDictionary(pair => pair.folder, pair => pair.i, StringComparer.Ordinal);
        foreach (var path in SourceTree.Files(".cs").Where(path => SourceTree.Relative(path).StartsWith("src/Ethereum/", StringComparison.Ordinal)))
        {
            var folder = SourceTree.Relative(path).Split('/')[2];
            Assert.True(height.ContainsKey(folder), $"{folder} has no layer yet.");
            foreach (Match match in UsedFolder().Matches(File.ReadAllText(path)))
            {
                var used = match.Groups[1].Value;
                Assert.True(
                    used == folder || height[used] < height[folder] || (height[used] == 0 && height[folder] == 0),
                    $"{SourceTree.Relative(path)} uses {used}, which does not lie below {folder}.");
            }
        }
    }

    [Fact]
    public void Every_layer_exists() =>
        Assert.All(Layers.SelectMany(layer => layer), folder => Assert.True(Directory.Exists(Repository.PathOf("src", "Ethereum", folder)), folder));

    [GeneratedRegex(@"^using (?:static )?OpenGradient\.Ethereum\.([A-Z]\w*)", RegexOptions.Multiline, 1000)]
    private static partial Regex UsedFolder();
}
