using System.Text;
using OpenGradient.Blobs;
using OpenGradient.Blobs.Reading;
using OpenGradient.Cli.Chain;
using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Cli.Model.Storage;
using OpenGradient.Cli.Receipt;
using OpenGradient.Cli.Srs;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Contracts.Models;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Integer;
using OpenGradient.Prover;
using OpenGradient.Prover.Layout;
using OpenGradient.Prover.Proving;
using OpenGradient.Prover.Setup;
using OpenGradient.Prover.Statements;
using Spectre.Console;

namespace OpenGradient.Cli.Prove;

/// <summary>Proves the answer that stands behind a request, from what the chain tells and where blobs are: it takes nobody's word, and no key.</summary>
internal sealed class AnswerProving(ChainSession chain, BlobShelf shelf, IAnsiConsole screen, TimeProvider clock)
{
    private const int MaxInputBytes = 64 << 20;

    /// <summary>The answer of a request, or of the transaction that asked or settled one; a failure for people where nothing is to be proven of it.</summary>
    public async Task<AnswerToProve> FindAsync(string request, CancellationToken cancellationToken)
    {
        var hash = Hash32.TryParse(request, out var read) ? read : throw Usage("That is no request.", "Give 0x and 64 hexadecimal digits.");
        var reading = new ReceiptReading(chain);
        if (await reading.RequestsOfAsync(hash, cancellationToken) is not [var requestId])
            throw Usage("The transaction has no request, or several.", "Give a request's id.");
        var story = await reading.StoryAsync(requestId, from: null, cancellationToken);
        if (story is not { Settlement: { } settlement })
            throw Failed($"{requestId} has no answer yet.", $"`og receipt show {requestId}` tells when it has one.");
        if (story.Overturned is { IsCorrected: false })
            throw Failed("The answer was overturned.", "What is wrong cannot be proven.");
        if (settlement.OutputCommit == HubDomain.Failure)
            throw Failed("The answer is that the input cannot be run.", "No proof says so.");
        if (((RequestFlags)story.Requested.Request.Flags & RequestFlags.Private) != RequestFlags.None)
            throw Failed("The request is private.", "A proof reveals its input.");

        var versionId = story.Requested.Request.VersionId;
        var (_, version) = await VersionReference.Parse(versionId.ToString()).FindVersionAsync(ModelRegister.Of(chain), cancellationToken);
        return version.Kind == SemanticsKind.Integer && !version.Published.ProofVerifier.IsZero
            ? new AnswerToProve(story, settlement, version, new HubDomain(chain.Id, chain.Deployment.Hub).DigestOfRaise(requestId))
            : throw Failed($"The version {versionId} has no proofs.", "They are of integer models that were published with a commitment (`og model show`).");
    }

    /// <summary>Runs and proves it. What does not fit together is told apart, since each has another remedy.</summary>
    public async Task<ProvenAnswer> ProveAsync(AnswerToProve answer, string setupFile, ProofForm? form, CancellationToken cancellationToken)
    {
        var setup = await SrsFiles.ReadAsync(setupFile, cancellationToken);
        var verifier = new ProofVerifierContract(chain.Client, answer.Version.Published.ProofVerifier);
        byte[] tau = [.. (await verifier.CallTauAsync(cancellationToken: cancellationToken)).SelectMany(word => word.ToBigEndian())];
        if (!tau.AsSpan().SequenceEqual(setup.Verifier.Tau.AsSpan()))
            throw Usage($"{setupFile} is not the setup of the verifier {verifier.Address}.", "Take the one whose label and [τ]₂ are the verifier's (`og srs info`).");

        var (model, input) = (await ModelAsync(answer, cancellationToken), await InputAsync(answer, cancellationToken));
        var work = Work.OnAllCores(cancellationToken);
        var committed = await CommitAsync(model, setup, work);
        if (committed.ProofCommitment != answer.Version.Published.Semantics.ProofCommitment)
        {
            throw Failed(
                $"The artifact's commitment is {committed.ProofCommitment}, and {answer.Version.Published.Semantics.ProofCommitment} was published.",
                "Nothing that was run can be proven by it: tell the version's publisher.");
        }

        var inference = new InferenceToProve(ProveCommand.BytesOf(input, committed), answer.Digest);
        var powers = Math.Min((int)await verifier.CallPowerCountAsync(cancellationToken: cancellationToken), setup.Verifier.Powers.Length);
        var made = await FormProving.ProveAsync(
            committed, answer.Context(chain.Id), [inference], form, VerifierSetup.LongColumnsOf(powers), screen, clock, cancellationToken);
        var proof = made.Proof;
        screen.MarkupLineInterpolated($"[grey]proven[/] in {made.Took.TotalMilliseconds:0} ms, {proof.Bytes.Length} bytes");
        return proof.Statements[0] == answer.Statement
            ? new ProvenAnswer(made, setup.Verifier.Origin)
            : throw Failed(
                $"The answer is wrong: the model gives {proof.Statements[0].OutputCommit}, and {answer.Settlement.OutputCommit} stands.",
                "A relayer that verifies and has the setup overturns it by a proof, while it is not final (docs/verifying.md).");
    }

    private static async Task<CommittedModel> CommitAsync(IntegerModel model, ProvingSetup setup, Work work)
    {
        try
        {
            return await Task.Run(() => CommittedModel.Create(model, setup, work), work.CancellationToken);
        }
        catch (CommitmentException failure)
        {
            throw Failed(failure.Message, "Take a setup with more powers.");
        }
    }

    private async Task<IntegerModel> ModelAsync(AnswerToProve answer, CancellationToken cancellationToken)
    {
        var published = answer.Version.Published;
        var bytes = await FetchAsync(
            new BlobRequest(new BlobHash(published.ArtifactHash)) { Uris = published.Uris, MaxBytes = ArtifactLimits.Default.MaxBytes }, "artifact", cancellationToken);
        return IntegerModel.Read(bytes, ArtifactLimits.Default) switch
        {
            IntegerReading.Accepted(var model) => model,
            IntegerReading.Refused(_, var detail) => throw Failed($"The artifact is no integer model that nodes run: {detail}", "Tell the version's publisher."),
            _ => throw new InvalidOperationException("There is a reading that is not known."),
        };
    }

    // Encoded, as the request commits to it: with the request, or where the request says.
    private async Task<byte[]> InputAsync(AnswerToProve answer, CancellationToken cancellationToken)
    {
        var asked = answer.Story.Requested;
        var input = asked.Input.ToArray();
        if (((RequestFlags)asked.Request.Flags & RequestFlags.InputAtUri) != RequestFlags.None)
        {
            var places = Encoding.UTF8.GetString(input).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (places.Length == 0 || !BlobHash.TryParse(places[0], out var hash))
                throw Failed("The request does not say where its input is.", "Nobody can run it.");
            input = (await FetchAsync(new BlobRequest(hash) { Uris = places[1..], MaxBytes = MaxInputBytes }, "input", cancellationToken)).ToArray();
        }

        return Keccak256.Hash(input) == asked.Request.InputCommit
            ? input
            : throw Failed("What is there is not the input that the request commits to.", "Nobody can run it.");
    }

    private async Task<ReadOnlyMemory<byte>> FetchAsync(BlobRequest request, string what, CancellationToken cancellationToken)
    {
        var reading = await shelf.ReadAsync(request, cancellationToken);
        if (reading is not BlobReading.Found(var blob, _))
            throw Failed($"The {what} cannot be had. {reading.Explanation}", "Name other places in OG_BLOB_FOLDER, OG_BLOB_GATEWAYS or OG_BLOB_IPFS_GATEWAY.");
        using (blob)
            return await blob.ReadAllAsync(checked((int)request.MaxBytes), cancellationToken);
    }

    private static ExpectedFailureException Usage(string problem, string remedy) => new(ExitCode.Usage, problem, remedy);

    private static ExpectedFailureException Failed(string problem, string remedy) => new(ExitCode.Failed, problem, remedy);
}

/// <summary>An answer that stands, of a version that has proofs.</summary>
/// <param name="Story">What the hub has told of the request.</param>
/// <param name="Settlement">What the hub keeps the hash of.</param>
/// <param name="Version">The version that was asked.</param>
/// <param name="Digest">What the proof absorbs in place of a receipt.</param>
internal sealed record AnswerToProve(RequestStory Story, IHubContract.Settlement Settlement, VersionEntry Version, Hash32 Digest)
{
    /// <summary>What the hub will ask the verifier.</summary>
    public ProofStatement Statement => new(Version.Published.Semantics.ProofCommitment, Story.Requested.Request.InputCommit, Settlement.OutputCommit, Digest);

    /// <summary>Where the proof holds.</summary>
    public ProofContext Context(ChainId chainId) => new(chainId, Version.Published.ProofVerifier);
}

/// <param name="Made">The proof.</param>
/// <param name="Setup">By which setup.</param>
internal sealed record ProvenAnswer(FormedProof Made, SetupOrigin Setup);
