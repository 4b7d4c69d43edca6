using OpenGradient.Attestation.Verdicts;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Attestation.Policies;

/// <summary>
/// What evidence must show to be accepted. The same file decides for node, client and attester. Debug is refused always: there is no setting for it.
/// An empty list asks for nothing unless it says otherwise.
/// </summary>
public sealed record AttestationPolicy
{
    /// <summary>Production roots only, and everything else as strict as each part's defaults.</summary>
    public static AttestationPolicy Default { get; } = new();

    /// <summary>Whether an emulated root counts.</summary>
    public bool AllowEmulated { get; init; }

    /// <summary>The roots that count, of those that the program knows.</summary>
    public IReadOnlyList<Hash32> Roots { get; init; } = [];

    public IReadOnlyList<TeeType> TeeTypes { get; init; } = [];

    public IReadOnlyList<Hash32> Workloads { get; init; } = [];

    public IReadOnlyList<Hash32> Platforms { get; init; } = [];

    public IReadOnlyList<Hash32> DeniedPlatforms { get; init; } = [];

    public DcapPolicy Dcap { get; init; } = new();

    public NitroPolicy Nitro { get; init; } = new();

    public SnpPolicy Snp { get; init; } = new();

    public NvidiaPolicy Nvidia { get; init; } = new();
}

/// <summary>What is asked of Intel SGX and TDX.</summary>
public sealed record DcapPolicy
{
    /// <summary>PKS and key locker, beside what every domain must have.</summary>
    public const ulong DefaultTdAttributes = (1UL << 28) | (1UL << 30) | (1UL << 31);

    public IReadOnlyList<TcbStatus> Statuses { get; init; } = [TcbStatus.UpToDate];

    /// <summary>The least number of the evaluation that TCB info and QE identity come from.</summary>
    public uint MinTcbEvaluation { get; init; }

    /// <summary>Whether a domain may let its host see page faults, which attacks have used.</summary>
    public bool AllowSeptVeEnabled { get; init; }

    /// <summary>The attributes that a domain may have, bit by bit.</summary>
    public ulong TdAttributes { get; init; } = DefaultTdAttributes;

    /// <summary>The service domains that may be bound to a domain, such as for migration. None unless they stand here.</summary>
    public IReadOnlyList<string> ServiceTds { get; init; } = [];

    public IReadOnlyList<string> MrTds { get; init; } = [];

    public IReadOnlyList<string> MrEnclaves { get; init; } = [];

    public IReadOnlyList<string> MrSigners { get; init; } = [];
}

/// <summary>What is asked of AWS Nitro.</summary>
public sealed record NitroPolicy
{
    /// <summary>How old a document may be. Its certificates last for three hours.</summary>
    public int MaxAgeSeconds { get; init; } = 300;

    /// <summary>How far the clocks may differ.</summary>
    public int MaxSkewSeconds { get; init; } = 60;

    /// <summary>The values that a register may have, by its number.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<string>> Pcrs { get; init; } = new Dictionary<int, IReadOnlyList<string>>();
}

/// <summary>What is asked of AMD SEV-SNP.</summary>
public sealed record SnpPolicy
{
    /// <summary>The families that count. Milan is left out: it is reported that its reports can be forged by software.</summary>
    public IReadOnlyList<string> Products { get; init; } = ["Genoa", "Turin"];

    /// <summary>Whether a key that a cloud holds for all its machines counts.</summary>
    public bool AllowVlek { get; init; }

    public IReadOnlyList<int> Vmpls { get; init; } = [0];

    /// <summary>The least version of each part of the firmware.</summary>
    public SnpTcbFloor MinTcb { get; init; } = new();

    public bool AllowMigrationAgent { get; init; }

    /// <summary>Whether a chain whose authority's revocation list is not at hand counts.</summary>
    public bool AllowMissingCrl { get; init; }

    public IReadOnlyList<string> Measurements { get; init; } = [];

    public IReadOnlyList<string> HostData { get; init; } = [];
}

/// <summary>Versions of the firmware's parts.</summary>
public sealed record SnpTcbFloor(int Bootloader = 0, int Tee = 0, int Snp = 0, int Microcode = 0, int Fmc = 0);

/// <summary>What is asked of NVIDIA GPUs.</summary>
public sealed record NvidiaPolicy
{
    /// <summary>Whether measurements count without what NVIDIA signed about them.</summary>
    public bool AllowMissingManifests { get; init; }

    /// <summary>Whether a chain that no OCSP response speaks for counts.</summary>
    public bool AllowMissingOcsp { get; init; }
}

/// <summary>What the caller knows that the evidence must say.</summary>
public sealed record Expectations
{
    public static Expectations None { get; } = new();

    /// <summary>What the environment must have put into its evidence; a shorter value is padded with zeros where the evidence has 64 bytes.</summary>
    public byte[]? ReportData { get; init; }

    /// <summary>For Nitro and NVIDIA, whose evidence has a place of its own for it.</summary>
    public byte[]? Nonce { get; init; }

    /// <summary>For Nitro.</summary>
    public byte[]? PublicKey { get; init; }

    /// <summary>
    /// For Nitro, whose documents say when they were made: whether that is not asked, since something else tells how old the evidence is. A key's registration does: attesters
    /// have looked at the age, the nonce is a block's hash, and the register ends the key.
    /// </summary>
    public bool OfAnyAge { get; init; }
}
