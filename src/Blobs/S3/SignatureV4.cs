using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OpenGradient.Blobs.S3;

/// <summary>
/// AWS Signature Version 4: a request is put into one canonical text, and signed by a key that is made from the secret for one day, region
/// and service.
/// </summary>
internal static class SignatureV4
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The value of the <c>Authorization</c> header.</summary>
    /// <param name="request">What is signed.</param>
    /// <param name="credentials">Who signs.</param>
    /// <param name="scope">For what.</param>
    public static string Authorize(CanonicalRequest request, S3Credentials credentials, SigningScope scope) =>
        $"{Algorithm} Credential={credentials.AccessKeyId}/{scope}, SignedHeaders={request.SignedHeaders}, "
        + $"Signature={Sign(StringToSign(request, scope), credentials, scope)}";

    public static string StringToSign(CanonicalRequest request, SigningScope scope) =>
        $"{Algorithm}\n{scope.Time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request.Text)))}";

    private static string Sign(string text, S3Credentials credentials, SigningScope scope)
    {
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretAccessKey);
        foreach (var part in (string[])[scope.Day, scope.Region, scope.Service, SigningScope.Terminator])
        {
            var next = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
            CryptographicOperations.ZeroMemory(key);
            key = next;
        }

        var signature = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
        CryptographicOperations.ZeroMemory(key);
        return Convert.ToHexStringLower(signature);
    }
}

/// <summary>When, where and for what a signature counts.</summary>
internal sealed record SigningScope(DateTimeOffset At, string Region, string Service)
{
    public const string Terminator = "aws4_request";

    public string Day => At.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public string Time => At.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    public override string ToString() => $"{Day}/{Region}/{Service}/{Terminator}";
}

/// <summary>A request in the one form that is signed.</summary>
internal sealed class CanonicalRequest
{
    /// <param name="method">Such as GET.</param>
    /// <param name="path">Percent-encoded already, and sent like that.</param>
    /// <param name="query">Names and values, not encoded.</param>
    /// <param name="headers">All that are signed; <c>host</c> must be among them.</param>
    /// <param name="payloadHash">The SHA-256 of the body, in hexadecimal.</param>
    public CanonicalRequest(
        string method, string path, IEnumerable<KeyValuePair<string, string>> query, IEnumerable<KeyValuePair<string, string>> headers, string payloadHash)
    {
        var pairs = query.Select(pair => (Name: S3Names.Encode(pair.Key, keepSlashes: false), Value: S3Names.Encode(pair.Value, keepSlashes: false)))
            .OrderBy(pair => pair.Name, StringComparer.Ordinal).ThenBy(pair => pair.Value, StringComparer.Ordinal);
        var lines = headers.GroupBy(header => header.Key.ToLowerInvariant(), StringComparer.Ordinal).OrderBy(header => header.Key, StringComparer.Ordinal)
            .Select(header => (Name: header.Key, Value: string.Join(',', header.Select(line => Collapse(line.Value))))).ToArray();
        SignedHeaders = string.Join(';', lines.Select(line => line.Name));
        Text = string.Join('\n', [
            method, path, string.Join('&', pairs.Select(pair => $"{pair.Name}={pair.Value}")),
            .. lines.Select(line => $"{line.Name}:{line.Value}"), string.Empty, SignedHeaders, payloadHash,
        ]);
    }

    public string SignedHeaders { get; }

    public string Text { get; }

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
