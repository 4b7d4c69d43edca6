using OpenGradient.Cli.Up.Local;
using OpenGradient.Contracts;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Cli.Up.Scenes;

/// <summary>The network that scenes play on, and what most of them do.</summary>
internal sealed class SceneStage(LocalSystem system, SampleLibrary library, HubEvents events, IReadOnlyList<LocalNode> everyone, TimeProvider clock)
{
    /// <summary>How long most requests wait.</summary>
    public const ulong AnswerSeconds = 600;

    // An estimate would be for the block before, in which the deadline has not passed yet.
    private const ulong RefundGas = 500_000;

    private static readonly TimeSpan ClockPoll = TimeSpan.FromMilliseconds(200);

    public LocalSystem System => system;

    public SampleLibrary Library => library;

    public HubEvents Events => events;

    /// <summary>The nodes that run here.</summary>
    public IReadOnlyList<LocalNode> Everyone => everyone;

    /// <summary>Those that answer.</summary>
    public IReadOnlyList<LocalNode> Nodes { get; } = [.. everyone.Where(node => node.Answers)];

    /// <summary>Asks by the owner's account, without a callback.</summary>
    /// <param name="model">Whom.</param>
    /// <param name="input">What.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    /// <param name="fee">What is paid; the usual fee where it is not said.</param>
    /// <param name="seconds">How long it waits; long enough where it is not said.</param>
    /// <param name="assignee">Who alone may answer.</param>
    /// <param name="assurance">How strong the evidence must be.</param>
    public async Task<IHubContract.RequestedEvent> AskAsync(
        LocalModel model, ReadOnlyMemory<byte> input, CancellationToken cancellationToken, UInt256? fee = null, ulong seconds = AnswerSeconds, Address? assignee = null,
        Assurance assurance = Assurance.Signed)
    {
        var asked = await RequestAsync(model, input, fee ?? LocalSystem.Fee, seconds, assignee, callbackGas: 0, cancellationToken) with { Assurance = (byte)assurance };
        return Told(await system.Owner.SendAsync(system.Hub.PrepareRequestRequestBytes(asked, input), cancellationToken));
    }

    /// <summary>A request, as the hub takes it.</summary>
    public async Task<IHubContract.Request> RequestAsync(
        LocalModel model, ReadOnlyMemory<byte> input, UInt256 fee, ulong seconds, Address? assignee, uint callbackGas, CancellationToken cancellationToken)
    {
        var deadline = await NowAsync(cancellationToken) + seconds;
        return new IHubContract.Request(
            model.VersionId, (byte)Assurance.Signed, assignee ?? Address.Zero, assignee is null ? 0 : deadline, deadline, ChallengeWindow: 0, callbackGas,
            (byte)RequestFlags.None, QuorumValue: 0, fee, DeliveryTip: UInt256.Zero, MinLien: UInt256.Zero, Keccak256.Hash(input.Span), Hash32.Zero);
    }

    /// <summary>What the hub told of the request that a transaction made.</summary>
    public IHubContract.RequestedEvent Told(TransactionReceipt receipt) => AllTold(receipt)[0];

    /// <summary>The same of all requests that a transaction made, in their order.</summary>
    public IReadOnlyList<IHubContract.RequestedEvent> AllTold(TransactionReceipt receipt) =>
        [.. receipt.Logs.Where(log => log.Content.Address == system.Hub.Address && IHubContract.RequestedEvent.Matches(log.Content)).Select(log => IHubContract.RequestedEvent.Decode(log.Content))];

    /// <summary>Waits until the deadline has passed, and gives the fee back.</summary>
    public async Task<IHubContract.RefundedEvent> RefundAsync(IHubContract.RequestedEvent told, CancellationToken cancellationToken)
    {
        await PassAsync(told.Request.Deadline, cancellationToken);
        await system.Owner.SendAsync(system.Hub.PrepareRefund(AskOf(told)), cancellationToken, RefundGas);
        return await events.NextAsync<IHubContract.RefundedEvent>(told.RequestId, cancellationToken);
    }

    public static IHubContract.Ask AskOf(IHubContract.RequestedEvent told) => new(told.Request, told.Requester, told.Nonce);

    /// <summary>The time that the next block has at least.</summary>
    public async Task<ulong> NowAsync(CancellationToken cancellationToken) =>
        Math.Max(await system.Network.NowAsync(cancellationToken), (ulong)clock.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>Waits until the next block is later than this, by the chain's own word: its clock is not this machine's to the second.</summary>
    public async Task PassAsync(ulong time, CancellationToken cancellationToken)
    {
        while (await system.Hub.CallActiveTimeAsync(BlockTag.Pending, cancellationToken) <= time)
            await Task.Delay(ClockPoll, clock, cancellationToken);
    }
}
