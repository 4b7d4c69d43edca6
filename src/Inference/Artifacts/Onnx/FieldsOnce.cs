namespace OpenGradient.Inference.Artifacts.Onnx;

/// <summary>
/// Which fields of a message were seen. Protobuf lets a field that stands once stand twice, and readers differ in what they make of it: the last,
/// or both merged.
/// </summary>
internal struct FieldsOnce
{
    private const int Highest = 63;

    private ulong _seen;

    /// <summary>False where the field was there before. Fields above 63 are none of ONNX's.</summary>
    public bool TryAdd(int number)
    {
        if (number > Highest || Has(number))
            return false;
        _seen |= 1UL << number;
        return true;
    }

    public readonly bool Has(int number) => (_seen & (1UL << number)) != 0;
}
