using OpenGradient.Cli.Model.Catalogue;
using OpenGradient.Contracts.Hub;
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

    public string Reference => $"{Model.Reference}@{Version.Number}";
}
