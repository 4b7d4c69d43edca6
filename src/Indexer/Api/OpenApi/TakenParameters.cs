using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OpenGradient.Indexer.Api.Queries;

namespace OpenGradient.Indexer.Api.OpenApi;

/// <summary>
/// With what one route may be asked: with what the document says, and with nothing else. A parameter that was passed over in silence would have its answer taken for another.
/// </summary>
internal sealed class TakenParameters
{
    private const string ComponentsOfFilters = "#/components/parameters/";
    private const string Equal = ".eq";

    private readonly List<string> _names = [];
    private readonly HashSet<string> _filters = new(StringComparer.Ordinal);
    private readonly HashSet<string> _compared = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly string _more;

    /// <param name="document">The OpenAPI document.</param>
    /// <param name="method">Of the route.</param>
    /// <param name="path">The route's pattern.</param>
    public TakenParameters(JsonObject document, string method, string path)
    {
        var operation = document["paths"]?[path]?[method]
            ?? throw new InvalidOperationException($"The OpenAPI document says nothing of {method} {path}.");
        foreach (var parameter in operation["parameters"]!.AsArray())
        {
            var shared = parameter!["$ref"]?.GetValue<string>()[ComponentsOfFilters.Length..];
            var known = shared is null ? parameter : document["components"]!["parameters"]![shared]!;
            if (known["in"]!.GetValue<string>() != "query")
                continue;
            var name = known["name"]!.GetValue<string>();
            _names.Add(name);
            // A column may be compared several times; as_of is shared, too, and one block.
            if (shared is null || name == "as_of")
                continue;
            _filters.Add(name);
            _compared.Add(name.EndsWith(Equal, StringComparison.Ordinal) ? name[..^Equal.Length] : name);
        }

        _path = path;
        _more = operation["description"]?.GetValue<string>() is { } words ? $" {words}" : "";
    }

    /// <summary>What of a query string the route does not take; null where it takes all of it.</summary>
    public string? FaultOf(IQueryCollection asked)
    {
        foreach (var (name, values) in asked)
        {
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (_filters.Contains(name) || (dot >= 0 && _compared.Contains(name[..dot])))
                continue;
            if (!_names.Contains(name, StringComparer.Ordinal))
                return $"{_path} takes {(_names.Count == 0 ? "no parameters" : string.Join(", ", _names))}, and not {ListQuery.Shown(name)}.{_more}";
            if (values.Count > 1)
                return $"{name} stands here twice, and has one value.";
        }

        return null;
    }
}
