using System.Collections;
using System.Globalization;

namespace OpenGradient.Attestation.Decoding;

/// <summary>Collects fields, one part of the evidence after the other.</summary>
internal sealed class FieldList : IEnumerable<EvidenceField>
{
    private readonly List<EvidenceField> _fields = [];
    private string _group = string.Empty;

    public IReadOnlyList<EvidenceField> All => _fields;

    /// <summary>What follows stands in this part.</summary>
    public FieldList In(string group)
    {
        _group = group;
        return this;
    }

    public void Add(string name, ReadOnlyMemory<byte> value, string meaning) => Add(name, Convert.ToHexStringLower(value.Span), meaning);

    public void Add(string name, long value, string meaning) => Add(name, value.ToString(CultureInfo.InvariantCulture), meaning);

    public void Add(string name, string value, string meaning) => _fields.Add(new EvidenceField(_group, name, value, meaning));

    public IEnumerator<EvidenceField> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A stranger's word: what is no plain letter becomes a question mark.</summary>
    public static string Plain(string text) => new([.. text.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '?')]);
}
