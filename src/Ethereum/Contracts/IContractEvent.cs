using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Contracts;

/// <summary>An event that a contract emitted, with its values: implemented by generated code.</summary>
public interface IContractEvent
{
    /// <summary>The log that emitting this event leaves.</summary>
    Log ToLog(Address emitter);
}

/// <summary>The same with what belongs to the event itself, for code that is written once for all events.</summary>
public interface IContractEvent<TSelf> : IContractEvent
    where TSelf : class, IContractEvent<TSelf>
{
    /// <summary>The first topic of its logs; null for an anonymous event.</summary>
    static abstract Hash32? SignatureTopic { get; }

    /// <summary>Reads a log; false when it is another event's, or malformed.</summary>
    static abstract bool TryDecode(Log log, [NotNullWhen(true)] out TSelf? decoded);
}

/// <summary>An error that a contract reverted with, with its arguments: implemented by generated code.</summary>
public interface IContractError
{
    /// <summary>The return data of a call that reverts with it.</summary>
    byte[] Encode();
}
