using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Indexer.Api.Clients;

/// <summary>Somebody who may ask at a rate of its own.</summary>
/// <param name="Name">As the operator calls it: lower-case letters, digits and dashes.</param>
/// <param name="RequestsPerSecond">How often it may ask.</param>
public sealed record ApiKey(string Name, int RequestsPerSecond);

/// <summary>
/// The keys that an operator gave out, a line each: name, requests a second, and the SHA-256 of the key. Who reads the file learns no key.
/// </summary>
public sealed class ApiKeys
{
    public const int MaxKeys = 1_000;
    public const int MaxBytes = 256 * 1024;
    public const int MaxRate = 100_000;

    // So that a key that was left somewhere is recognised as one.
    private const string Prefix = "ogi_";
    private const int KeyBytes = 32;
    private const int LongestName = 40;

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private readonly FrozenDictionary<Hash32, ApiKey> _keys;

    private ApiKeys(IEnumerable<KeyValuePair<Hash32, ApiKey>> keys) => _keys = keys.ToFrozenDictionary();

    public static ApiKeys None { get; } = new([]);

    public int Count => _keys.Count;

    /// <summary>Reads a file of keys; false with what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKeys? keys, [NotNullWhen(false)] out string? fault)
    {
        var read = new Dictionary<Hash32, ApiKey>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        (keys, fault) = (null, null);
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var name, var rateText, var hashText] || !IsName(name)
                || !int.TryParse(rateText, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) || rate is < 1 or > MaxRate || !Hash32.TryParse(hashText, out var hash))
                fault = $"line {number} is not a name, requests a second and a hash";
            else if (!names.Add(name) || !read.TryAdd(hash, new ApiKey(name, rate)))
                fault = $"line {number} names a key a second time";
            else if (read.Count > MaxKeys)
                fault = $"there are more than {MaxKeys} keys";
            if (fault is not null)
                return false;
        }

        keys = new ApiKeys(read);
        return true;
    }

    /// <summary>Makes a key, and the line by which it is known; null where the name or the rate is none.</summary>
    public static (string Key, string Line)? Generate(string name, int requestsPerSecond)
    {
        if (!IsName(name) || requestsPerSecond is < 1 or > MaxRate)
            return null;
        var key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        return (key, string.Create(CultureInfo.InvariantCulture, $"{name} {requestsPerSecond} {HashOf(key)}"));
    }

    /// <summary>Whose key it is. What is looked up is a hash, so that how long it takes tells nothing of other keys.</summary>
    public ApiKey? Find(string key) => _keys.GetValueOrDefault(HashOf(key));

    private static bool IsName(string name) => name.Length is >= 1 and <= LongestName && !name.AsSpan().ContainsAnyExcept(NameLetters);

    private static Hash32 HashOf(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
