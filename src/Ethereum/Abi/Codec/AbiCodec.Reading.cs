using System.Runtime.InteropServices;
using System.Text;

namespace OpenGradient.Ethereum.Abi;

public static partial class AbiCodec
{
    /// <summary>Reads one value; null after a fault, which the reader remembers and the trail locates.</summary>
    internal static AbiValue? Read(ref AbiReader reader, AbiType type, Trail? trail)
    {
        AbiValue? value = type switch
        {
            AbiType.UInt uint_ => new AbiValue.UInt(reader.ReadUInt256(uint_.Bits)),
            AbiType.Int int_ => new AbiValue.Int(reader.ReadInt256(int_.Bits)),
            AbiType.Bool => AbiValue.Bool.Of(reader.ReadBool()),
            AbiType.Address => new AbiValue.Address(reader.ReadAddress()),
            AbiType.FixedBytes bytes => new AbiValue.Bytes(reader.ReadLeftAligned(bytes.Length).ToArray()),
            AbiType.Function => new AbiValue.Bytes(reader.ReadLeftAligned(AbiType.Function.Length).ToArray()),
            AbiType.Bytes => new AbiValue.Bytes(reader.ReadBytes().ToArray()),
            AbiType.String => new AbiValue.String(reader.ReadBytes().ToArray()),
            AbiType.Array array => ReadArray(ref reader, array, trail),
            AbiType.FixedArray array => ReadFixedArray(ref reader, array, trail),
            AbiType.Tuple tuple => ReadTuple(ref reader, tuple, trail),
            _ => throw new InvalidOperationException($"There is no type like {type}."),
        };
        return reader.Fault == AbiFault.None ? value : null;
    }

    internal static AbiValue.Tuple? ReadMembers(ref AbiReader reader, AbiType.Tuple tuple, Trail? trail)
    {
        if (reader.Fault != AbiFault.None)
            return null;

        var components = tuple.Components;
        var items = new AbiValue[components.Count];
        for (var i = 0; i < items.Length; i++)
        {
            var item = Read(ref reader, components[i].Type, trail);
            if (item is null)
            {
                trail?.Add(components[i].Name, i);
                return null;
            }

            items[i] = item;
        }

        return new AbiValue.Tuple(ImmutableCollectionsMarshal.AsImmutableArray(items));
    }

    private static AbiValue.Tuple? ReadTuple(ref AbiReader reader, AbiType.Tuple tuple, Trail? trail)
    {
        if (!tuple.IsDynamic)
            return ReadMembers(ref reader, tuple, trail);

        var outer = reader.EnterTuple(tuple.BodyBytes);
        var value = ReadMembers(ref reader, tuple, trail);
        reader.Leave(outer);
        return value;
    }

    private static AbiValue.Array? ReadArray(ref AbiReader reader, AbiType.Array array, Trail? trail)
    {
        var outer = reader.EnterList(array.Element.HeadBytes, out var count);
        var value = ReadItems(ref reader, array.Element, count, trail);
        reader.Leave(outer);
        return value;
    }

    private static AbiValue.Array? ReadFixedArray(ref AbiReader reader, AbiType.FixedArray array, Trail? trail)
    {
        if (!array.IsDynamic)
            return ReadItems(ref reader, array.Element, array.Length, trail);

        var outer = reader.EnterTuple(array.BodyBytes);
        var value = ReadItems(ref reader, array.Element, array.Length, trail);
        reader.Leave(outer);
        return value;
    }

    private static AbiValue.Array? ReadItems(ref AbiReader reader, AbiType element, int count, Trail? trail)
    {
        if (reader.Fault != AbiFault.None)
            return null;

        var items = new AbiValue[count];
        for (var i = 0; i < count; i++)
        {
            var item = Read(ref reader, element, trail);
            if (item is null)
            {
                trail?.Add(i);
                return null;
            }

            items[i] = item;
        }

        return new AbiValue.Array(ImmutableCollectionsMarshal.AsImmutableArray(items));
    }

    /// <summary>Where a fault lies, gathered from the inside out while the calls return.</summary>
    internal sealed class Trail
    {
        private readonly List<string> _steps = [];

        public void Add(int index) => _steps.Add($"[{index}]");

        public void Add(string name, int position) => _steps.Add(name.Length > 0 ? $".{name}" : $".{position}");

        public override string ToString()
        {
            var path = new StringBuilder();
            for (var i = _steps.Count - 1; i >= 0; i--)
                path.Append(_steps[i]);
            return path.ToString().TrimStart('.');
        }
    }
}
