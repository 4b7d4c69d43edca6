using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Folders;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Backends;
using OpenGradient.Inference.Integer;
using OpenGradient.Inference.Tensors;
using OpenGradient.Relayer.Admission;
using OpenGradient.Relayer.Execution;
using OpenGradient.Relayer.Hosting;
using OpenGradient.Relayer.Jobs;
using OpenGradient.Relayer.Proving.Materials;
using OpenGradient.Relayer.Tests.Jobs;
using OpenGradient.Relayer.Tests.Support;
using OpenGradient.Relayer.Versions;
using OpenGradient.Support;
using OpenGradient.Support.Databases;

namespace OpenGradient.Relayer.Tests.Execution;

/// <summary>A sample model that was published, and requests to it: what is admitted is run, and what was answered is run again whatever the rules say by now.</summary>
public sealed class PreparerTests(SqliteFixture fixture) : IClassFixture<SqliteFixture>, IAsyncLifetime
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Input = Encoded();

    private readonly string _folder = Directory.CreateTempSubdirectory("preparer-").FullName;
    private readonly StillChain _chain = new();
    private RunTimes _times = null!;
    private OperationsScene _scene = null!;
    private OpenedBlobs _blobs = null!;
    private InputReader _inputs = null!;
    private Preparer _preparer = null!;

    public async ValueTask InitializeAsync()
    {
        _scene = await OperationsScene.OpenAsync(fixture);
        var (store, artifact) = (Path.Combine(_folder, "blobs"), await File.ReadAllBytesAsync(Repository.PathOf("models", "volatility", "model.ogq"), Stop));
        using (var content = new MemoryStream(artifact, writable: false))
            await new FolderBlobStore(store).PutAsync(content, Stop);
        _blobs = OpenedBlobs.Open(new BlobPlaces(Path.Combine(_folder, "cache"), 1 << 30, [store], []), TimeProvider.System);
        _inputs = new InputReader(_blobs.Reader, 1 << 20, mostFromStrangers: 1);
        _times = new RunTimes(_scene.Database, TimeProvider.System);
        _preparer = NewPreparer(kept: null);
        await PublishAsync(artifact);
    }

    private Preparer NewPreparer(KeptInputs? kept) => new(
        new AdmissionPolicy(), new AdmissionLimits { LeastSeconds = 20, LeastFee = 1_000u, Assurances = new HashSet<Assurance> { Assurance.Signed, Assurance.Proven } }, new PriceBoard(UInt256.Zero),
        new VersionShelf(_scene.Database, _blobs.Reader, ServedVersions.All, ArtifactLimits.Default), _inputs,
        new BackendChoice(new IntegerBackend(), new IntegerBackend(), new Dictionary<Hash32, IInferenceBackend>()), SampleDeployment.Make().HubTerms, SampleJobs.Us, _chain,
        TimeProvider.System, kept: kept, compute: new ComputePrices(600u, new Dictionary<Hash32, UInt256>()), times: _times);

    public async ValueTask DisposeAsync()
    {
        _inputs.Dispose();
        _blobs.Dispose();
        await _scene.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_is_admitted_is_run()
    {
        var answer = Assert.IsType<Preparation.Answered>(await _preparer.PrepareAsync(Asked(), Stop)).Answer;

        Assert.False(answer.IsFailure);
        Assert.Equal(Keccak256.Hash(answer.Output.Span), answer.OutputCommit);
    }

    [Fact]
    public async Task What_was_answered_is_run_again_though_it_would_not_be_admitted_any_more()
    {
        var first = Assert.IsType<Preparation.Answered>(await _preparer.PrepareAsync(Asked(), Stop)).Answer;
        // Its deadline has passed, and it pays less than is asked by now.
        _chain.Time = SampleJobs.Now + 10_000;
        var late = Asked() with { Ask = Asked().Ask with { Request = Asked().Ask.Request with { Fee = UInt256.One } } };
        Assert.IsType<Preparation.Refused>(await _preparer.PrepareAsync(late, Stop));

        var again = Assert.IsType<Preparation.Answered>(await _preparer.PrepareAsync(late with { Answer = first }, Stop)).Answer;

        Assert.Equal(first.OutputCommit, again.OutputCommit);
    }

    [Fact]
    public async Task What_takes_longer_to_run_than_its_fee_pays_for_waits_until_it_does_not()
    {
        // It pays 1000, and a second costs 600: two and the margin are too much.
        _times.Tell(SampleJobs.Request().VersionId, TimeSpan.FromSeconds(2));
        var delayed = Assert.IsType<Preparation.Delayed>(await _preparer.PrepareAsync(Asked(), Stop));
        Assert.Equal(WaitingFor.BetterTerms, delayed.Reason);
        Assert.Contains("1320", delayed.Details, StringComparison.Ordinal);

        for (var run = 0; run < 10; run++)
            _times.Tell(SampleJobs.Request().VersionId, TimeSpan.FromSeconds(1));

        Assert.IsType<Preparation.Answered>(await _preparer.PrepareAsync(Asked(), Stop));
    }

    [Fact]
    public async Task An_answer_whose_version_the_chain_has_lost_waits_for_its_return()
    {
        var answered = Asked().Answered();
        var lost = answered with { Ask = answered.Ask with { Request = answered.Ask.Request with { VersionId = Hash32.FromUInt256(9) } } };

        Assert.IsType<Preparation.Delayed>(await _preparer.PrepareAsync(lost, Stop));
        Assert.IsType<Preparation.Refused>(await _preparer.PrepareAsync(lost with { Answer = null }, Stop));
    }

    [Fact]
    public async Task An_input_that_was_served_once_is_kept_for_whoever_proves_its_answer()
    {
        var kept = new KeptInputs(_scene.Database);
        var job = Asked();
        using (var content = new MemoryStream(Input, writable: false))
            await new FolderBlobStore(Path.Combine(_folder, "blobs")).PutAsync(content, Stop);
        job = job with
        {
            Brought = Encoding.UTF8.GetBytes($"{BlobHash.Of(Input)}"),
            Ask = job.Ask with { Request = job.Ask.Request with { Flags = (byte)RequestFlags.InputAtUri, Assurance = (byte)Assurance.Proven } },
        };
        await _scene.AddJobAsync(1, JobEnd.None);

        Assert.IsType<Preparation.Answered>(await NewPreparer(kept).PrepareAsync(job, Stop));
        Assert.Equal(Input, (await kept.FindAsync(job, Stop))?.ToArray());

        // Where there is no room it is not answered, and so not claimed.
        var full = Assert.IsType<Preparation.Delayed>(await NewPreparer(new KeptInputs(_scene.Database, mostBytes: 1)).PrepareAsync(job, Stop));
        Assert.Contains("kept", full.Details, StringComparison.Ordinal);
        // A signature needs no input later.
        var signed = job with { Ask = job.Ask with { Request = job.Ask.Request with { Assurance = (byte)Assurance.Signed } } };
        Assert.IsType<Preparation.Answered>(await NewPreparer(new KeptInputs(_scene.Database, mostBytes: 1)).PrepareAsync(signed, Stop));
    }

    private static Job Asked()
    {
        var open = SampleJobs.Open();
        return open with { Ask = open.Ask with { Request = open.Ask.Request with { InputCommit = Keccak256.Hash(Input) } }, Brought = Input };
    }

    private Task PublishAsync(byte[] artifact)
    {
        var model = Assert.IsType<IntegerReading.Accepted>(IntegerModel.Read(artifact, ArtifactLimits.Default)).Model;
        var published = new IModelRegistryContract.VersionPublishedEvent(
            Hash32.Zero, SampleJobs.Request().VersionId,
            new IModelRegistryContract.Version(
                1, 0, ArtifactSource.HashOf(artifact), model.Signature.Hash, Address.Zero,
                new IModelRegistryContract.Semantics((byte)SemanticsKind.Integer, model.Descriptor.Hash, Hash32.Zero, UInt256.Zero, UInt256.Zero), []));
        return _scene.ExecuteAsync(
            "INSERT INTO versions (version_id, model_id, status, published) VALUES (@VersionId, @ModelId, @Active, @Data)",
            new { published.VersionId, published.ModelId, Active = (int)VersionStatus.Active, Data = published.ToLog(Address.Zero).Data.ToArray() });
    }

    private static byte[] Encoded() =>
        TensorEncoding.TryEncode([new Tensor("input", DataType.Uint8, [16], Enumerable.Range(120, 16).Select(i => (byte)i).ToArray())], out var encoded) == TensorFault.None
            ? encoded
            : throw new InvalidOperationException("The input has no encoding.");
}
