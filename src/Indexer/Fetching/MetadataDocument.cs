using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.Blobs;

namespace OpenGradient.Indexer.Fetching;

/// <summary>
/// What people read of a model, as `og model publish` writes it (docs/model-hub.md), or of a node. By strangers: it is read within bounds, and what is wrong
/// with one is told to the log and nothing of it kept.
/// </summary>
/// <param name="Name">What its publisher calls the model or the node.</param>
/// <param name="Description">For people.</param>
/// <param name="Versions">By their numbers.</param>
public sealed record MetadataDocument(string Name, string Description, IReadOnlyList<DescribedVersion> Versions)
{
    /// <summary>The longest document.</summary>
    public const int MaxBytes = 1 << 18;

    /// <summary>
    /// All that strangers are told of one that counts for nothing: what it is instead may be a file that is not for them, whose hash they named.
    /// </summary>
    public const string CountsForNothing = "It is not of the form that is asked for.";

    private const int MaxDepth = 8;
    private const int MaxName = 200;
    private const int MaxDescription = 16_384;
    private const int MaxVersions = 256;
    private const int MaxFile = 255;
    private const int MaxUse = 4_096;
    private const int MaxNumber = 21;
    private const string UriPrefix = "blob:";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = MaxDepth };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The uri under which models and nodes name a document, in small letters.</summary>
    public static string AddressOf(BlobHash hash) => UriPrefix + hash;

    /// <summary>The blob that a uri names; null for any other uri, which says nothing of what it leads to.</summary>
    public static BlobHash? BlobIn(string uri) =>
        uri.StartsWith(UriPrefix, StringComparison.Ordinal) && BlobHash.TryParse(uri.AsSpan(UriPrefix.Length), out var hash) ? hash : null;

    /// <summary>Reads a document. Members that are not known here are passed over.</summary>
    public static MetadataReading Read(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes)
            return Bad($"It has more than {MaxBytes} bytes.");
        try
        {
            // JSON's reader looks at a text's bytes only when it is asked for.
            Utf8.GetCharCount(json.Span);
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is JsonException or DecoderFallbackException or InvalidOperationException)
        {
            return Bad("It is no JSON object of the form that is asked for.");
        }
    }

    private static MetadataReading Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return Bad("It is no JSON object.");
        if (!TryText(root, "name", MaxName, isLine: true, out var name) || name.Length == 0)
            return Bad($"Its name is no text of 1 to {MaxName} letters on one line.");
        if (!root.TryGetProperty("description", out _) || !TryText(root, "description", MaxDescription, isLine: false, out var description))
            return Bad($"It has no description, or none that is a text of up to {MaxDescription} letters.");
        var versions = new List<DescribedVersion>();
        if (root.TryGetProperty("versions", out var told))
        {
            if (told.ValueKind != JsonValueKind.Object || told.GetPropertyCount() > MaxVersions)
                return Bad($"Its versions are no object of up to {MaxVersions} members.");
            foreach (var version in told.EnumerateObject())
            {
                if (ReadVersion(version) is not { } read)
                    return Bad("One of its versions is not of the form that is asked for.");
                versions.Add(read);
            }
        }

        return new MetadataReading.Good(new MetadataDocument(name, description, versions));
    }

    private static DescribedVersion? ReadVersion(JsonProperty version) =>
        IsNumber(version.Name) && version.Value.ValueKind == JsonValueKind.Object
            && TryText(version.Value, "file", MaxFile, isLine: true, out var file) && TryText(version.Value, "use", MaxUse, isLine: false, out var use)
            && TryBytes(version.Value, out var bytes)
            ? new DescribedVersion(version.Name, file, bytes, use)
            : null;

    private static bool IsNumber(string text)
    {
        var parts = text.Split('.');
        return text.Length <= MaxNumber && parts.Length == 2 && parts.All(part => uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));
    }

    private static bool TryBytes(JsonElement version, out long bytes)
    {
        bytes = 0;
        return !version.TryGetProperty("bytes", out var told) || (told.ValueKind == JsonValueKind.Number && told.TryGetInt64(out bytes) && bytes >= 0);
    }

    // What is not there is empty.
    private static bool TryText(JsonElement element, string name, int most, bool isLine, out string text)
    {
        text = "";
        if (!element.TryGetProperty(name, out var told) || told.ValueKind == JsonValueKind.Null)
            return true;
        if (told.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = told.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a pair of surrogates.
            return false;
        }

        return text.Length <= most && text.All(letter => !char.IsControl(letter) || (!isLine && letter is '\n' or '\r' or '\t'));
    }

    private static MetadataReading.Faulty Bad(string fault) => new(fault);
}

/// <summary>What people read of a version.</summary>
/// <param name="Number">Major and minor.</param>
/// <param name="File">Its artifact's file.</param>
/// <param name="Bytes">The artifact's length, as told.</param>
/// <param name="Use">How it is asked; empty where nothing is told.</param>
public sealed record DescribedVersion(string Number, string File, long Bytes, string Use);

/// <summary>What came of reading a document.</summary>
public abstract record MetadataReading
{
    private MetadataReading()
    {
    }

    public sealed record Good(MetadataDocument Document) : MetadataReading;

    /// <param name="Fault">Why it counts for nothing, for the log; repeats nothing of it.</param>
    public sealed record Faulty(string Fault) : MetadataReading;
}
