using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.PrivateService.Answering;

/// <summary>
/// Gives a gateway fresh keys again and again, where nothing but the age of its evidence says that it is new: a Nitro document is taken for minutes, and keys that the register
/// does not know have nothing else to show. Each renewal is an epoch of its own, so that receipts name the evidence that their client has seen.
/// </summary>
/// <param name="attest">Makes keys of an epoch, with their evidence. They go to the gateway.</param>
/// <param name="rotate">Changes the gateway over to them.</param>
/// <param name="failed">Told why there are none this time. The former ones go on, for as long as clients take them.</param>
/// <param name="clock">Tells when.</param>
public sealed class KeyRenewal(Func<ulong, CancellationToken, Task<GatewayKeys>> attest, Action<GatewayKeys> rotate, Action<Exception> failed, TimeProvider clock)
{
    /// <summary>Clients take a document of five minutes unless they are told otherwise, and need some of those to ask.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(15);

    /// <summary>Whether evidence grows old by itself.</summary>
    public static bool IsNeeded(KeyEvidence evidence) => evidence.Kind == EvidenceKind.Nitro;

    /// <summary>Goes on until it is stopped.</summary>
    /// <param name="epoch">The epoch of the keys that the gateway has.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(ulong epoch, CancellationToken cancellationToken)
    {
        for (var wait = Every; ;)
        {
            await Task.Delay(wait, clock, cancellationToken);
            try
            {
                rotate(await attest(epoch + 1, cancellationToken));
                (epoch, wait) = (epoch + 1, Every);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                failed(failure);
                wait = AfterFailure;
            }
        }
    }
}
