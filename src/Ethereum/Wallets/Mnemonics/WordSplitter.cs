namespace OpenGradient.Ethereum.Wallets;

/// <summary>The words of a text, without copies: what stands between white space.</summary>
internal ref struct WordSplitter(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly WordSplitter GetEnumerator() => this;

    public bool MoveNext()
    {
        _rest = _rest.TrimStart();
        if (_rest.IsEmpty)
            return false;

        var length = 0;
        while (length < _rest.Length && !char.IsWhiteSpace(_rest[length]))
            length++;
        Current = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
