using System.Net;
using System.Net.Http.Headers;
using System.Text;
using OpenGradient.Client.Answers;
using OpenGradient.Client.Tests.World;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.PrivateRequests.Messages;
using OpenGradient.PrivateService.Answering;
using OpenGradient.Support;

namespace OpenGradient.Client.Tests;

/// <summary>From the client through the relay to the gateway and its model, and back.</summary>
public sealed class PrivateRequestTests
{
    private static readonly byte[] Secret = Encoding.UTF8.GetBytes("the patient's name is on line seven");

    [Fact]
    public async Task A_real_model_answers_and_its_receipt_speaks_for_the_answer()
    {
        var version = RealVersion();
        await using var world = await PrivateWorld.StartAsync(new BackendModels([new ServedModel(version, new IntegerBackend(), 7)]));
        var input = Quantised();

        var outcome = await world.AskAsync(input, order => order with { VersionId = version.Id });

        var answer = Assert.IsType<PrivateOutcome.Answered>(outcome).Answer;
        var direct = Assert.IsType<CanonicalOutcome.Answered>(await new IntegerBackend().InferEncodedAsync(version, input, TestContext.Current.CancellationToken));
        Assert.Equal(direct.Output.ToArray(), answer.Output!.Value.ToArray());
        Assert.Equal((PrivateWorld.Node, PrivateWorld.Payee, (byte)Assurance.Attested), (answer.Receipt.Node, answer.Receipt.Payee, answer.Receipt.Assurance));
        Assert.Equal(PrivateCommitment.Of(answer.OutputSalt, direct.Output.Span), answer.Receipt.OutputCommit);
        Assert.NotEqual(TensorCommitment.Public(direct.Output.Span), answer.Receipt.OutputCommit);
    }

    [Fact]
    public async Task An_input_that_cannot_be_run_gets_a_receipt_that_says_so()
    {
        var version = RealVersion();
        await using var world = await PrivateWorld.StartAsync(new BackendModels([new ServedModel(version, new IntegerBackend(), 7)]));

        var outcome = Assert.IsType<PrivateOutcome.CannotRun>(await world.AskAsync("no tensors"u8.ToArray(), order => order with { VersionId = version.Id }));

        Assert.Equal((HubDomain.Failure, (ReadOnlyMemory<byte>?)null), (outcome.Answer.Receipt.OutputCommit, outcome.Answer.Output));
        Assert.Contains("NotAnEncoding", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public async Task Answers_come_in_parts_and_count_as_a_whole(int size)
    {
        byte[][] parts = [[1, 2, 3], new byte[size], [], [9]];
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels { Script = _ => [.. parts.Select(part => new ModelPart.Content(part))] });
        List<byte> arrived = [];
        var calls = 0;

        var outcome = await world.Client().AskAsync(
            await world.TrustAsync(), new PrivateOrder { VersionId = ScriptedModels.Version, Input = Secret, PriceCap = 100 }, part =>
            {
                arrived.AddRange(part.Span);
                calls++;
            },
            TestContext.Current.CancellationToken);

        var answer = Assert.IsType<PrivateOutcome.Answered>(outcome).Answer;
        Assert.Equal(parts.SelectMany(part => part), arrived);
        Assert.Equal(arrived, answer.Output!.Value.ToArray());
        Assert.True(calls >= 3);
    }

    [Fact]
    public async Task Nobody_on_the_way_and_no_log_has_content_or_an_address()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels { Script = input => [new ModelPart.Content(Encoding.UTF8.GetBytes("the reply is " + Encoding.UTF8.GetString(input.Span)))] });
        using var meddler = new Meddler();
        var outcome = Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Secret, handler: meddler));
        // Things that go wrong are logged too.
        await world.AskAsync(Secret, order => order with { PriceCap = 1 });
        await world.AskAsync(Secret, handler: new Meddler { Question = bytes => [.. bytes[..^1], 0] });
        await world.AskAsync(Secret, handler: new Meddler { Question = _ => Secret });
        using var stray = await world.Http.GetAsync(new Uri(world.Relay.Address, "/private/v1/nodes/0x1234"), TestContext.Current.CancellationToken);

        var all = string.Join('\n', world.Log.Lines);
        Assert.True(world.Log.Lines.Count >= 8, all);
        Assert.Contains(outcome.Answer.Receipt.RequestId.ToString(), all, StringComparison.Ordinal);
        foreach (var text in (string[])["patient", "line seven", "the reply is", Convert.ToHexString(Secret[..8]), Convert.ToBase64String(Secret[..9]), "127.0.0.1", "::1", "localhost"])
            Assert.DoesNotContain(text, all, StringComparison.OrdinalIgnoreCase);
        // The length of what was asked is none of theirs, either.
        Assert.DoesNotContain($" {Secret.Length} bytes", all, StringComparison.Ordinal);
        foreach (var bytes in meddler.Sent.Concat(meddler.Received))
        {
            Assert.True(bytes.AsSpan().IndexOf("patient"u8) < 0);
            Assert.True(bytes.AsSpan().IndexOf("the reply is"u8) < 0);
        }
    }

    [Fact]
    public async Task Questions_of_like_size_have_one_length_on_the_wire_and_so_have_their_answers()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        using var meddler = new Meddler();
        foreach (var length in (int[])[1, 57, 200])
            Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(new byte[length], handler: meddler));

        Assert.Single(meddler.Sent.Select(bytes => bytes.Length).Distinct());
        Assert.Single(meddler.Received.Select(bytes => bytes.Length).Distinct());
    }

    [Fact]
    public async Task A_request_that_is_sent_again_is_answered_once()
    {
        var models = new ScriptedModels();
        await using var world = await PrivateWorld.StartAsync(models);
        using var meddler = new Meddler();
        Assert.IsType<PrivateOutcome.Answered>(await world.AskAsync(Secret, handler: meddler));

        using var again = await PostAsync(world, meddler.Sent[^1]);
        using var direct = await PostAsync(world, meddler.Sent[^1], world.Gateway.Address);

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest, 1), (again.StatusCode, direct.StatusCode, models.Asked));
    }

    [Fact]
    public async Task Whatever_cannot_be_opened_gets_one_and_the_same_refusal()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        using var meddler = new Meddler();
        await world.AskAsync(Secret, handler: meddler);
        var sent = meddler.Sent[^1];
        byte[][] bodies = [sent, sent[..^1], sent[..200], [.. sent[..^1], (byte)(sent[^1] ^ 1)], [.. sent[..140], (byte)(sent[140] ^ 1), .. sent[141..]]];

        HashSet<string> answers = [];
        foreach (var body in bodies)
        {
            using var response = await PostAsync(world, body);
            answers.Add($"{(int)response.StatusCode} {string.Join(' ', response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date"))} {await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)}");
        }

        Assert.Contains("Refused.", Assert.Single(answers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AnswerRefusal.VersionUnknown)]
    [InlineData(AnswerRefusal.PriceCapTooLow)]
    [InlineData(AnswerRefusal.Busy)]
    [InlineData(AnswerRefusal.Unavailable)]
    [InlineData(AnswerRefusal.AnswerTooLarge)]
    public async Task A_node_that_gives_no_answer_says_why_to_the_client_alone(AnswerRefusal reason)
    {
        var models = new ScriptedModels
        {
            Script = reason switch
            {
                AnswerRefusal.AnswerTooLarge => _ => [new ModelPart.Content(new byte[5000])],
                _ => _ => [new ModelPart.Unavailable(reason)],
            },
        };
        await using var world = await PrivateWorld.StartAsync(models, options => options with { MostAnswerBytes = 4999 });

        var outcome = Assert.IsType<PrivateOutcome.Refused>(await world.AskAsync(Secret, order => reason switch
        {
            AnswerRefusal.VersionUnknown => order with { VersionId = Hash32.Zero },
            AnswerRefusal.PriceCapTooLow => order with { PriceCap = 99 },
            _ => order,
        }));

        Assert.Equal((PrivateRefusal.NodeRefused, reason), (outcome.Reason, outcome.ByNode));
        Assert.DoesNotContain(world.Log.Lines, line => line.Contains(reason.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_that_breaks_off_gives_no_answer_that_counts()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels { Script = _ => [new ModelPart.Content(new byte[10]), new ModelPart.CannotRun("too late")] });
        Assert.Equal(PrivateRefusal.NodeRefused, Assert.IsType<PrivateOutcome.Refused>(await world.AskAsync(Secret)).Reason);

        await using var throws = await PrivateWorld.StartAsync(new ScriptedModels { Script = _ => throw new InvalidOperationException("patient") });
        var outcome = Assert.IsType<PrivateOutcome.Refused>(await throws.AskAsync(Secret));
        Assert.True(outcome.Reason is PrivateRefusal.AnswerTruncated or PrivateRefusal.Unreachable or PrivateRefusal.AnswerNotAuthentic, $"{outcome}");
        Assert.DoesNotContain(throws.Log.Lines, line => line.Contains("patient", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_was_cut_changed_or_mixed_on_the_way_does_not_count()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels { Script = _ => [new ModelPart.Content(new byte[300]), new ModelPart.Content(new byte[300])] });
        using var meddler = new Meddler();
        // 32 bytes of nonce, then two chunks of 1024 + 16 with two bytes of length before each, and the last of 1 + 1024 + 16.
        const int Chunk = 2 + 1024 + 16;
        await Expect(PrivateRefusal.AnswerTruncated, answer => answer[..(32 + Chunk)]);
        await Expect(PrivateRefusal.AnswerTruncated, answer => answer[..20]);
        await Expect(PrivateRefusal.AnswerNotAuthentic, answer => answer[..^1]);
        await Expect(PrivateRefusal.AnswerNotAuthentic, answer => [.. answer[..32], .. answer[(32 + Chunk)..(32 + (2 * Chunk))], .. answer[32..(32 + Chunk)], .. answer[(32 + (2 * Chunk))..]]);
        await Expect(PrivateRefusal.AnswerNotAuthentic, answer => [.. answer[..32], .. answer[(32 + Chunk)..]]);
        await Expect(PrivateRefusal.AnswerNotAuthentic, _ => meddler.Received[0]);
        await Expect(PrivateRefusal.AnswerTooLarge, answer => [.. answer, .. new byte[20_000]]);

        async Task Expect(PrivateRefusal reason, Func<byte[], byte[]> change)
        {
            meddler.Answer = change;
            Assert.Equal(reason, Assert.IsType<PrivateOutcome.Refused>(await world.AskAsync(Secret, handler: meddler)).Reason);
        }
    }

    [Fact]
    public async Task Whatever_of_the_envelope_is_changed_on_the_way_nothing_is_answered()
    {
        var models = new ScriptedModels();
        await using var world = await PrivateWorld.StartAsync(models);
        using var meddler = new Meddler();
        for (var i = 0; i < PrivateEnvelope.Bytes; i += 4)
        {
            var at = i;
            meddler.Question = bytes => [.. bytes[..at], (byte)(bytes[at] ^ 1), .. bytes[(at + 1)..]];
            Assert.IsType<PrivateOutcome.Refused>(await world.AskAsync(Secret, handler: meddler));
        }

        Assert.Equal(0, models.Asked);
    }

    [Fact]
    public async Task A_key_that_has_ended_is_told_and_one_that_is_draining_still_answers()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var old = await world.TrustAsync();
        var order = new PrivateOrder { VersionId = ScriptedModels.Version, Input = Secret, PriceCap = 100 };
        world.Gateway.Rotate(world.MakeKeys(2));

        var draining = Assert.IsType<PrivateOutcome.Answered>(await world.Client().AskAsync(old, order, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(1UL, draining.Answer.Receipt.KeyEpoch);
        Assert.Equal(2UL, (await world.TrustAsync()).KeyEpoch);
        world.Gateway.Rotate(world.MakeKeys(3));
        var ended = Assert.IsType<PrivateOutcome.Refused>(await world.Client().AskAsync(old, order, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(PrivateRefusal.KeyNotCurrent, ended.Reason);
        Assert.Throws<ArgumentException>(() => world.Gateway.Rotate(world.MakeKeys(3)));
    }

    [Fact]
    public async Task A_wrong_clock_is_told_from_everything_else()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        var late = new PrivateClient(world.Http, world.Options, new ManualTime());

        var outcome = Assert.IsType<PrivateOutcome.Refused>(await late.AskAsync(
            await world.TrustAsync(), new PrivateOrder { VersionId = ScriptedModels.Version, Input = Secret, PriceCap = 100 }, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(PrivateRefusal.ClockWrong, outcome.Reason);
    }

    [Fact]
    public async Task What_is_too_long_is_not_sent()
    {
        await using var world = await PrivateWorld.StartAsync(new ScriptedModels());
        Assert.Equal(PrivateRefusal.InputTooLong, Assert.IsType<PrivateOutcome.Refused>(await world.AskAsync(new byte[PrivateQuestion.MostInputBytes + 1])).Reason);
    }

    private static async Task<HttpResponseMessage> PostAsync(PrivateWorld world, byte[] body, Uri? to = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(PrivateMedia.Request);
        return await world.Http.PostAsync(new Uri(to ?? world.Relay.Address, PrivateMedia.RequestsPath), content, TestContext.Current.CancellationToken);
    }

    private static LoadedVersion RealVersion()
    {
        var artifact = File.ReadAllBytes(Repository.PathOf("models", "volatility", "model.ogq"));
        var model = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(artifact, ArtifactLimits.Default)).Model;
        return new LoadedVersion(
            Keccak256.Hash("volatility"u8), ArtifactSource.HashOf(artifact), model.Signature, new VersionSemantics.Integer(model.Descriptor.Hash), new VersionBody.Integer(model));
    }

    private static byte[] Quantised() =>
        TensorEncoding.TryEncode([new Tensor("input", DataType.Uint8, [16], Enumerable.Range(120, 16).Select(i => (byte)i).ToArray())], out var encoded) == TensorFault.None
            ? encoded
            : throw new InvalidOperationException("The input has no encoding.");
}
