using System.Text;
using System.Text.Encodings.Web;

namespace OpenGradient.Relayer.Operations;

/// <summary>What all pages share. They are plain HTML without a script; what is shown is encoded, whoever wrote it.</summary>
/// <param name="title">What it is.</param>
/// <param name="renews">Whether it is loaded again by itself.</param>
/// <param name="notice">What whoever looks at any of it must know; null for nothing.</param>
internal sealed class PageShell(string title, bool renews, string? notice)
{
    public const string Style =
        """
        :root{color-scheme:light dark;font:14px/1.5 system-ui,sans-serif}
        body{margin:2rem;max-width:90rem}
        table{border-collapse:collapse;width:100%}
        td,th{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 15%,transparent);vertical-align:top}
        code{font-size:.9em;overflow-wrap:anywhere}
        .good{color:#2a7}.warning{color:#b70}.bad{color:#c22}
        .table{overflow-x:auto}
        """;

    private readonly StringBuilder _body = new();

    public PageShell Heading(string text)
    {
        _body.Append("<h2>").Append(Text(text)).Append("</h2>");
        return this;
    }

    /// <summary>A table. Cells are HTML: what came from elsewhere goes through <see cref="Text"/> first.</summary>
    public PageShell Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        _body.Append("<div class=\"table\"><table><thead><tr>");
        foreach (var column in columns)
            _body.Append("<th scope=\"col\">").Append(Text(column)).Append("</th>");
        _body.Append("</tr></thead><tbody>");
        var any = false;
        foreach (var row in rows)
        {
            any = true;
            _body.Append("<tr>");
            foreach (var cell in row)
                _body.Append("<td>").Append(cell).Append("</td>");
            _body.Append("</tr>");
        }

        _body.Append("</tbody></table></div>");
        if (!any)
            _body.Append("<p>Nothing yet.</p>");
        return this;
    }

    public string Build() =>
        $"""
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{(renews ? "<meta http-equiv=\"refresh\" content=\"5\">" : "")}
        <title>{Text(title)}</title><link rel="stylesheet" href="/style.css"></head><body><h1>{Text(title)}</h1>{(notice is null ? "" : $"<p class=\"warning\" role=\"note\"><strong>{Text(notice)}</strong></p>")}{_body}</body></html>
        """;

    public static string Text(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    public static string Code(string? text) => $"<code>{Text(text)}</code>";

    public static string Time(DateTimeOffset? time) => time is { } at ? at.ToString("u") : "";
}
