using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using OpenGradient.Ethereum.Blocks;

namespace OpenGradient.Ethereum.Abi;

/// <summary>How a contract is created.</summary>
/// <param name="Inputs">The constructor's parameters.</param>
/// <param name="IsPayable">Whether creation may send ether along.</param>
public sealed record AbiConstructor(AbiType.Tuple Inputs, bool IsPayable);

/// <summary>The interface of a contract: what can be called, what it emits, and with what it reverts.</summary>
public sealed class ContractAbi
{
    private readonly FrozenDictionary<Selector, AbiFunction> _functionsBySelector;
    private readonly FrozenDictionary<Selector, AbiError> _errorsBySelector;

    /// <summary>Puts an interface together.</summary>
    public ContractAbi(
        IEnumerable<AbiFunction> functions, IEnumerable<AbiEvent> events, IEnumerable<AbiError> errors, AbiConstructor? constructor = null)
    {
        Functions = [.. functions];
        Events = [.. events];
        Errors = [.. errors];
        Constructor = constructor ?? new AbiConstructor(new AbiType.Tuple([]), IsPayable: false);
        _functionsBySelector = Functions.DistinctBy(f => f.Selector).ToFrozenDictionary(f => f.Selector);
        _errorsBySelector = Errors.DistinctBy(e => e.Selector).ToFrozenDictionary(e => e.Selector);
    }

    public IReadOnlyList<AbiFunction> Functions { get; }

    public IReadOnlyList<AbiEvent> Events { get; }

    public IReadOnlyList<AbiError> Errors { get; }

    /// <summary>How the contract is created; without parameters where none is declared.</summary>
    public AbiConstructor Constructor { get; }

    /// <summary>Whether calls that name no function are taken, and whether with ether; null when they revert.</summary>
    public StateMutability? Fallback { get; init; }

    /// <summary>Whether plain transfers of ether are taken.</summary>
    public bool HasReceive { get; init; }

    /// <summary>
    /// Reads an interface from JSON: the array that solc writes, or an artifact of Foundry or Hardhat with that array as <c>abi</c>. Throws
    /// <see cref="AbiException"/>.
    /// </summary>
    public static ContractAbi Parse(ReadOnlyMemory<byte> utf8Json) => AbiJson.Parse(utf8Json);

    /// <summary>The functions of this name: more than one if it is overloaded.</summary>
    public IEnumerable<AbiFunction> FunctionsNamed(string name) =>
        Functions.Where(f => string.Equals(f.Name, name, StringComparison.Ordinal));

    /// <summary>The function that calldata calls; null when there is none.</summary>
    public AbiFunction? FunctionOf(ReadOnlySpan<byte> calldata) =>
        calldata.Length >= Selector.ByteLength
            ? _functionsBySelector.GetValueOrDefault(Selector.FromBytes(calldata[..Selector.ByteLength]))
            : null;

    /// <summary>
    /// The event and values of a log. Those with a signature come first; an anonymous one is tried where none matches, and then only the number
    /// of topics and the form of the data speak for it.
    /// </summary>
    public bool TryDecode(Log log, [NotNullWhen(true)] out AbiEvent? emitted, [NotNullWhen(true)] out AbiValue.Tuple? values)
    {
        foreach (var candidate in Events)
        {
            if (!candidate.IsAnonymous && candidate.TryDecode(log, out values))
            {
                emitted = candidate;
                return true;
            }
        }

        foreach (var candidate in Events)
        {
            if (candidate.IsAnonymous && candidate.TryDecode(log, out values))
            {
                emitted = candidate;
                return true;
            }
        }

        emitted = null;
        values = null;
        return false;
    }

    /// <summary>The custom error and its arguments behind a failed call; false when the reason is not one of this contract's errors.</summary>
    public bool TryDecode(RevertReason reason, [NotNullWhen(true)] out AbiError? error, [NotNullWhen(true)] out AbiValue.Tuple? arguments)
    {
        arguments = null;
        error = reason is RevertReason.Custom custom ? _errorsBySelector.GetValueOrDefault(custom.Selector) : null;
        if (error is not null && error.TryDecode(reason, out arguments))
            return true;

        error = null;
        return false;
    }
}
