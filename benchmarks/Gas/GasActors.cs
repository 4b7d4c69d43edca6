namespace OpenGradient.Benchmarks.Gas;

/// <summary>Who does what, by the numbers of the public development accounts.</summary>
internal static class GasActors
{
    /// <summary>How many of them have Ether.</summary>
    public const int Funded = 12;

    /// <summary>Deployed everything, publishes the models, operates the nodes, attests.</summary>
    public const int Owner = 0;

    /// <summary>A node of all roles that answers all the time.</summary>
    public const int BusyNode = 1;

    /// <summary>A node that has never answered.</summary>
    public const int FreshNode = 2;

    public const int Requester = 3;

    public const int Challenger = 4;

    /// <summary>The first of those that committees are drawn from; some are members of quorums too.</summary>
    public const int FirstVerifier = 5;

    public const int Verifiers = 5;

    /// <summary>The busy node's enclave, which only signs.</summary>
    public const int Enclave = 20;

    /// <summary>Who is paid for what the busy node does, and who for the others.</summary>
    public const int BusyPayee = 21;

    public const int OtherPayee = 22;
}
