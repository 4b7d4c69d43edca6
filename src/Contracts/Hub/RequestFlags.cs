using System.Diagnostics.CodeAnalysis;

namespace OpenGradient.Contracts.Hub;

/// <summary>What a request asks for beside.</summary>
[Flags]
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "The same word as in Solidity.")]
public enum RequestFlags : byte
{
    None = 0,

    /// <summary>Input and output are for an enclave and the requester only.</summary>
    Private = 1 << 0,

    /// <summary>The output may stay off the chain, and the answer is its commitment.</summary>
    OutputOffChain = 1 << 1,

    /// <summary>The bytes that come with the request say where the input is.</summary>
    InputAtUri = 1 << 2,

    /// <summary>Fee and tip come from the requester's account at the hub.</summary>
    FromAccount = 1 << 3,
}
