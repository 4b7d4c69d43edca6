namespace OpenGradient.Blobs.Folders;

/// <summary>How blobs lie in a folder: <c>ab/abcd…</c>, so that no folder gets more than a 256th of them.</summary>
internal static class BlobLayout
{
    private const int ShardDigits = 2;

    public static string PathOf(string root, BlobHash hash)
    {
        var digits = hash.Digits;
        return Path.Combine(root, digits[..ShardDigits], digits);
    }

    /// <summary>All blobs in a folder with their files, in no order. What is no blob is passed over.</summary>
    public static IEnumerable<(BlobHash Hash, FileInfo File)> Enumerate(string root)
    {
        foreach (var shard in new DirectoryInfo(root).EnumerateDirectories())
        {
            if (shard.Name.Length != ShardDigits)
                continue;
            foreach (var file in shard.EnumerateFiles())
            {
                if (BlobHash.TryParseDigits(file.Name, out var hash) && file.Name == hash.Digits && file.Name.StartsWith(shard.Name, StringComparison.Ordinal))
                    yield return (hash, file);
            }
        }
    }
}
