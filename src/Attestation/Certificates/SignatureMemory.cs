namespace OpenGradient.Attestation.Certificates;

/// <summary>
/// What was found out about one signature. Collateral is checked for every verdict, and whether a signature over the same bytes is a key's never changes: the
/// last answer is kept, with the key that it was given for. Dates, names, rights and revocation are looked at anew each time.
/// </summary>
internal sealed class SignatureMemory
{
    private Answer? _last;

    /// <summary>The answer for this key: the one that is kept, or <paramref name="verify"/>'s.</summary>
    public bool Recall(PublicKey key, Func<bool> verify)
    {
        // Two threads may both find it out; they find the same.
        if (Volatile.Read(ref _last) is { } last && last.Spki.Span.SequenceEqual(key.Spki.Span))
            return last.Holds;
        var answer = new Answer(key.Spki, verify());
        Volatile.Write(ref _last, answer);
        return answer.Holds;
    }

    private sealed record Answer(ReadOnlyMemory<byte> Spki, bool Holds);
}
