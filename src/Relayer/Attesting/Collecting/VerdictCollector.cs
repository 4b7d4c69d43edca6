using System.Net.Http.Headers;
using System.Text.Json;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Relayer.Attesting.Judging;

namespace OpenGradient.Relayer.Attesting.Collecting;

/// <summary>
/// Asks all attesters at once and goes on as soon as enough have signed: who is slow, silent or lies is outlasted. What an attester says about itself counts for
/// nothing: its signature over our own registration says who it is, and the register whether that is an attester.
/// </summary>
public sealed class VerdictCollector(IReadOnlyList<Uri> attesters, HttpClient client, TimeSpan limit, TimeProvider clock)
{
    public const string Path = "v1/verdicts";

    private const int ShownReasons = 3;
    private const int ShownLetters = 200;

    /// <param name="claim">What is claimed.</param>
    /// <param name="digest">What is to be signed.</param>
    /// <param name="threshold">How many signatures are enough.</param>
    /// <param name="isAttester">Asks the register.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task<CollectedVerdicts> CollectAsync(
        KeyClaim claim, Hash32 digest, int threshold, Func<Address, CancellationToken, Task<bool>> isAttester, CancellationToken cancellationToken)
    {
        var message = JsonSerializer.SerializeToUtf8Bytes(ClaimMessage.Of(claim), AttestingJson.Default.ClaimMessage);
        using var enough = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        var asked = attesters.Select(attester => (Attester: attester, Answer: AskAsync(attester, message, digest, isAttester, either.Token))).ToList();
        SortedDictionary<Address, AttesterAnswer.Given> given = [];
        List<string> others = [];
        await foreach (var answered in Task.WhenEach(asked.Select(one => one.Answer)).WithCancellation(CancellationToken.None))
        {
            var answer = await answered;
            var who = asked.Find(one => one.Answer == answered).Attester.Authority;
            if (answer is AttesterAnswer.Given signed)
            {
                if (!given.TryAdd(signed.Attester, signed))
                    others.Add($"{who}: it signs as one who has signed already");
            }
            else
            {
                others.Add($"{who}: {WordsOf(answer)}");
            }

            // The others' answers come at once then, cut short.
            if (given.Count >= threshold)
                await enough.CancelAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new CollectedVerdicts([.. given.Values], others);
    }

    private static string WordsOf(AttesterAnswer answer) => answer switch
    {
        AttesterAnswer.Refused(var reasons) => $"refuses: {reasons}",
        AttesterAnswer.Worthless(var details) => details,
        AttesterAnswer.Silent(var details) => details,
        _ => throw new InvalidOperationException("There is an answer of attesters that has no words."),
    };

    private async Task<AttesterAnswer> AskAsync(
        Uri attester, byte[] message, Hash32 digest, Func<Address, CancellationToken, Task<bool>> isAttester, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(attester, Path));
            request.Content = new ByteArrayContent(message) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            if (!response.IsSuccessStatusCode)
                return new AttesterAnswer.Worthless($"answers with {(int)response.StatusCode}");
            await using var body = await response.Content.ReadAsStreamAsync(stop);
            var bytes = new byte[VerdictMessage.MaxBytes + 1];
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, stop);
            if (length > VerdictMessage.MaxBytes)
                return new AttesterAnswer.Worthless("answers with more than a verdict");
            return JsonSerializer.Deserialize(bytes.AsSpan(0, length), AttestingJson.Default.VerdictMessage) is { } verdict
                ? await JudgeAsync(verdict, digest, isAttester, stop)
                : new AttesterAnswer.Worthless("answers with nothing");
        }
        catch (JsonException)
        {
            return new AttesterAnswer.Worthless("answers with something else than a verdict");
        }
        catch (RpcException failure)
        {
            return new AttesterAnswer.Silent($"the register was not asked about it: {failure.Message}");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return new AttesterAnswer.Silent("cannot be reached, or was too slow");
        }
    }

    private static async Task<AttesterAnswer> JudgeAsync(
        VerdictMessage verdict, Hash32 digest, Func<Address, CancellationToken, Task<bool>> isAttester, CancellationToken stop)
    {
        if (!verdict.Accepted)
            return new AttesterAnswer.Refused(Shorten(string.Join("; ", verdict.Reasons.Take(ShownReasons))));
        var bytes = new byte[Signature.ByteLength];
        if (!Hex.TryDecode(verdict.Signature, bytes) || !Signature.TryParse(bytes, out var signature) || !Secp256k1.TryRecoverAddress(digest, signature, out var signer))
            return new AttesterAnswer.Worthless("accepts, and signs nothing");
        // Over anything else it recovers to somebody who is no attester.
        return await isAttester(signer, stop)
            ? new AttesterAnswer.Given(signer, signature)
            : new AttesterAnswer.Worthless("signs as no attester of the register, or something else than was asked");
    }

    // A stranger's words go into logs and pages: not many, and nothing but plain letters.
    private static string Shorten(string text) =>
        new([.. text.Take(ShownLetters).Select(letter => char.IsAscii(letter) && !char.IsControl(letter) ? letter : '?')]);
}
