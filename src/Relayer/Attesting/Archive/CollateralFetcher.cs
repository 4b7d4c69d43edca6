using System.Net.Http.Headers;
using System.Text;
using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Relayer.Attesting.Archive;

/// <summary>Asks vendors' services, and whatever stands in for them, for collateral. Nothing that they send is believed here: only its size and the time it takes are looked at.</summary>
public sealed class CollateralFetcher(HttpClient client, TimeSpan limit, TimeProvider clock)
{
    private const int MostIssuerLetters = 32 * 1024;

    // Intel sends the chain of the signer in a header, whose name says of what.
    private static readonly string[] IssuerHeaders =
        ["TCB-Info-Issuer-Chain", "SGX-TCB-Info-Issuer-Chain", "SGX-Enclave-Identity-Issuer-Chain", "SGX-PCK-CRL-Issuer-Chain", "SGX-PCK-Certificate-Issuer-Chain"];

    /// <summary>The file and, where there is one, its signer's chain; a reason where there is none.</summary>
    public async Task<(IReadOnlyList<CollateralFile> Files, string? Fault)> FetchAsync(CollateralSource source, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, source.Address);
        var (body, issuers, fault) = await AskAsync(question, CollateralFile.MaxBytes, cancellationToken);
        if (fault is not null)
            return ([], fault);
        List<CollateralFile> files = [new(source.Name, body)];
        if (issuers is not null)
            files.Add(new CollateralFile(source.IssuersName, issuers));
        return (files, null);
    }

    /// <summary>What a responder says to a question of OCSP; a reason where it says nothing.</summary>
    public async Task<(ReadOnlyMemory<byte> Answer, string? Fault)> AskAsync(Uri responder, ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Post, responder) { Content = new ReadOnlyMemoryContent(question) };
        asked.Content.Headers.ContentType = new MediaTypeHeaderValue("application/ocsp-request");
        var (body, _, fault) = await AskAsync(asked, OcspQuestion.MaxAnswerBytes, cancellationToken);
        return (body, fault);
    }

    private async Task<(ReadOnlyMemory<byte> Body, byte[]? Issuers, string? Fault)> AskAsync(HttpRequestMessage question, int mostBytes, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await client.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (!response.IsSuccessStatusCode)
                return (default, null, $"It answers with {(int)response.StatusCode}.");
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var bytes = new byte[mostBytes + 1];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, either.Token);
            if (length == 0 || length > mostBytes)
                return (default, null, length == 0 ? "It answers with nothing." : $"It answers with more than {mostBytes} bytes.");
            return (bytes.AsMemory(0, length), IssuersOf(response), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (default, null, late.IsCancellationRequested ? $"It took longer than {limit.TotalSeconds:0} seconds." : "It cannot be reached, or broke off.");
        }
    }

    private static byte[]? IssuersOf(HttpResponseMessage response)
    {
        foreach (var name in IssuerHeaders)
        {
            if (response.Headers.TryGetValues(name, out var values) && string.Concat(values) is { Length: <= MostIssuerLetters } chain)
                return Encoding.Latin1.GetBytes(Uri.UnescapeDataString(chain));
        }

        return null;
    }
}
