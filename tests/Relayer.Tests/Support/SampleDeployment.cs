using OpenGradient.Contracts.Deployments;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Relayer.Tests.Support;

/// <summary>A deployment that is nowhere.</summary>
internal static class SampleDeployment
{
    public static Deployment Make() => new()
    {
        ChainId = new ChainId(31337),
        IsDevelopment = true,
        Deployer = At(1),
        Factory = At(2),
        Salt = Hash32.Zero,
        Owners = new DeploymentOwners(At(3), At(4), [], [], 0),
        HubTerms = new HubTerms
        {
            DefaultWindow = 7_200,
            MinWindow = 60,
            MaxWindow = 604_800,
            AttestedHold = 3_600,
            ClaimTime = 120,
            ProvenClaimTime = 1_800,
            DeliveryTime = 604_800,
            MinBond = 1u,
            SignedLienFees = 100,
            AttestedLienFees = 20,
            FailureShare = 2_000,
        },
        CourtTerms = new CourtTerms(900, 3_600, 1u, 1u, 500, 100),
        KeyTerms = new KeyTerms(600, 3_600, 7_776_000),
        Contracts = new Dictionary<string, DeployedContract>(StringComparer.Ordinal)
        {
            [ContractNames.Hub] = Contract(10),
            [ContractNames.Models] = Contract(11),
            [ContractNames.Nodes] = Contract(12),
            [ContractNames.Court] = Contract(13),
            [ContractNames.Keys] = Contract(14),
        },
    };

    private static DeployedContract Contract(byte number) => new(At(number), new BlockNumber(0), Hash32.Zero, ReadOnlyMemory<byte>.Empty);

    private static Address At(byte number) => new([.. new byte[19], number]);
}
