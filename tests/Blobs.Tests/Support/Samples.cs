namespace OpenGradient.Blobs.Tests.Support;

/// <summary>Bytes that are the same in every run.</summary>
internal static class Samples
{
    public static byte[] Bytes(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The same bytes with one bit the other way round.</summary>
    public static byte[] Flipped(byte[] bytes)
    {
        var copy = bytes.ToArray();
        copy[^1] ^= 1;
        return copy;
    }
}
