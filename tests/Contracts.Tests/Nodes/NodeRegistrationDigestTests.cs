using FsCheck.Fluent;
using OpenGradient.Contracts.Nodes;
using OpenGradient.Support;

namespace OpenGradient.Contracts.Tests.Nodes;

/// <summary>What a hot key signs, in C# and in the deployed register of nodes.</summary>
public sealed class NodeRegistrationDigestTests(DeployedChainFixture chain)
{
    private const int Samples = 100;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public Task Agrees_with_the_register_on_registrations_of_any_content() => RandomData.ForEachAsync(
        from node in RandomData.Addresses
        from nodeOperator in RandomData.Addresses
        from deadline in RandomData.Numbers(256)
        select (node, nodeOperator, deadline),
        Samples,
        async item => Assert.Equal(
            await new INodeRegistryContract(chain.Client, chain.Deployment.Nodes)
                .CallRegistrationDigestAsync(item.node, item.nodeOperator, item.deadline, cancellationToken: Stop),
            NodeRegistrationDigest.Of(chain.Deployment.ChainId, chain.Deployment.Nodes, item.node, item.nodeOperator, item.deadline)));
}
