using System.Globalization;

namespace OpenGradient.Ethereum.Abi;

/// <summary>Reads types and declarations from text, in one pass, without going back.</summary>
internal ref struct AbiSyntax(ReadOnlySpan<char> text)
{
    private const int MaxShown = 40;

    private readonly ReadOnlySpan<char> _text = text;
    private int _position;

    /// <summary>An identifier as Solidity has them; empty when there is none.</summary>
    public ReadOnlySpan<char> ReadWord()
    {
        SkipSpace();
        var start = _position;
        while (_position < _text.Length && IsWord(_text[_position]))
            _position++;
        return _text[start.._position];
    }

    /// <summary>Takes a character if it comes next.</summary>
    public bool Take(char expected)
    {
        SkipSpace();
        if (_position >= _text.Length || _text[_position] != expected)
            return false;
        _position++;
        return true;
    }

    /// <summary>Takes a whole word if it comes next.</summary>
    public bool TakeWord(ReadOnlySpan<char> expected)
    {
        var start = _position;
        if (ReadWord().SequenceEqual(expected))
            return true;
        _position = start;
        return false;
    }

    public void Expect(char expected)
    {
        if (!Take(expected))
            throw Wrong($"'{expected}' is expected");
    }

    /// <summary>The end, which a semicolon may precede.</summary>
    public void ExpectEnd()
    {
        _ = Take(';');
        SkipSpace();
        if (_position < _text.Length)
            throw Wrong("nothing more is expected");
    }

    /// <summary>An identifier that must be there.</summary>
    public string ReadName()
    {
        var name = ReadWord();
        return !name.IsEmpty && !char.IsAsciiDigit(name[0]) ? name.ToString() : throw Wrong("a name is expected");
    }

    public AbiType ReadType() => ReadType(0);

    /// <summary>A keyword that may stand before a declaration's name, which itself may be that word.</summary>
    public string ReadDeclaredName(ReadOnlySpan<char> keyword)
    {
        var name = ReadName();
        return name.AsSpan().SequenceEqual(keyword) && !NextIs('(') ? ReadName() : name;
    }

    /// <summary><c>(type [indexed] [location] [name], …)</c></summary>
    public AbiType.Tuple ReadParameters(bool mayBeIndexed = false) => ReadParameters(mayBeIndexed, 0);

    private AbiType ReadType(int nesting)
    {
        if (nesting > AbiType.MaxNesting)
            throw Wrong($"types may be nested {AbiType.MaxNesting} deep at most");

        var word = ReadWord();
        var type = (word.IsEmpty || word is "tuple") && NextIs('(') ? ReadParameters(false, nesting + 1) : Elementary(word);
        if (type is AbiType.Address)
            TakeWord("payable");
        return ReadArrays(type);
    }

    /// <summary>Any number of <c>[]</c> and <c>[k]</c> after a type.</summary>
    public AbiType ReadArrays(AbiType type)
    {
        while (Take('['))
        {
            var length = ReadWord();
            type = length.IsEmpty ? new AbiType.Array(type) : new AbiType.FixedArray(type, ArrayLength(length));
            Expect(']');
        }

        return type;
    }

    private AbiType.Tuple ReadParameters(bool mayBeIndexed, int nesting)
    {
        Expect('(');
        var parameters = new List<AbiParameter>();
        if (Take(')'))
            return new AbiType.Tuple(parameters);

        do
        {
            parameters.Add(ReadParameter(mayBeIndexed, nesting));
        }
        while (Take(','));

        Expect(')');
        return new AbiType.Tuple(parameters);
    }

    private AbiParameter ReadParameter(bool mayBeIndexed, int nesting)
    {
        var type = ReadType(nesting);
        var indexed = mayBeIndexed && TakeWord("indexed");
        _ = TakeWord("memory") || TakeWord("calldata") || TakeWord("storage");
        var name = ReadWord();
        if (!name.IsEmpty && char.IsAsciiDigit(name[0]))
            throw Wrong("a name cannot start with a digit");
        return new AbiParameter(name.ToString(), type) { IsIndexed = indexed };
    }

    private readonly AbiType Elementary(ReadOnlySpan<char> word) => word switch
    {
        "uint" => new AbiType.UInt(),
        "int" => new AbiType.Int(),
        "bool" => new AbiType.Bool(),
        "address" => new AbiType.Address(),
        "bytes" => new AbiType.Bytes(),
        "string" => new AbiType.String(),
        "function" => new AbiType.Function(),
        _ when word.StartsWith("uint") && TryReadSize(word[4..], out var bits) => new AbiType.UInt(bits),
        _ when word.StartsWith("int") && TryReadSize(word[3..], out var bits) => new AbiType.Int(bits),
        _ when word.StartsWith("bytes") && TryReadSize(word[5..], out var length) => new AbiType.FixedBytes(length),
        _ when word.StartsWith("fixed") || word.StartsWith("ufixed") =>
            throw Wrong("Solidity has no fixed-point values, so 'fixed' and 'ufixed' are refused"),
        "" => throw Wrong("a type is expected"),
        _ => throw Wrong($"'{Shown(word)}' is not a type of the ABI"),
    };

    private readonly int ArrayLength(ReadOnlySpan<char> digits) =>
        TryReadSize(digits, out var length) ? length : throw Wrong($"'{Shown(digits)}' is not a length of an array");

    // Canonical digits only: "uint08" must not become another name of uint8.
    private static bool TryReadSize(ReadOnlySpan<char> digits, out int size) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out size) && digits[0] != '0';

    private readonly AbiException Wrong(string what) =>
        new(string.Empty, $"In '{Shown(_text)}' at character {_position}: {what}.");

    private bool NextIs(char expected)
    {
        SkipSpace();
        return _position < _text.Length && _text[_position] == expected;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && _text[_position] is (' ' or '\t' or '\n' or '\r'))
            _position++;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$';

    private static string Shown(ReadOnlySpan<char> text) =>
        text.Length <= MaxShown ? text.ToString() : $"{text[..MaxShown]}…";
}
