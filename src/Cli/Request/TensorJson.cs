using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGradient.Inference.Artifacts;
using OpenGradient.Inference.Tensors;

namespace OpenGradient.Cli.Request;

/// <summary>
/// Tensors as people write them: an object with a member for each, which has "type", "shape" and "data", the numbers in one row. Type and shape may be left
/// out where the model's signature says them.
/// </summary>
internal static class TensorJson
{
    public const int MaxBytes = 64 << 20;

    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 4 };

    /// <summary>Reads tensors, ready to be encoded; or says what is wrong.</summary>
    /// <param name="json">The text.</param>
    /// <param name="signature">What the model takes, where that is known.</param>
    /// <param name="tensors">In the order of their names.</param>
    public static string? TryRead(ReadOnlyMemory<byte> json, ModelSignature? signature, out IReadOnlyList<Tensor> tensors)
    {
        tensors = [];
        try
        {
            using var document = JsonDocument.Parse(json, Reading);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return "Tensors are a JSON object: { \"NAME\": { \"type\": \"Float\", \"shape\": [1, 2], \"data\": [0.5, 1] } }.";
            List<Tensor> read = [];
            foreach (var member in document.RootElement.EnumerateObject())
            {
                var expected = signature?.Inputs.FirstOrDefault(input => input.Name == member.Name);
                if (TryReadOne(member.Name, member.Value, expected, out var tensor) is { } fault)
                    return $"{member.Name}: {fault}";
                read.Add(tensor!);
            }

            tensors = [.. read.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
            return null;
        }
        catch (JsonException wrong)
        {
            return $"That is no JSON: {wrong.Message}";
        }
    }

    /// <summary>Tensors as this reads them. Numbers that JSON does not have (NaN, infinities) are texts.</summary>
    public static JsonObject Write(IEnumerable<Tensor> tensors)
    {
        var json = new JsonObject();
        foreach (var tensor in tensors)
        {
            json.Add(tensor.Name, new JsonObject
            {
                ["type"] = tensor.DataType.ToString(),
                ["shape"] = new JsonArray([.. tensor.Dims.Select(dim => (JsonNode)JsonValue.Create(dim))]),
                ["data"] = new JsonArray([.. ElementsOf(tensor)]),
            });
        }

        return json;
    }

    /// <summary>A tensor's numbers, one after the other.</summary>
    public static IEnumerable<JsonNode> ElementsOf(Tensor tensor)
    {
        var size = tensor.DataType.SizeInBytes();
        for (var at = 0; at + size <= tensor.Data.Length; at += size)
            yield return ElementOf(tensor.DataType, tensor.Data.Span.Slice(at, size));
    }

    private static string? TryReadOne(string name, JsonElement json, TensorSignature? expected, out Tensor? tensor)
    {
        tensor = null;
        JsonElement data = json;
        var dataType = expected?.DataType ?? DataType.Undefined;
        uint[]? shape = null;
        if (json.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in json.EnumerateObject())
            {
                switch (member.Name)
                {
                    case "type" when member.Value.ValueKind == JsonValueKind.String
                        && Enum.TryParse(member.Value.GetString(), ignoreCase: true, out dataType) && dataType.SizeInBytes() > 0 && !char.IsAsciiDigit(member.Value.GetString()![0]):
                        break;
                    case "type":
                        return $"The type is one of {string.Join(", ", Enum.GetValues<DataType>().Where(type => type.SizeInBytes() > 0))}.";
                    case "shape" when TryReadShape(member.Value, out shape):
                        break;
                    case "shape":
                        return $"A shape is a list of at most {TensorEncoding.MaxRank} whole numbers above zero.";
                    case "data":
                        break;
                    default:
                        return $"'{Terminal.PlainText.Of(member.Name)}' is not known: a tensor has type, shape and data.";
                }
            }

            if (!json.TryGetProperty("data", out data))
                return "There is no data.";
        }

        // Text models take and give bytes of UTF-8: people write texts.
        if (data.ValueKind == JsonValueKind.String && shape is null && dataType == DataType.Uint8 && expected is not { HasRank: true, Axes.Length: not 1 })
            return TryReadText(name, data, expected, out tensor);
        if (data.ValueKind != JsonValueKind.Array)
            return "The data is a list of numbers, in one row; of bytes in one row a text does too.";
        if (dataType == DataType.Undefined)
            return "There is no type, and the model's signature is not known here.";
        var count = data.GetArrayLength();
        shape ??= ShapeFor(expected, count);
        if (shape is null)
            return "There is no shape, and the signature leaves it open.";
        if (shape.Aggregate(1UL, (product, dim) => Math.Min(product * dim, uint.MaxValue)) != (ulong)count)
            return $"The shape [{string.Join(", ", shape)}] does not have {count} elements.";

        var size = dataType.SizeInBytes();
        var bytes = new byte[(long)count * size];
        var index = 0;
        foreach (var element in data.EnumerateArray())
        {
            if (!TryWrite(element, dataType, bytes.AsSpan(index * size, size)))
                return $"Element {index} is no {dataType}: {(element.GetRawText() is { Length: <= 40 } text ? Terminal.PlainText.Of(text) : "a long one")}.";
            index++;
        }

        tensor = new Tensor(name, dataType, [.. shape], bytes);
        return null;
    }

    private static string? TryReadText(string name, JsonElement data, TensorSignature? expected, out Tensor? tensor)
    {
        tensor = null;
        byte[] bytes;
        try
        {
            bytes = Encoding.UTF8.GetBytes(data.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return "The text holds half of a pair of surrogates, which has no UTF-8.";
        }

        if (bytes.Length == 0)
            return "The text is empty, and a tensor has an element at least.";
        if (expected is not null && !(ShapeFor(expected, bytes.Length) is [var only] && only == bytes.Length))
            return $"The text has {bytes.Length} bytes, and the signature says {expected}.";
        tensor = new Tensor(name, DataType.Uint8, [(uint)bytes.Length], bytes);
        return null;
    }

    // What the signature fixes, and what is left over for its one dynamic axis.
    private static uint[]? ShapeFor(TensorSignature? expected, int count)
    {
        if (expected is not { HasRank: true } || expected.Axes.Count(axis => axis.IsDynamic) > 1)
            return null;
        var known = expected.Axes.Where(axis => !axis.IsDynamic).Aggregate(1UL, (product, axis) => product * axis.Size);
        return known == 0 || count == 0 || (ulong)count % known != 0 ? null
            : [.. expected.Axes.Select(axis => axis.IsDynamic ? (uint)((ulong)count / known) : axis.Size)];
    }

    private static bool TryReadShape(JsonElement json, out uint[]? shape)
    {
        shape = null;
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > TensorEncoding.MaxRank)
            return false;
        List<uint> dims = [];
        foreach (var element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetUInt32(out var dim) || dim == 0)
                return false;
            dims.Add(dim);
        }

        shape = [.. dims];
        return true;
    }

    private static bool TryWrite(JsonElement element, DataType dataType, Span<byte> target)
    {
        if (dataType == DataType.Bool)
        {
            target[0] = element.ValueKind == JsonValueKind.True ? (byte)1 : (byte)0;
            return element.ValueKind is JsonValueKind.True or JsonValueKind.False;
        }

        if (dataType.IsInteger())
            return element.ValueKind == JsonValueKind.Number && TryWriteInteger(element, dataType, target);
        if (!TryReadReal(element, out var value))
            return false;
        switch (dataType)
        {
            case DataType.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(target, value);
                break;
            case DataType.Float16:
                BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);
                break;
            case DataType.Bfloat16:
                BinaryPrimitives.WriteUInt16LittleEndian(target, ToBfloat16((float)value));
                break;
            default:
                BinaryPrimitives.WriteSingleLittleEndian(target, (float)value);
                break;
        }

        return true;
    }

    private static bool TryReadReal(JsonElement element, out double value)
    {
        if (element.ValueKind == JsonValueKind.Number)
            return element.TryGetDouble(out value);
        value = double.NaN;
        return element.ValueKind == JsonValueKind.String
            && element.GetString() is "NaN" or "Infinity" or "-Infinity" && double.TryParse(element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryWriteInteger(JsonElement element, DataType dataType, Span<byte> target)
    {
        if (!Int128.TryParse(element.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return false;
        var (least, greatest) = FixedPoint.RangeOf(dataType);
        if (value < least || value > greatest)
            return false;
        Span<byte> wide = stackalloc byte[16];
        BinaryPrimitives.WriteInt128LittleEndian(wide, value);
        wide[..target.Length].CopyTo(target);
        return true;
    }

    // To the nearest, ties to even; what is no number stays none.
    private static ushort ToBfloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)0x7fc0 : (ushort)((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
    }

    private static JsonValue ElementOf(DataType dataType, ReadOnlySpan<byte> bytes) => dataType switch
    {
        DataType.Bool => JsonValue.Create(bytes[0] != 0),
        DataType.Uint8 => JsonValue.Create(bytes[0]),
        DataType.Int8 => JsonValue.Create(unchecked((sbyte)bytes[0])),
        DataType.Uint16 => JsonValue.Create(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
        DataType.Int16 => JsonValue.Create(BinaryPrimitives.ReadInt16LittleEndian(bytes)),
        DataType.Uint32 => JsonValue.Create(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
        DataType.Int32 => JsonValue.Create(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
        DataType.Uint64 => JsonValue.Create(BinaryPrimitives.ReadUInt64LittleEndian(bytes)),
        DataType.Int64 => JsonValue.Create(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        DataType.Double => Real(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
        DataType.Float16 => Real((float)BinaryPrimitives.ReadHalfLittleEndian(bytes)),
        DataType.Bfloat16 => Real(BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16)),
        _ => Real(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
    };

    private static JsonValue Real(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));

    // With as many digits as a single has, and not those of the double that holds it.
    private static JsonValue Real(float value) =>
        float.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(value.ToString(CultureInfo.InvariantCulture));
}
