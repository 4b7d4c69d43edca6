using System.Buffers;
using System.Text;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// What must not be repeated of an endpoint's address and of the headers that are sent to it. Everything in them may be a key, so that all of
/// it is blotted out, but for words that are in addresses everywhere and short numbers, without which messages would be unreadable.
/// </summary>
internal sealed class EndpointSecrets
{
    private const string Blot = "***";

    // What is shorter is blotted out only where it stands by itself, and not in the middle of words that happen to have it.
    private const int ShortestInsideWords = 4;

    // Ids of chains, ports, versions: errors speak in such numbers, and nobody's key is one.
    private const int LongestPublicNumber = 5;

    private static readonly HashSet<string> PublicWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "api", "apikey", "api-key", "api_key", "archive", "basic", "bc", "bearer", "c", "chain", "eth", "ethereum", "evm", "execution", "ext",
        "full", "geth", "holesky", "hoodi", "http", "https", "json", "json-rpc", "jsonrpc", "key", "main", "mainnet", "network", "node", "public",
        "rpc", "sepolia", "testnet", "token", "v0", "v1", "v2", "v3", "v4", "ws", "wss",
    };

    private static readonly SearchValues<char> PathEnds = SearchValues.Create(" \t\r\n\"'<>");

    private readonly string _authority;
    private readonly string[] _secrets;

    public EndpointSecrets(Uri address, string? authorization)
        : this(address.Authority, PartsOf(address).Concat(authorization is null ? [] : PartsOf(authorization)))
    {
    }

    private EndpointSecrets(string authority, IEnumerable<string> secrets)
    {
        _authority = authority;

        // The longest first: one may be a part of another.
        _secrets = [.. secrets.Where(secret => secret.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).OrderByDescending(secret => secret.Length)];
    }

    /// <summary>These, and the values of headers: each as a whole whatever it is, and its parts as those of an address.</summary>
    public EndpointSecrets With(IEnumerable<string> headers) =>
        new(_authority, _secrets.Concat(headers.SelectMany(value => PartsOf(value).Append(value.Trim()))));

    public string Redact(string text)
    {
        text = WithoutPaths(text);
        foreach (var secret in _secrets)
            text = secret.Length >= ShortestInsideWords ? text.Replace(secret, Blot, StringComparison.OrdinalIgnoreCase) : WithoutWord(text, secret);
        return text;
    }

    private static IEnumerable<string> PartsOf(Uri address)
    {
        var path = address.AbsolutePath.Split('/');
        // What stands before an equals sign is the name of a parameter.
        var query = address.Query.TrimStart('?').Split('&').Select(item => item[(item.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        return path.Concat(query).Where(IsSecret).Concat(address.UserInfo.Split(':')).SelectMany(Spellings);
    }

    private static IEnumerable<string> PartsOf(string header) => header.Split([' ', ',', ';', '='], StringSplitOptions.RemoveEmptyEntries).Where(IsSecret);

    private static IEnumerable<string> Spellings(string part) => [part, Uri.UnescapeDataString(part)];

    private static bool IsSecret(string part) =>
        !PublicWords.Contains(part) && !(part.Length <= LongestPublicNumber && part.All(char.IsAsciiDigit));

    // Behind the host, however it is spelt there, nothing is shown.
    private string WithoutPaths(string text)
    {
        var shown = new StringBuilder();
        var rest = text.AsSpan();
        while (rest.IndexOf(_authority, StringComparison.OrdinalIgnoreCase) is var found and >= 0)
        {
            var path = found + _authority.Length;
            shown.Append(rest[..path]);
            rest = rest[path..];
            if (rest.IsEmpty || rest[0] is not ('/' or '?'))
                continue;

            var end = rest.IndexOfAny(PathEnds);
            rest = end < 0 ? default : rest[end..];
            shown.Append('/').Append(Blot);
        }

        return shown.Append(rest).ToString();
    }

    private static string WithoutWord(string text, string word)
    {
        for (var start = 0; text.IndexOf(word, start, StringComparison.OrdinalIgnoreCase) is var found and >= 0;)
        {
            var end = found + word.Length;
            var isWord = (found == 0 || !char.IsLetterOrDigit(text[found - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
            start = isWord ? found + Blot.Length : found + 1;
            if (isWord)
                text = string.Concat(text.AsSpan(0, found), Blot, text.AsSpan(end));
        }

        return text;
    }
}
