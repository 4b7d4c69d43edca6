using OpenGradient.Attestation.Bytes;
using OpenGradient.Attestation.Collateral;

namespace OpenGradient.Attestation.Dcap;

/// <summary>What Intel says about the enclave that signs quotes.</summary>
internal sealed record QeIdentity
{
    private const int Version = 2;

    public required SignedJson Signed { get; init; }

    /// <summary>Whether it is the quoting enclave of TDX.</summary>
    public required bool IsTdx { get; init; }

    public required DateTimeOffset IssueDate { get; init; }

    public required DateTimeOffset NextUpdate { get; init; }

    public required uint Evaluation { get; init; }

    // As numbers are written: the reverse of the order in which a report holds them.
    public required byte[] MiscSelect { get; init; }

    public required byte[] MiscSelectMask { get; init; }

    public required byte[] Attributes { get; init; }

    public required byte[] AttributesMask { get; init; }

    public required byte[] MrSigner { get; init; }

    public required int IsvProdId { get; init; }

    public required IReadOnlyList<SvnLevel> Levels { get; init; }

    public static bool TryRead(SignedJson signed, out QeIdentity identity)
    {
        identity = null!;
        if (!JsonFields.TryRead(signed.Body, out var fields))
            return false;
        var id = fields.Text("id");
        identity = new QeIdentity
        {
            Signed = signed,
            IsTdx = id == "TD_QE",
            IssueDate = fields.Time("issueDate"),
            NextUpdate = fields.Time("nextUpdate"),
            Evaluation = (uint)fields.Number("tcbEvaluationDataNumber", int.MaxValue),
            MiscSelect = fields.Hex("miscselect", 4),
            MiscSelectMask = fields.Hex("miscselectMask", 4),
            Attributes = fields.Hex("attributes", 16),
            AttributesMask = fields.Hex("attributesMask", 16),
            MrSigner = fields.Hex("mrsigner", 32),
            IsvProdId = fields.Number("isvprodid", ushort.MaxValue),
            Levels = TcbInfo.ReadSvnLevels(fields),
        };
        return id is "QE" or "TD_QE" && fields.Number("version", Version) == Version && !fields.Failed;
    }
}
