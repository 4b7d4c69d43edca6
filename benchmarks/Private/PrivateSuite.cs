using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Attestation.Binding;
using OpenGradient.Attestation.Emulated;
using OpenGradient.Attestation.Policies;
using OpenGradient.Attestation.Roots;
using OpenGradient.Attestation.Verdicts;
using OpenGradient.Benchmarks.Measuring;
using OpenGradient.Client;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Nodes;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Keys;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Signing;
using OpenGradient.PrivateRequests.Hpke;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;

namespace OpenGradient.Benchmarks.Private;

/// <summary>What sealing, opening and receipts add to a request over HTTP: the same bytes to an echo in plain HTTP are the baseline of the same run.</summary>
public sealed class PrivateSuite : BenchmarkSuite
{
    private const int Requests = 200;
    private const int WarmUp = 50;
    private const string EchoPath = "/echo";

    private static readonly Address Node = Address.Parse("0x00000000000000000000000000000000000000cc");
    private static readonly Hash32 Version = Keccak256.Hash("echo"u8);

    public override string Name => "private";

    public override string Description => "private requests over HTTP on this machine, beside the same bytes in plain HTTP";

    public override bool IsKept => true;

    public override async Task<IReadOnlyList<string>> KeepAsync(string repositoryRoot, BenchmarkReport report, CancellationToken cancellationToken) =>
        [await PrivatePage.WriteAsync(repositoryRoot, report, cancellationToken)];

    public override async Task<BenchmarkReport> RunAsync(string repositoryRoot, IProgress<string> progress, CancellationToken cancellationToken)
    {
        using var roots = EmulatedRoots.Generate();
        var key = PrivateKey.Generate();
        using var signer = new LocalSigner(key);
        using var gateway = Gateway(roots, key.PublicKey, signer);
        await using var host = await GatewayHost.StartAsync(new Uri("http://127.0.0.1:0"), gateway, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        await using var plain = await StartEchoAsync(cancellationToken);
        using var http = new HttpClient();
        var client = new PrivateClient(
            http,
            new PrivateClientOptions
            {
                Relay = host.Address,
                ChainId = new ChainId(31337),
                Hub = Node,
                Registry = Node,
                Policy = new AttestationPolicy { AllowEmulated = true },
                Anchors = TrustAnchors.Production.With(roots.Anchors),
            },
            TimeProvider.System);
        if (await client.ExamineAsync(Node, cancellationToken) is not NodeExamination.Trusted(var trusted))
            throw new InvalidOperationException("The gateway's evidence was refused.");

        List<BenchmarkRow> rows = [];
        foreach (var (name, size) in ((string, int)[])[("1 KiB", 1 << 10), ("64 KiB", 1 << 16), ("1 MiB", 1 << 20)])
        {
            progress.Report(name);
            // A question and what stands before it fill their bucket: one byte more would be sent as four times as many.
            var input = RandomNumberGenerator.GetBytes(size - (Padding.Questions[^1] - PrivateQuestion.MostInputBytes));
            var order = new PrivateOrder { VersionId = Version, Input = input, PriceCap = 1 };
            var echo = new Uri(new Uri(plain.Urls.First()), EchoPath);
            var (sealedMs, plainMs) = (new List<double>(), new List<double>());
            for (var i = 0; i < WarmUp + Requests; i++)
            {
                var started = Stopwatch.GetTimestamp();
                if (await client.AskAsync(trusted, order, cancellationToken: cancellationToken) is not PrivateOutcome.Answered(var answer) || answer.Output!.Value.Length != input.Length)
                    throw new InvalidOperationException("The gateway gave no answer.");
                var between = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(input);
                using var response = await http.PostAsync(echo, content, cancellationToken);
                if ((await response.Content.ReadAsByteArrayAsync(cancellationToken)).Length != input.Length)
                    throw new InvalidOperationException("The echo gave no answer.");
                if (i < WarmUp)
                    continue;
                sealedMs.Add(Stopwatch.GetElapsedTime(started, between).TotalMilliseconds);
                plainMs.Add(Stopwatch.GetElapsedTime(between).TotalMilliseconds);
            }

            // Of each pair, so that a machine that others use too changes it little; of the slowest there are too few for that.
            var ratio = At([.. plainMs.Zip(sealedMs, (theirs, ours) => theirs / ours)], 0.5);
            rows.Add(Row($"question and answer of {name}, median", sealedMs, plainMs, 0.5, ratio));
            rows.Add(Row($"question and answer of {name}, 99th percentile", sealedMs, plainMs, 0.99, ratio: null));
        }

        return new BenchmarkReport(
            Name, Machine.Describe("no peer"), rows,
            $"{Requests} requests of each kind, one after the other and by turns, over 127.0.0.1 without a relay: sealing, padding, opening, commitments, a signed receipt and all its checks. The model is an echo; the answer of 1 MiB is streamed in 65 parts.");
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The gateway disposes of its keys.")]
    private static RequestGateway Gateway(EmulatedRoots roots, PublicKey signingKey, LocalSigner signer)
    {
        var hpke = HpkeKeyPair.Generate();
        var binding = new KeyBinding { SigningKey = signingKey.ToUncompressed().AsMemory(1), HpkeKey = hpke.PublicKey, ChainId = 31337, Registry = Node, KeyEpoch = 1 };
        var made = new EmulatedAttester(roots, TimeProvider.System).Attest(TeeType.Tdx, binding.ToReportData());
        var keys = new GatewayKeys(new KeyEvidence { Kind = made.Kind, Evidence = made.Evidence, Collateral = made.Collateral, Binding = binding }, hpke, new Secp256k1ReceiptSigner(signer));
        return new RequestGateway(new GatewayOptions { Node = Node, Payee = () => Node, Hub = new HubDomain(new ChainId(31337), Node) }, keys, new Echo(), TimeProvider.System);
    }

    private static async Task<WebApplication> StartEchoAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.MapPost(EchoPath, async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
        });
        await application.StartAsync(cancellationToken);
        return application;
    }

    private static BenchmarkRow Row(string name, List<double> sealedMs, List<double> plainMs, double quantile, double? ratio)
    {
        var (ours, theirs) = (At(sealedMs, quantile), At(plainMs, quantile));
        return new BenchmarkRow(
            name, "ms", Math.Round(ours, 3), SpreadOf(sealedMs), Math.Round(theirs, 3), SpreadOf(plainMs), "plain HTTP", ratio is null ? null : Math.Round(ratio.Value, 3), Goal: null, Limit: null, Met: null);
    }

    private static double At(List<double> values, double quantile) => values.Order().ElementAt((int)(quantile * (values.Count - 1)));

    private static double SpreadOf(List<double> values) => Math.Round((At(values, 0.75) - At(values, 0.25)) / At(values, 0.5), 3);

    private sealed class Echo : IPrivateModels
    {
        public UInt256? PriceOf(Hash32 versionId) => 1;

        public async IAsyncEnumerable<ModelPart> AnswerAsync(Hash32 versionId, ReadOnlyMemory<byte> input, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return new ModelPart.Content(input);
        }
    }
}
