using System.Collections.Concurrent;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Backends.Http;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Backends.KServe;

/// <summary>
/// Runs versions on a server that speaks KServe's protocol. That the server's model is the published artifact is the word of whoever runs it, so that its
/// owner must be the node's; its inputs and outputs are compared before the first question.
/// </summary>
/// <param name="client">Must not follow redirects: an answer comes from where it was asked for.</param>
/// <param name="options">Where the server is, and what it calls the versions.</param>
/// <param name="time">The clock of the limits.</param>
public sealed class KServeBackend(HttpClient client, KServeOptions options, TimeProvider time) : IInferenceBackend
{
    private readonly KServeOptions _options = options.Validated();
    private readonly ServerCall _server = new(client, TimeSpan.FromMilliseconds(options.TimeLimitMs), time);
    private readonly ConcurrentDictionary<Hash32, ServedModel> _checked = [];

    public string Name => "kserve";

    /// <summary>Whether the server says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.Address, "v2/health/ready"));
        return (await _server.SendAsync(request, KServeWire.MaxHeadBytes, header: null, cancellationToken)).Answer is not null;
    }

    public async Task<InferenceOutcome> InferAsync(LoadedVersion version, IReadOnlyList<Tensor> inputs, CancellationToken cancellationToken)
    {
        if (TensorRules.Arrange(version.Signature, inputs, out var arranged) is { } failed)
            return failed;
        if (await WarmUpAsync(version, cancellationToken) is { } unavailable)
            return unavailable;

        using var content = KServeWire.Write(version.Signature, arranged);
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(_options.Models[version.Id], "/infer")) { Content = content };
        var (answer, refusal) = await _server.SendAsync(request, (long)_options.MaxAnswerBytes + KServeWire.MaxHeadBytes, KServeWire.HeadLength, cancellationToken);
        if (answer is null)
            return refusal!;
        return KServeWire.TryRead(version.Signature, answer.Header, answer.Body, out var outputs) is { } fault
            ? new InferenceOutcome.Unavailable(UnavailableReason.AnswerInvalid, IsRetryable: true, fault)
            : TensorRules.Judge(version, outputs);
    }

    /// <summary>Asks, once per version, whether the server has the model and calls its inputs and outputs as the signature does.</summary>
    public async Task<InferenceOutcome.Unavailable?> WarmUpAsync(LoadedVersion version, CancellationToken cancellationToken)
    {
        if (!_options.Models.TryGetValue(version.Id, out var model))
            return new(UnavailableReason.NotSupported, IsRetryable: false, "No server is configured for this version.");
        if (_checked.ContainsKey(version.Id))
            return null;

        using var ready = new HttpRequestMessage(HttpMethod.Get, AddressOf(model, "/ready"));
        var (isReady, notReady) = await _server.SendAsync(ready, KServeWire.MaxHeadBytes, header: null, cancellationToken);
        if (isReady is null)
            return AboutTheModel(notReady!);
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(model, string.Empty));
        var (metadata, refusal) = await _server.SendAsync(request, KServeWire.MaxHeadBytes, header: null, cancellationToken);
        if (metadata is null)
            return AboutTheModel(refusal!);
        if (KServeWire.FindDifference(version.Signature, metadata.Body) is { } difference)
            return new(UnavailableReason.ServerMissetUp, IsRetryable: true, difference);
        _checked[version.Id] = model;
        return null;
    }

    // No input was sent yet that could be to blame: Triton says 400 of a model that it does not have, or not yet.
    private static InferenceOutcome.Unavailable AboutTheModel(InferenceOutcome.Unavailable refusal) =>
        refusal.Reason == UnavailableReason.ServerRefused ? refusal with { Reason = UnavailableReason.ServerMissetUp, IsRetryable = true } : refusal with { IsRetryable = true };

    private Uri AddressOf(ServedModel model, string rest)
    {
        var version = model.Version is null ? string.Empty : $"/versions/{Uri.EscapeDataString(model.Version)}";
        return new Uri(_options.Address, $"v2/models/{Uri.EscapeDataString(model.Name)}{version}{rest}");
    }
}
