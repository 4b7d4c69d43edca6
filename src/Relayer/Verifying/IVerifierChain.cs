using OpenGradient.Contracts;
using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Abi;
using OpenGradient.Ethereum.Contracts;
using OpenGradient.Ethereum.Primitives;
using OpenGradient.Ethereum.Rpc;

namespace OpenGradient.Relayer.Verifying;

/// <summary>What no event tells a verifier.</summary>
public interface IVerifierChain
{
    /// <summary>What we have at the court.</summary>
    Task<UInt256> BalanceAtCourtAsync(CancellationToken cancellationToken);

    /// <summary>Times and counts of a quorum.</summary>
    Task<IHubContract.Quorum> QuorumOfAsync(IHubContract.Ask ask, CancellationToken cancellationToken);

    /// <summary>The output that a member of a quorum has revealed in a transaction; null where it cannot be read there.</summary>
    Task<ReadOnlyMemory<byte>?> RevealedInAsync(Hash32 transactionHash, CancellationToken cancellationToken);
}

/// <summary>Asks the endpoints, one after another until one answers.</summary>
public sealed class VerifierChain(IReadOnlyList<EthereumClient> endpoints, Deployment deployment, Address node) : IVerifierChain
{
    public Task<UInt256> BalanceAtCourtAsync(CancellationToken cancellationToken) => AskAsync(
        client => new IChallengeCourtContract(client, deployment.Court).CallBalanceOfAsync(node, cancellationToken: cancellationToken).AsTask());

    public Task<IHubContract.Quorum> QuorumOfAsync(IHubContract.Ask ask, CancellationToken cancellationToken) => AskAsync(
        client => new IHubContract(client, deployment.Hub).CallQuorumOfAsync(ask, cancellationToken: cancellationToken).AsTask());

    public async Task<ReadOnlyMemory<byte>?> RevealedInAsync(Hash32 transactionHash, CancellationToken cancellationToken)
    {
        var found = await AskAsync(client => client.GetTransactionByHashAsync(transactionHash, cancellationToken));
        return found is not null && IHubContract.RevealAnswerCall.TryDecode(found.Input.Span, out var call)
            ? call.Submission.Output : (ReadOnlyMemory<byte>?)null;
    }

    private async Task<T> AskAsync<T>(Func<EthereumClient, Task<T>> ask)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await ask(endpoints[i]);
            }
            catch (Exception failure) when (failure is RpcException or ContractRevertedException or AbiException && i + 1 < endpoints.Count)
            {
                // The next one may know.
            }
        }
    }
}
