using OpenGradient.Inference.Tensors;

namespace OpenGradient.Inference.Tests.Tensors;

/// <summary>Valid tensors for tests, drawn from a seed.</summary>
internal static class TensorSamples
{
    private const string Characters = "-./0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private static readonly DataType[] Types = [.. Enum.GetValues<DataType>().Where(type => type.SizeInBytes() > 0)];

    public static List<Tensor> Random(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, random.Next(8) == 0 ? TensorEncoding.MaxTensors + 1 : 4))
            .Select(_ => One(random))
            .DistinctBy(tensor => tensor.Name, StringComparer.Ordinal)
            .OrderBy(tensor => tensor.Name, StringComparer.Ordinal),
    ];

    private static Tensor One(Random random)
    {
        var name = new string(random.GetItems<char>(Characters, random.Next(1, random.Next(8) == 0 ? TensorEncoding.MaxNameLength + 1 : 6)));
        var type = random.GetItems(Types, 1)[0];
        var dims = new uint[random.Next(TensorEncoding.MaxRank + 1)];
        var length = type.SizeInBytes();
        for (var i = 0; i < dims.Length; i++)
        {
            dims[i] = (uint)random.Next(1, length < 64 ? 4 : 2);
            length *= (int)dims[i];
        }

        var data = new byte[length];
        random.NextBytes(data);
        if (type == DataType.Bool)
            Array.ForEach(Enumerable.Range(0, length).ToArray(), i => data[i] &= 1);
        return new Tensor(name, type, [.. dims], data);
    }
}
