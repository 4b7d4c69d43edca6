using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace OpenGradient.Explorer.Serving;

/// <summary>
/// Style, scripts and pictures, out of the assembly. Their addresses carry a hash of all of them: they are kept for ever, and never stale.
/// </summary>
internal static partial class AssetStore
{
    private const string Prefix = "assets/";
    private const int VersionLetters = 12;

    private static readonly FrozenDictionary<string, byte[]> Originals = ReadAll();

    private static readonly string Version = VersionOf(Originals);

    private static readonly FrozenDictionary<string, Asset> Served = Originals.ToFrozenDictionary(
        pair => pair.Key, pair => new Asset(Linked(pair.Key, pair.Value), TypeOf(pair.Key)), StringComparer.Ordinal);

    public static IEnumerable<string> Names => Originals.Keys;

    public static string PathOf(string name) =>
        Originals.ContainsKey(name) ? $"/{Prefix}{Version}/{name}" : throw new ArgumentException("There is no such asset.", nameof(name));

    /// <summary>What is served under a name.</summary>
    public static ReadOnlyMemory<byte> Find(string name) => Served[name].Plain;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods($"/{Prefix}{{version}}/{{**name}}", [HttpMethods.Get, HttpMethods.Head], (string version, string name, HttpContext context) =>
    {
        if (version != Version || !Served.TryGetValue(name, out var asset))
            return Results.NotFound();
        var takesBrotli = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase);
        PageHeaders.Set(context.Response);
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (takesBrotli)
            context.Response.Headers.ContentEncoding = "br";
        return Results.Bytes(takesBrotli ? asset.Brotli : asset.Plain, asset.Type);
    });

    private static FrozenDictionary<string, byte[]> ReadAll()
    {
        var assembly = typeof(AssetStore).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            name => name[Prefix.Length..],
            name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                return bytes.ToArray();
            },
            StringComparer.Ordinal);
    }

    private static string VersionOf(FrozenDictionary<string, byte[]> assets)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in assets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..VersionLetters];
    }

    // A browser knows no packages: what they import of each other is named by its address. Nothing else of them is touched.
    private static byte[] Linked(string name, byte[] bytes) => !name.StartsWith("noble/", StringComparison.Ordinal)
        ? bytes
        : Encoding.UTF8.GetBytes(PackageImport().Replace(Encoding.UTF8.GetString(bytes), $"${{names}} from '/{Prefix}{Version}/noble/hashes/${{file}}.js'"));

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/javascript; charset=utf-8",
    };

    [GeneratedRegex("^(?<names>(?:import|export) \\{[^}]*\\}) from '@noble/hashes/(?<file>[a-z0-9]+)(?:\\.js)?'", RegexOptions.Multiline, 1000)]
    private static partial Regex PackageImport();

    private sealed class Asset(byte[] plain, string type)
    {
        private readonly Lazy<byte[]> _brotli = new(() => Compress(plain));

        public byte[] Plain => plain;

        public string Type => type;

        public byte[] Brotli => _brotli.Value;

        private static byte[] Compress(byte[] plain)
        {
            using var packed = new MemoryStream();
            using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal))
                brotli.Write(plain);
            return packed.ToArray();
        }
    }
}
