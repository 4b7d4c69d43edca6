using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using OpenGradient.Ethereum.Blocks;
using OpenGradient.Ethereum.Primitives;

namespace OpenGradient.Ethereum.Rpc;

/// <summary>
/// How a log is written: its fields in their order, and every byte before, between and behind their values. A node writes the logs of an answer alike: those
/// that are written as one that was read with care are read by comparing what is always the same and taking what is not, which is several times as fast.
/// What does not fit to the byte is not read at all, and left to those who can say what is wrong with it.
/// </summary>
internal sealed class LogShape
{
    private readonly List<Part> _parts;
    private readonly byte[] _end;
    private readonly bool _isRemoved;

    private LogShape(List<Part> parts, byte[] end, bool isRemoved) => (_parts, _end, _isRemoved) = (parts, end, isRemoved);

    /// <summary>How a log is written that was read already, and therefore is one.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="isRemoved">What it says of that, which is a part of the shape.</param>
    /// <param name="options">How it was read.</param>
    public static LogShape Of(ReadOnlySpan<byte> text, bool isRemoved, JsonReaderOptions options)
    {
        var reader = new Utf8JsonReader(text, options);
        reader.Read();
        var parts = new List<Part>();
        var known = 0;
        while (reader.TryReadField(out var name))
        {
            var field = JsonLog.Identify(name);
            var isValue = field is not (LogField.None or LogField.Removed) && reader.TokenType is JsonTokenType.String or JsonTokenType.StartArray;
            // Behind the quotation mark, or the bracket.
            var start = (int)reader.TokenStartIndex + 1;
            reader.Skip();
            if (!isValue)
                continue;
            parts.Add(new Part(field, text[known..start].ToArray()));
            known = (int)reader.BytesConsumed - 1;
        }

        return new LogShape(parts, text[known..].ToArray(), isRemoved);
    }

    /// <summary>Reads a log that is written so; false where it is not, or where a value is none.</summary>
    /// <param name="text">What begins with it, and begins behind it afterwards.</param>
    /// <param name="memory">Where its topics and data go.</param>
    /// <param name="log">The log.</param>
    public bool TryRead(ref ReadOnlySpan<byte> text, LogMemory memory, [NotNullWhen(true)] out LocatedLog? log)
    {
        log = null;
        var rest = text;
        var values = new LogValues { IsRemoved = _isRemoved };
        foreach (var part in _parts)
        {
            if (!TrySkip(ref rest, part.Before) || !TryTake(ref rest, part.Field, memory, ref values))
                return false;
        }

        if (!TrySkip(ref rest, _end))
            return false;
        log = values.ToLog();
        text = rest;
        return true;
    }

    private static bool TrySkip(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> same)
    {
        if (!text.StartsWith(same))
            return false;
        text = text[same.Length..];
        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> text, LogField field, LogMemory memory, ref LogValues values)
    {
        if (field == LogField.Topics)
            return TryTakeTopics(ref text, memory, ref values.Topics);
        if (!TryTakeValue(ref text, out var value))
            return false;
        switch (field)
        {
            case LogField.Address: return JsonRead.TryDecode(value, out values.Address);
            case LogField.Data: return JsonRead.TryDecode(value, memory, out values.Data);
            case LogField.BlockHash: return JsonRead.TryDecode(value, out values.BlockHash);
            case LogField.BlockNumber: return Quantity.TryParse(value, out values.BlockNumber);
            case LogField.TransactionHash: return JsonRead.TryDecode(value, out values.TransactionHash);
            case LogField.TransactionIndex: return Quantity.TryParse(value, out values.TransactionIndex);
            case LogField.LogIndex: return Quantity.TryParse(value, out values.LogIndex);
            case LogField.BlockTimestamp when Quantity.TryParse(value, out ulong seconds):
                values.BlockTimestamp = seconds;
                return true;
            default: return false;
        }
    }

    private static bool TryTakeTopics(ref ReadOnlySpan<byte> text, LogMemory memory, ref LogTopics topics)
    {
        Span<Hash32> hashes = [default, default, default, default];
        var count = 0;
        if (!text.StartsWith("]"u8))
        {
            do
            {
                if (count == Log.MaxTopics || !TrySkip(ref text, "\""u8) || !TryTakeValue(ref text, out var value) || !JsonRead.TryDecode(value, out hashes[count++]))
                    return false;
                text = text[1..];
            }
            while (TrySkip(ref text, ","u8));
        }

        topics = memory.Keep(hashes[..count]);
        return true;
    }

    // Up to the quotation mark behind it. A value with an escape is none of those that are read here.
    private static bool TryTakeValue(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value)
    {
        var length = text.IndexOf((byte)'"');
        value = text[..Math.Max(0, length)];
        text = text[value.Length..];
        return length >= 0;
    }

    private readonly record struct Part(LogField Field, byte[] Before);
}
