using System.Text;

namespace OpenGradient.BindingGenerator.Emission;

/// <summary>Lines of C#, indented by the braces around them. Lines end with LF on every machine.</summary>
internal sealed class CodeWriter
{
    private const int LineLimit = 130;
    private const int IndentWidth = 4;

    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _needsGap;

    public void Line(string line)
    {
        if (_needsGap && line is not "}")
            _text.Append('\n');
        _needsGap = false;
        _text.Append(' ', _depth * IndentWidth).Append(line).Append('\n');
    }

    public void Open()
    {
        Line("{");
        _depth++;
    }

    public void Close(string after = "")
    {
        _needsGap = false;
        _depth--;
        Line("}" + after);
    }

    /// <summary>An empty line, unless the block ends here.</summary>
    public void Gap() => _needsGap = true;

    /// <summary>A line that belongs to the one before it.</summary>
    public void Continuation(string line)
    {
        _depth++;
        Line(line);
        _depth--;
    }

    /// <summary>A list in brackets: on one line if it fits, else an item on each.</summary>
    public void List(string before, IReadOnlyList<string> items, string after)
    {
        var line = before + string.Join(", ", items) + after;
        if (items.Count == 0 || (_depth * IndentWidth) + line.Length <= LineLimit)
        {
            Line(line);
            return;
        }

        Line(before);
        for (var i = 0; i < items.Count; i++)
            Continuation(items[i] + (i == items.Count - 1 ? after : ","));
    }

    public override string ToString() => _text.ToString();
}
