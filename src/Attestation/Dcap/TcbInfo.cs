using OpenGradient.Attestation.Bytes;
using OpenGradient.Attestation.Collateral;
using OpenGradient.Attestation.Verdicts;

namespace OpenGradient.Attestation.Dcap;

/// <summary>What Intel says about platforms of one kind: their levels, newest first, and what each is worth.</summary>
internal sealed record TcbInfo
{
    public const int Components = 16;

    private const int Version = 3;
    private const int MaxLevels = 256;
    private const int MaxAdvisories = 256;

    public required SignedJson Signed { get; init; }

    public required bool IsTdx { get; init; }

    public required DateTimeOffset IssueDate { get; init; }

    public required DateTimeOffset NextUpdate { get; init; }

    public required byte[] Fmspc { get; init; }

    public required byte[] PceId { get; init; }

    public required uint Evaluation { get; init; }

    /// <summary>The module of the first generation, and of quotes that do not say which.</summary>
    public TdxModule? Module { get; init; }

    public IReadOnlyList<TdxModule> ModuleIdentities { get; init; } = [];

    public required IReadOnlyList<TcbLevel> Levels { get; init; }

    public static bool TryRead(SignedJson signed, out TcbInfo info)
    {
        info = null!;
        if (!JsonFields.TryRead(signed.Body, out var fields))
            return false;
        var id = fields.Text("id");
        var isTdx = id == "TDX";
        info = new TcbInfo
        {
            Signed = signed,
            IsTdx = isTdx,
            IssueDate = fields.Time("issueDate"),
            NextUpdate = fields.Time("nextUpdate"),
            Fmspc = fields.Hex("fmspc", 6),
            PceId = fields.Hex("pceId", 2),
            Evaluation = (uint)fields.Number("tcbEvaluationDataNumber", int.MaxValue),
            Module = fields.OptionalObject("tdxModule") is { } module ? TdxModule.Read(module, isNamed: false) : null,
            ModuleIdentities = fields.Has("tdxModuleIdentities")
                ? [.. fields.Objects("tdxModuleIdentities", MaxLevels).Select(identity => TdxModule.Read(identity, isNamed: true))] : [],
            Levels = [.. fields.Objects("tcbLevels", MaxLevels).Select(level => ReadLevel(level, isTdx))],
        };
        // Version 2 has another form, and says nothing about TDX; Intel no longer signs it. A type other than 0 compares otherwise.
        return fields.Number("version", Version) == Version && fields.Number("tcbType", 0) == 0 && id is "SGX" or "TDX" && !fields.Failed
            && (!isTdx || info.Module is not null);
    }

    internal static TcbStatus? StatusOf(string text) => text switch
    {
        "UpToDate" => TcbStatus.UpToDate,
        "SWHardeningNeeded" => TcbStatus.SWHardeningNeeded,
        "ConfigurationNeeded" => TcbStatus.ConfigurationNeeded,
        "ConfigurationAndSWHardeningNeeded" => TcbStatus.ConfigurationAndSWHardeningNeeded,
        "OutOfDate" => TcbStatus.OutOfDate,
        "OutOfDateConfigurationNeeded" => TcbStatus.OutOfDateConfigurationNeeded,
        "Revoked" => TcbStatus.Revoked,
        _ => null,
    };

    internal static RatedLevel ReadRated(JsonFields level) => new(
        // A word that is not known must not count as anything good.
        StatusOf(level.Text("tcbStatus")) ?? TcbStatus.NotSupported, level.Time("tcbDate"), level.OptionalTexts("advisoryIDs", MaxAdvisories));

    internal static IReadOnlyList<SvnLevel> ReadSvnLevels(JsonFields owner) =>
        [.. owner.Objects("tcbLevels", MaxLevels).Select(level => new SvnLevel(level.Object("tcb").Number("isvsvn", ushort.MaxValue), ReadRated(level)))];

    private static TcbLevel ReadLevel(JsonFields level, bool isTdx)
    {
        var tcb = level.Object("tcb");
        return new TcbLevel(
            ReadComponents(tcb, "sgxtcbcomponents"), tcb.Number("pcesvn", ushort.MaxValue), isTdx ? ReadComponents(tcb, "tdxtcbcomponents") : [], ReadRated(level));
    }

    private static byte[] ReadComponents(JsonFields tcb, string name)
    {
        byte[] components = [.. tcb.Objects(name, Components).Select(component => (byte)component.Number("svn", byte.MaxValue))];
        // Fewer than all would compare as fewer demands.
        if (components.Length != Components)
            tcb.Object(name);
        return components;
    }
}

/// <summary>What a level is worth.</summary>
internal sealed record RatedLevel(TcbStatus Status, DateTimeOffset Date, IReadOnlyList<string> Advisories);

/// <summary>A level of a platform: at least all of these.</summary>
internal sealed record TcbLevel(byte[] Sgx, int PceSvn, byte[] Tdx, RatedLevel Rated);

/// <summary>A level of one enclave or module.</summary>
internal sealed record SvnLevel(int IsvSvn, RatedLevel Rated);

/// <summary>Who signs TDX modules, and what each version is worth.</summary>
/// <param name="Id">"TDX_" and the version in two hexadecimal digits; empty for the module of the first generation.</param>
/// <param name="MrSigner">Its signer.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Levels">Its levels, newest first.</param>
internal sealed record TdxModule(string Id, byte[] MrSigner, byte[] Attributes, IReadOnlyList<SvnLevel> Levels)
{
    public static TdxModule Read(JsonFields fields, bool isNamed)
    {
        // Intel compares every bit whatever the mask says; that it is there is part of the form.
        fields.Hex("attributesMask", 8);
        return new TdxModule(
            isNamed ? fields.Text("id").ToUpperInvariant() : string.Empty, fields.Hex("mrsigner", 48), fields.Hex("attributes", 8),
            isNamed ? TcbInfo.ReadSvnLevels(fields) : []);
    }
}
