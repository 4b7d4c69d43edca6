using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Contracts.Hub;
using OpenGradient.Ethereum.Crypto;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Cli.Request;

/// <summary>What is asked, read off the command line.</summary>
internal sealed record RequestOrder
{
    public required ModelEntry Model { get; init; }

    public required VersionEntry Version { get; init; }

    /// <summary>The bytes that the request commits to.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    public required UInt256 Fee { get; init; }

    /// <summary>How long it waits for an answer.</summary>
    public required TimeSpan Time { get; init; }

    public required Assurance Assurance { get; init; }

    /// <summary>Who alone may answer for a time; null for anyone.</summary>
    public Address? Assignee { get; init; }

    /// <summary>What the input is committed to with, where it goes to the node alone; null where it goes with the request.</summary>
    public Hash32? PrivateSalt { get; init; }

    /// <summary>What the request commits to.</summary>
    public Hash32 InputCommit => PrivateSalt is { } salt ? PrivateCommitment.Of(salt, Input.Span) : Keccak256.Hash(Input.Span);

    public string Reference => $"{Model.Reference}@{Version.Number}";
}
