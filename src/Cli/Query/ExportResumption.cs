using System.Globalization;
using System.Text;
using System.Text.Json;
using OpenGradient.IndexerClient;

namespace OpenGradient.Cli.Query;

/// <summary>Where an export of events as JSON Lines broke off: behind the last line that is whole.</summary>
/// <param name="Id">That line's event.</param>
/// <param name="Line">The line itself: the indexer must still say the same, or the chain has gone another way.</param>
/// <param name="Length">How much of the file is whole lines.</param>
internal sealed record ExportResumption(string Id, byte[] Line, long Length)
{
    private const int MaxLineBytes = 64 << 20;
    private const int StepBytes = 64 * 1024;

    /// <summary>The block of the last line.</summary>
    public ulong Block => ulong.Parse(Id.AsSpan(0, Id.IndexOf('-', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Looks at what is there; null where there is nothing to go on with.</summary>
    public static async Task<ExportResumption?> FindAsync(string part, CancellationToken cancellationToken)
    {
        if (!File.Exists(part))
            return null;
        await using var file = File.OpenRead(part);
        var end = await BeforeAsync(file, file.Length, cancellationToken);
        if (end is not { } last)
            return null;
        var start = await BeforeAsync(file, last, cancellationToken) is { } before ? before + 1 : 0;
        if (last - start > MaxLineBytes)
            return null;
        var line = new byte[last - start];
        file.Seek(start, SeekOrigin.Begin);
        await file.ReadExactlyAsync(line, cancellationToken);
        return IdOf(line) is { } id ? new ExportResumption(id, line, last + 1) : null;
    }

    /// <summary>Asks from the block of the last line on.</summary>
    public Question Continue(Question question) => question.Where("block", "ge", Block.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads up to the last line that is there; false where it does not come.</summary>
    public async Task<bool> SkipAsync(Stream content, CancellationToken cancellationToken)
    {
        using var line = new MemoryStream();
        var letter = new byte[1];
        while (line.Length <= MaxLineBytes && await content.ReadAsync(letter, cancellationToken) == 1)
        {
            if (letter[0] != '\n')
            {
                line.WriteByte(letter[0]);
                continue;
            }

            if (line.GetBuffer().AsSpan(0, (int)line.Length).SequenceEqual(Line))
                return true;
            if (IdOf(line.GetBuffer().AsSpan(0, (int)line.Length)) is not { } id || id == Id || !id.StartsWith(Id[..(Id.IndexOf('-', StringComparison.Ordinal) + 1)], StringComparison.Ordinal))
                return false;
            line.SetLength(0);
        }

        return false;
    }

    // The last line's end before a place.
    private static async Task<long?> BeforeAsync(FileStream file, long place, CancellationToken cancellationToken)
    {
        var buffer = new byte[StepBytes];
        for (var end = place; end > 0;)
        {
            var start = Math.Max(0, end - StepBytes);
            file.Seek(start, SeekOrigin.Begin);
            await file.ReadExactlyAsync(buffer.AsMemory(0, (int)(end - start)), cancellationToken);
            var found = buffer.AsSpan(0, (int)(end - start)).LastIndexOf((byte)'\n');
            if (found >= 0)
                return start + found;
            end = start;
        }

        return null;
    }

    private static string? IdOf(ReadOnlySpan<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetString(line));
            return document.RootElement.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { } text && IsId(text) ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsId(string text) =>
        text.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash && ulong.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
