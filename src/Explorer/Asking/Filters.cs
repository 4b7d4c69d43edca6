using System.Text;
using Microsoft.AspNetCore.Http;

namespace OpenGradient.Explorer.Asking;

/// <summary>A query string in the API's own grammar, made part by part.</summary>
public sealed class Filters
{
    public const int RowsOnPage = 25;

    private const string AsOfName = "as_of";

    private readonly List<(string Name, string Value)> _parts = [];

    public static Filters None => new();

    /// <summary>Those of a form: what was left empty asks for nothing.</summary>
    public static Filters Of(IQueryCollection query) => query.SelectMany(pair => pair.Value, (pair, value) => (pair.Key, Value: value ?? ""))
        .Where(pair => pair.Value.Trim().Length > 0)
        .Aggregate(new Filters(), (filters, pair) => filters.And(pair.Key, pair.Value.Trim()));

    public Filters And(string name, string value)
    {
        _parts.Add((name, value));
        return this;
    }

    public Filters And(string name, long value) => And(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Of receipts: those whose fee was earned whole, and for good as far as it is known.</summary>
    public Filters AnswersThatStand() => And("is_failure", "false").And("overturned_at.null", "true");

    /// <summary>As of the block that other filters name, if they name one: what stands beside their rows is of the same moment.</summary>
    public Filters AsOf(Filters others) => others.Find(AsOfName) is { } block ? And(AsOfName, block) : this;

    public Filters Without(string name)
    {
        _parts.RemoveAll(part => part.Name == name);
        return this;
    }

    public Filters Copy() => _parts.Aggregate(new Filters(), (copy, part) => copy.And(part.Name, part.Value));

    public string? Find(string name) => _parts.Find(part => part.Name == name).Value;

    /// <summary>The oldest are shown first.</summary>
    public bool IsAscending => Find("order") == "asc";

    public bool IsEmpty => _parts.Count == 0;

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _parts)
            text.Append(text.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        return text.ToString();
    }
}
