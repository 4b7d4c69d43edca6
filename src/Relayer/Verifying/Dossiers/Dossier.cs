using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Relayer.Chain;
using OpenGradient.Relayer.Jobs;

namespace OpenGradient.Relayer.Verifying.Dossiers;

/// <summary>
/// All that hub and court have told about one request, put in order. It is made anew from the logs whenever something is decided, so that a
/// reorganisation needs nothing more than other logs.
/// </summary>
public sealed record Dossier
{
    public required Hash32 RequestId { get; init; }

    /// <summary>What was asked; null while a reorganisation has taken it away.</summary>
    public IHubContract.Ask? Ask { get; init; }

    /// <summary>The bytes that came with the request.</summary>
    public ReadOnlyMemory<byte> Brought { get; init; }

    public IHubContract.Terms Terms { get; init; } = new([], []);

    public RequestView View { get; init; } = RequestView.Unknown;

    /// <summary>The answer as it was settled; null where there is none.</summary>
    public SettledAnswer? Answer { get; init; }

    public CaseView Case { get; init; } = CaseView.None;

    public QuorumView Quorum { get; init; } = QuorumView.None;

    /// <summary>How much of the lien the court took; zero where it took nothing.</summary>
    public UInt256 Slashed { get; init; }

    /// <summary>Whose challenge it was that the answer fell by; null where it stands.</summary>
    public Address? OverturnedBy { get; init; }

    /// <summary>Reads what was told, oldest first.</summary>
    public static Dossier Of(Hash32 requestId, IEnumerable<ToldLog> logs, Address hub, Address court) =>
        logs.Aggregate(
            new Dossier { RequestId = requestId },
            (dossier, told) =>
                told.Log.Address == hub ? dossier.AfterHub(told)
                : told.Log.Address == court ? dossier with { Case = dossier.Case.After(told) }
                : dossier);

    /// <summary>The bytes of the answer before the court, where anybody has shown them.</summary>
    public ReadOnlyMemory<byte>? AnswerBytes =>
        Case.ShownOutput is { } shown ? shown
        : Answer is { } answer && Keccak256.Hash(answer.Output.Span) == answer.Settlement.OutputCommit ? answer.Output
        // A plain null would become empty bytes here, which are something else.
        : (ReadOnlyMemory<byte>?)null;

    /// <summary>Whether the court takes the answer's bytes for known.</summary>
    public bool IsAnswerShown => Case.ShownOutput is not null || !Has(RequestFlags.OutputOffChain);

    public bool Has(RequestFlags flag) => Ask is { } ask && ((RequestFlags)ask.Request.Flags & flag) != RequestFlags.None;

    /// <summary>The request as the pipeline's parts take it. Only where it is known.</summary>
    public Job ToJob() => new()
    {
        RequestId = RequestId,
        Ask = Ask ?? throw new InvalidOperationException($"Nothing is told of {RequestId}."),
        Brought = Brought,
        Terms = Terms,
        View = View,
    };

    private Dossier AfterHub(ToldLog told)
    {
        var quorum = Quorum.After(told);
        if (!HubNews.TryRead(told.Log, out var news))
            return this with { Quorum = quorum };

        var next = this with { View = View.After(news), Quorum = quorum };
        return news switch
        {
            HubNews.Asked { Event: var asked } => next with { Ask = new IHubContract.Ask(asked.Request, asked.Requester, asked.Nonce), Brought = asked.Input },
            HubNews.Specified specified => next with { Terms = specified.Terms },
            HubNews.Settled { Event: var settled } => next with { Answer = new SettledAnswer(settled.Settlement, settled.Evidence, settled.Output) },
            HubNews.Raised raised when Answer is { } answer => next with { Answer = answer with { Settlement = raised.Settlement } },
            HubNews.Overturned overturned when IHubContract.OverturnedEvent.Decode(told.Log) is var fell =>
                next with { Slashed = fell.Slashed, OverturnedBy = fell.Challenger, Answer = AfterOverturning(overturned) },
            _ => next,
        };
    }

    private SettledAnswer? AfterOverturning(HubNews.Overturned overturned) =>
        overturned.IsCorrected ? new SettledAnswer(overturned.Settlement, ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty) : Answer;
}

/// <summary>One log, and where it stands.</summary>
/// <param name="Block">In which block.</param>
/// <param name="TransactionHash">In which transaction.</param>
/// <param name="Log">What was told.</param>
public sealed record ToldLog(BlockNumber Block, Hash32 TransactionHash, Log Log);

/// <summary>An answer that was settled.</summary>
/// <param name="Settlement">What the hub keeps the hash of.</param>
/// <param name="Evidence">What it was settled with.</param>
/// <param name="Output">Its bytes; empty where they stayed off the chain.</param>
public sealed record SettledAnswer(IHubContract.Settlement Settlement, ReadOnlyMemory<byte> Evidence, ReadOnlyMemory<byte> Output)
{
    /// <summary>What the evidence is about: stronger evidence that came later brought a receipt of its own.</summary>
    public IHubContract.Settlement Receipt { get; init; } = Settlement;
}
