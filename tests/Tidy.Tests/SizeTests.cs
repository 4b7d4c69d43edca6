namespace OpenGradient.Tidy.Tests;

/// <summary>A file past 400 lines, or a folder past a dozen files, wants another look. Those that had it stand here with the reason.</summary>
public sealed class SizeTests
{
    private const int FileLimitLines = 400;
    private const int FolderLimitFiles = 12;

    private static readonly Dictionary<string, string> LargeFiles = new(StringComparer.Ordinal)
    {
    };

    private static readonly Dictionary<string, string> LargeFolders = new(StringComparer.Ordinal)
    {
        ["contracts/src/interfaces"] = "What each contract promises, in a file of its own: they are read before anything else, and in one place.",
        ["contracts/src/hub"] = "The parts of one hub and its rules, each in a file of its own; apart they would not be found.",
        ["contracts/test/support"] = "One fixture, stand-in or misbehaving stranger per file, each used by several suites.",
        ["src/Ethereum/Primitives"] = "One small struct per concept, each in a file of its own; UInt256 takes four by topic.",
    };

    [Fact]
    public void No_file_is_long_without_a_reason()
    {
        var large = SourceTree.Files(".cs", ".sol", ".mjs")
            .Where(path => File.ReadLines(path).Count() > FileLimitLines)
            .Select(SourceTree.Relative)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(LargeFiles.Keys.Order(StringComparer.Ordinal), large.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_folder_is_crowded_without_a_reason()
    {
        var large = SourceTree.Folders()
            .Where(folder => Directory.EnumerateFiles(folder).Count() > FolderLimitFiles)
            .Select(SourceTree.Relative)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal(LargeFolders.Keys.Order(StringComparer.Ordinal), large.Order(StringComparer.Ordinal));
    }
}
