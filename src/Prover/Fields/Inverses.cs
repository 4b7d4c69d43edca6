namespace OpenGradient.Prover.Fields;

/// <summary>Many inverses at the price of one and three products each (Montgomery's trick).</summary>
internal static class Inverses
{
    /// <summary>Inverts in place. Zero stays zero.</summary>
    public static void Invert<TModulus>(Span<Element<TModulus>> values)
        where TModulus : struct, IPrimeModulus
    {
        var products = new Element<TModulus>[values.Length];
        var product = Element<TModulus>.One;
        for (var i = 0; i < values.Length; i++)
        {
            products[i] = product;
            if (!values[i].IsZero)
                product *= values[i];
        }

        var inverse = product.Inverted();
        for (var i = values.Length - 1; i >= 0; i--)
        {
            if (values[i].IsZero)
                continue;
            var value = values[i];
            values[i] = inverse * products[i];
            inverse *= value;
        }
    }
}
