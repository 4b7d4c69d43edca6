using System.Collections.Immutable;
using System.Text;

namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>What one look through an artifact has found so far: counts held against the limits, and the first fault.</summary>
internal sealed class OnnxInspection(ArtifactLimits limits)
{
    private const string OwnDomain = "ai.onnx";
    private const string OwnDomainName = "ONNX's own operators";

    private readonly HashSet<string> _operators = new(StringComparer.Ordinal);
    private readonly HashSet<string> _functionDomains = new(StringComparer.Ordinal);
    private readonly List<Opset> _opsets = [];
    private int _nodes;
    private int _attributes;
    private int _constants;
    private long _parameters;
    private long _parameterBytes;

    public ArtifactLimits Limits => limits;

    public ArtifactFault Fault { get; private set; }

    public string Detail { get; private set; } = string.Empty;

    public int IrVersion { get; set; }

    /// <summary>Of the outermost graph, constants left out.</summary>
    public List<TensorSignature> Inputs { get; } = [];

    public List<TensorSignature> Outputs { get; } = [];

    /// <summary>Notes the first fault. Always false, so that readers can return it.</summary>
    public bool Refuse(ArtifactFault fault, string detail)
    {
        if (Fault == ArtifactFault.None)
            (Fault, Detail) = (fault, detail);
        return false;
    }

    public bool Malformed(string where) => Refuse(ArtifactFault.Malformed, $"The bytes of {where} are not what the format has.");

    public bool TryAddOpset(string domain, long version)
    {
        var name = domain == OwnDomain ? string.Empty : domain;
        if (!IsTaken(name))
            return Refuse(ArtifactFault.DomainRefused, $"The domain {ModelSignature.Printable(domain)} is not allowed.");
        if (version < 1 || version > (name.Length == 0 ? limits.MaxOpset : int.MaxValue))
            return Refuse(ArtifactFault.VersionUnsupported, $"Version {version} of {NameOf(domain)}; {limits.MaxOpset} is the newest that is taken.");
        if (_opsets.Count > limits.AllowedDomains.Count || _opsets.Any(opset => opset.Domain == name))
            return Refuse(ArtifactFault.FieldRepeated, $"{NameOf(domain)} are imported twice.");
        _opsets.Add(new Opset(name, (int)version));
        return true;
    }

    public bool TryAddFunction(string domain)
    {
        if (!limits.AllowedDomains.Contains(domain))
            return Refuse(ArtifactFault.DomainRefused, $"A function of the domain {ModelSignature.Printable(domain)} is not allowed.");
        _functionDomains.Add(domain);
        return true;
    }

    public bool TryAddNode(string domain, string operatorType)
    {
        var name = domain == OwnDomain ? string.Empty : domain;
        if (++_nodes > limits.MaxNodes)
            return Refuse(ArtifactFault.TooLarge, $"More than {limits.MaxNodes} nodes.");
        if (operatorType.Length == 0)
            return Refuse(ArtifactFault.FieldMissing, "A node has no operator.");
        if (!IsTaken(name))
            return Refuse(ArtifactFault.DomainRefused, $"The operator {ModelSignature.Printable(operatorType)} is of the domain {ModelSignature.Printable(domain)}, which is not allowed.");
        _operators.Add(name.Length == 0 ? operatorType : $"{name}:{operatorType}");
        return true;
    }

    public bool TryAddAttribute() => ++_attributes <= limits.MaxAttributes || Refuse(ArtifactFault.TooLarge, $"More than {limits.MaxAttributes} attributes.");

    public bool TryAddConstant(long elements, long bytes)
    {
        if (++_constants > limits.MaxConstants)
            return Refuse(ArtifactFault.TooLarge, $"More than {limits.MaxConstants} constants.");
        // The bytes are the artifact's own, so that neither sum can overflow.
        _parameters += elements;
        _parameterBytes += bytes;
        return true;
    }

    public bool TryFinish(out ModelSignature? signature, out OnnxFacts? facts)
    {
        facts = null;
        if (!ModelSignature.TryCreate(Inputs, Outputs, out signature, out var reason))
            return Refuse(ArtifactFault.SignatureInvalid, reason);
        if (_opsets.All(opset => opset.Domain.Length > 0))
            return Refuse(ArtifactFault.FieldMissing, "No version of ONNX's own operators is imported.");

        facts = new OnnxFacts(IrVersion, [.. _opsets], _nodes, _parameters, _parameterBytes, _operators.ToImmutableSortedSet(StringComparer.Ordinal));
        return true;
    }

    /// <summary>Text of the artifact; null where it is no UTF-8, or longer than any name needs to be.</summary>
    public static string? ReadText(ReadOnlySpan<byte> bytes)
    {
        const int MaxTextBytes = 4096;
        return bytes.Length <= MaxTextBytes && System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
    }

    private static string NameOf(string domain) => domain.Length == 0 ? OwnDomainName : $"the operators of {ModelSignature.Printable(domain)}";

    private bool IsTaken(string domain) => domain.Length == 0 || limits.AllowedDomains.Contains(domain);
}
