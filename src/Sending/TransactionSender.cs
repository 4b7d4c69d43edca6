using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenGradient.Database;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;
using OpenGradient.Ethereum.Signing;
using OpenGradient.Sending.Broadcasting;
using OpenGradient.Sending.Stages;
using OpenGradient.Sending.Storage;

namespace OpenGradient.Sending;

/// <summary>What one round did.</summary>
public enum Round
{
    /// <summary>Another replica sends with this key.</summary>
    NotHolder,

    /// <summary>Nothing more can be done before something happens.</summary>
    Idle,

    /// <summary>Orders were started or sent: there may be more to do at once.</summary>
    Busy,

    /// <summary>Some of what was sent was taken; the rest is to be sent again after a short wait.</summary>
    Partly,

    /// <summary>Nothing of what was sent was taken: it is to be sent again after a wait, which grows.</summary>
    Refused,
}

/// <summary>
/// Sends the orders of one key on one chain. Every step is stored before the side effect it describes, so that it can end at any line and
/// go on from there: it may run in several replicas, of which one at a time sends. This file is the table of contents; the folder Stages
/// has the steps.
/// </summary>
public sealed class TransactionSender : IAsyncDisposable
{
    private readonly SenderContext _context;
    private readonly TransactionQueue _queue;
    private readonly KeyLease _lease;
    private readonly ChainWatch _watch;
    private readonly Confirmer _confirmer;
    private readonly Finaliser _finaliser;
    private readonly Keeper _keeper;
    private readonly Launcher _launcher;
    private readonly Starter _starter;
    private readonly HashSet<EthereumClient> _checked = [];
    private Hash32? _followed;
    private bool _isReplaced;

    /// <param name="database">Where the orders are.</param>
    /// <param name="queue">The chain's orders.</param>
    /// <param name="signer">The key.</param>
    /// <param name="endpoints">Where transactions go.</param>
    /// <param name="options">How they are sent.</param>
    /// <param name="meter">Told what happens; of this key.</param>
    /// <param name="logger">Told what people should know.</param>
    /// <param name="clock">The time; the system's when null.</param>
    /// <param name="replica">Names this process among the replicas; a random name when null.</param>
    public TransactionSender(
        IDatabase database, TransactionQueue queue, ISigner signer, SendingEndpoints endpoints, SendingOptions options, SendingMeter meter,
        ILogger<TransactionSender>? logger = null, TimeProvider? clock = null, string? replica = null)
        : this(database, queue, signer, endpoints, options, meter, logger, clock, replica, static _ => Task.CompletedTask)
    {
    }

    internal TransactionSender(
        IDatabase database, TransactionQueue queue, ISigner signer, SendingEndpoints endpoints, SendingOptions options, SendingMeter meter,
        ILogger<TransactionSender>? logger, TimeProvider? clock, string? replica, Func<Boundary, Task> pass)
    {
        clock ??= TimeProvider.System;
        _queue = queue;
        _lease = new KeyLease(
            database, $"sending/{queue.Chain}/{signer.Address}", replica ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            options.Validated().LeaseLength, clock);
        var portions = new Portions();
        _context = new SenderContext(
            signer.Address, queue.Chain, new SendingStore(database, _lease, queue, signer.Address, clock), endpoints, options,
            new TransactionMaker(signer, queue.Chain), new Broadcaster(signer.Address, meter, portions), portions, meter, logger ?? NullLogger<TransactionSender>.Instance, clock)
        {
            Pass = pass,
        };
        _watch = new ChainWatch(_context);
        _confirmer = new Confirmer(_context);
        _finaliser = new Finaliser(_context);
        _launcher = new Launcher(_context);
        _keeper = new Keeper(_context, _launcher);
        _starter = new Starter(_context);
    }

    /// <summary>
    /// Sends until it is cancelled, whatever happens to endpoints and database. Throws at once where an endpoint is of another chain.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan pause;
            try
            {
                var round = await StepAsync(cancellationToken);
                _context.Meter.FailedRounds = failures = round switch { Round.Refused => failures + 1, Round.Partly => 1, _ => 0 };
                pause = failures > 0 ? PauseAfter(failures) : round == Round.NotHolder ? _context.Options.LeaseLength / 3 : _context.Options.HeadPoll;
                if (round == Round.Busy)
                    continue;
                if (failures == 0)
                {
                    await _queue.Ordered.WaitAsync(pause, _context.Clock, cancellationToken);
                    continue;
                }
            }
            catch (Exception failure) when (failure is RpcException or DatabaseException or LeaseLostException)
            {
                pause = PauseAfter(_context.Meter.FailedRounds = ++failures);
                _context.Meter.OnFailure(failure.GetType().Name);
                Log.RoundFailed(_context.Log, _context.Sender, pause, failure.Message);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is not WrongChainException)
            {
                pause = PauseAfter(_context.Meter.FailedRounds = ++failures);
                _context.Meter.OnFailure("unexpected");
                Log.RoundBroke(_context.Log, failure, _context.Sender, pause);
            }

            await Task.Delay(pause, _context.Clock, cancellationToken);
        }
    }

    /// <summary>One round, for hosts that have a loop of their own. Not to be called while <see cref="RunAsync"/> runs.</summary>
    public async Task<Round> StepAsync(CancellationToken cancellationToken)
    {
        if (!await _lease.HoldAsync(cancellationToken))
        {
            _context.Meter.OnNotHolder();
            return Round.NotHolder;
        }

        var view = await _watch.LookAsync(cancellationToken);
        try
        {
            await FollowAsync(view, cancellationToken);
        }
        catch (RpcException)
        {
            _watch.TurnAway();
            throw;
        }

        // What a crash left in progress comes first, and alone: no nonce is given out beside it.
        if (RoundOf(await _launcher.RunAsync(view, cancellationToken)) is var first and not Round.Busy)
            return first;
        return await _starter.RunAsync(view, cancellationToken) == 0 ? Round.Idle : RoundOf(await _launcher.RunAsync(view, cancellationToken));
    }

    /// <summary>Gives the key back, so that another replica need not wait.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _lease.ReleaseAsync(CancellationToken.None);
        }
        catch (DatabaseException failure)
        {
            Log.RoundFailed(_context.Log, _context.Sender, TimeSpan.Zero, failure.Message);
        }
    }

    // An endpoint that takes a part each time is slow, and no reason to wait ever longer.
    private static Round RoundOf(Launched launched) => launched switch
    {
        { Left: 0 } => Round.Busy,
        { Taken: > 0 } => Round.Partly,
        _ => Round.Refused,
    };

    private async Task FollowAsync(ChainView view, CancellationToken cancellationToken)
    {
        // A head counts as followed when all of this was done: what failed half-way is done again.
        _isReplaced |= view.IsReplaced;
        if (view.Head.Hash == _followed)
            return;

        await CheckChainAsync(cancellationToken);
        _context.Meter.OnHead(view.Balance, _context.Options.LowBalance);
        var missing = await _confirmer.RunAsync(view with { IsReplaced = _isReplaced }, cancellationToken);
        await _finaliser.RunAsync(view, missing, cancellationToken);
        await _keeper.RunAsync(view, cancellationToken);
        (_followed, _isReplaced) = (view.Head.Hash, false);
    }

    // Each endpoint once: bytes for one chain that are sent to another would be refused for good, or worse, taken.
    private async Task CheckChainAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in _context.Endpoints.All.Where(endpoint => !_checked.Contains(endpoint)))
        {
            if (!(await endpoint.TrySendAsync(Eth.ChainId(), cancellationToken)).TryGet(out var chain, out _))
                continue;
            if (chain != _context.Chain)
                throw new WrongChainException($"{endpoint.Endpoint} is of chain {chain}, and the orders are for {_context.Chain}.");
            _checked.Add(endpoint);
        }
    }

    private TimeSpan PauseAfter(int failures) => _context.Options.Backoff.After(failures, RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20));
}

/// <summary>An endpoint is of another chain than the orders: a mistake in the settings.</summary>
public sealed class WrongChainException(string message) : Exception(message);
