using System.Security.Cryptography;
using OpenGradient.Ethereum.Wallets;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>Writes files that stand under their name whole or not at all: what is half written has another name.</summary>
internal static class WholeFile
{
    /// <param name="folder">Where it is written before it gets its name: on the same disk.</param>
    /// <param name="path">Its name.</param>
    /// <param name="content">What it holds.</param>
    /// <param name="overwrite">Whether it takes the place of another. Where it does not, one that is there already is left as it is.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task WriteAsync(string folder, string path, ReadOnlyMemory<byte> content, bool overwrite, CancellationToken cancellationToken)
    {
        var partial = Path.Combine(folder, $".{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.partial");
        try
        {
            await using (var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                await stream.WriteAsync(content, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }

            File.Move(partial, path, overwrite);
            FolderFlush.Of(path);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            // Another process has kept the same bytes meanwhile.
        }
        finally
        {
            File.Delete(partial);
        }
    }
}
