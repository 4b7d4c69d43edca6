using System.Text.Json;
using OpenGradient.Support;

namespace OpenGradient.PrivateRequests.Tests;

/// <summary>Published vectors, which are not part of the repository: looked for in <c>shared/vectors</c> above the checkout.</summary>
internal static class SharedVectors
{
    public static JsonElement Read(string file)
    {
        for (var folder = new DirectoryInfo(Repository.Root); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "vectors", "tee", "hpke", file);
            if (!File.Exists(path))
                continue;
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.Clone();
        }

        Assert.Skip($"The published vectors ({file}) are not on this machine.");
        return default;
    }

    public static byte[] Bytes(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);
}
