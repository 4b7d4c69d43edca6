using System.Collections.Immutable;
using System.Numerics;
using OpenGradient.Prover.Curves;
using OpenGradient.Prover.MultiScalar;
using OpenGradient.Prover.Pairings;

namespace OpenGradient.Prover.Setup;

/// <summary>Where a setup's secret came from.</summary>
public abstract record SetupOrigin
{
    /// <summary>What the labels of setups begin with whose secret somebody knows.</summary>
    public const string DevelopmentMark = "UNSAFE development";

    private SetupOrigin()
    {
    }

    /// <summary>Stands beside the setup wherever it is shown.</summary>
    public abstract string Label { get; }

    public static SetupOrigin FromLabel(string label) =>
        label.StartsWith(DevelopmentMark, StringComparison.Ordinal) ? new Development(label) : new Ceremony(label);

    /// <summary>Its secret is known: whoever knows it proves anything. Never for anything of value.</summary>
    public sealed record Development : SetupOrigin
    {
        internal Development(string label) => Label = label;

        public override string Label { get; }
    }

    /// <summary>Made by many, of whom one honest is enough.</summary>
    public sealed record Ceremony : SetupOrigin
    {
        internal Ceremony(string label) => Label = label;

        public override string Label { get; }
    }
}

/// <summary>What a verifier holds of a setup: [τ]₂, and [τ^(2^k)]₂ for k = 1, 2, … for proofs of the long form.</summary>
public sealed class VerifierSetup
{
    /// <summary>A verifier's table ends at 2^20 columns.</summary>
    public const int MaxPowers = 20;

    private readonly PreparedG2 _tau;
    private readonly PreparedG2[] _powers;

    internal VerifierSetup(SetupOrigin origin, in G2Affine tau, ReadOnlySpan<G2Affine> powers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(powers.Length, MaxPowers, nameof(powers));
        Origin = origin;
        _tau = new PreparedG2(tau);
        _powers = new PreparedG2[powers.Length];
        for (var i = 0; i < powers.Length; i++)
            _powers[i] = new PreparedG2(powers[i]);
        Tau = [.. tau.ToBytes()];
        Powers = [.. _powers.Select(power => power.Point.ToBytes().ToImmutableArray())];
    }

    public SetupOrigin Origin { get; }

    /// <summary>[τ]₂ as the precompile at 0x08 takes it.</summary>
    public ImmutableArray<byte> Tau { get; }

    /// <summary>[τ²]₂, [τ⁴]₂, [τ⁸]₂, …, in the same form.</summary>
    public ImmutableArray<ImmutableArray<byte>> Powers { get; }

    /// <summary>The most columns of long proofs that a verifier checks with this table.</summary>
    public int LongColumns => LongColumnsOf(_powers.Length);

    /// <summary>The same with so many powers: 2 to the power of their number, or none.</summary>
    public static int LongColumnsOf(int powers) => powers == 0 ? 0 : 1 << powers;

    internal static PreparedG2 PreparedOne { get; } = new(G2Affine.Generator);

    internal PreparedG2 PreparedTau => _tau;

    /// <summary>[τ^C]₂ for a power of two, or null where the table ends before.</summary>
    internal PreparedG2? PreparedPower(int columns)
    {
        var log = BitOperations.Log2((uint)columns);
        return log >= 1 && log <= _powers.Length ? _powers[log - 1] : null;
    }

    /// <summary>
    /// Takes a setup that others wrote; gives what is wrong with it, or null. Each point must be on the curve, in the group and not infinity, and the powers those of τ:
    /// against a power of another number, of which its author knows the logarithm, long proofs of false answers hold.
    /// </summary>
    /// <param name="label">Whose it is.</param>
    /// <param name="tau">[τ]₂.</param>
    /// <param name="powers">[τ^(2^k)]₂ for k = 1, 2, ….</param>
    /// <param name="witnesses">As many [τ^(2^k)]₁ for k = 0, 1, …, which show that the powers are what they should be.</param>
    /// <param name="setup">Null where something is wrong.</param>
    public static string? TryCreate(
        string label, ReadOnlySpan<byte> tau, IReadOnlyList<ReadOnlyMemory<byte>> powers, IReadOnlyList<ReadOnlyMemory<byte>> witnesses, out VerifierSetup? setup)
    {
        setup = null;
        if (label.Length == 0)
            return "It has no label, which says whose it is.";
        if (powers.Count > MaxPowers || witnesses.Count > MaxPowers)
            return $"It has more than {MaxPowers} powers.";
        var table = new G2Affine[powers.Count + 1];
        for (var i = 0; i < table.Length; i++)
        {
            var bytes = i == 0 ? tau : powers[i - 1].Span;
            if (bytes.Length != G2Affine.ByteLength || !G2Affine.TryRead(bytes, out table[i]) || table[i].IsInfinity)
                return "A point of G₂ is missing, is none, or is infinity.";
        }

        var shown = new G1Affine[witnesses.Count];
        for (var i = 0; i < shown.Length; i++)
        {
            if (witnesses[i].Length != G1Affine.ByteLength || !G1Affine.TryRead(witnesses[i].Span, out shown[i]))
                return "A point of G₁ is missing, or is none.";
        }

        if (SetupCheck.FindFaultOfTable(table, shown) is { } fault)
            return fault;
        setup = new VerifierSetup(SetupOrigin.FromLabel(label), table[0], table.AsSpan(1));
        return null;
    }
}

/// <summary>What a prover holds of a setup: [τ^i] for i = 0, 1, …, and what verifiers hold.</summary>
public sealed class ProvingSetup
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WeakReference<PointMultiples>> _multiples = [];

    internal ProvingSetup(VerifierSetup verifier, ReadOnlyMemory<G1Affine> powers)
    {
        Verifier = verifier;
        Powers = powers;
    }

    public VerifierSetup Verifier { get; }

    /// <summary>How many powers there are.</summary>
    public int Length => Powers.Length;

    /// <summary>
    /// [τ^(2^k)]₁ for k = 0, 1, …, 64 bytes each, one for each power of the verifier's table that they can show: a contract checks the table by them.
    /// </summary>
    public ImmutableArray<ImmutableArray<byte>> Witnesses =>
        [.. Enumerable.Range(0, Verifier.Powers.Length).TakeWhile(k => 1 << k < Length).Select(k => Powers.Span[1 << k].ToBytes().ToImmutableArray())];

    internal ReadOnlyMemory<G1Affine> Powers { get; }

    /// <summary>
    /// Multiples of the first powers, as many as a matrix has columns, or null where they would take too much memory. They are the same for all versions: whoever
    /// asks first waits until they are made. They stay as long as somebody has them.
    /// </summary>
    internal PointMultiples? MultiplesOf(int columns, Work work)
    {
        var log = BitOperations.Log2((uint)columns);
        lock (_gate)
        {
            if (_multiples.TryGetValue(log, out var held) && held.TryGetTarget(out var multiples))
                return multiples;
            if (PointMultiples.TryCreate(Powers, log, work) is not { } made)
                return null;
            _multiples[log] = new WeakReference<PointMultiples>(made);
            return made;
        }
    }
}
